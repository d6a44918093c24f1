// The memory of the programs under check: a heap that is empty at the start of each execution, the stacks of the
// fibers, and for every byte of both who touched it last.
#pragma once

#include "test/model/engine.h"

namespace ferrule::model {

/// A vector clock.
struct Clock {
  std::array<std::uint32_t, max_threads> at{};

  void join(const Clock& other) noexcept {
    for (unsigned i = 0; i < max_threads; ++i)
      if (other.at[i] > at[i]) at[i] = other.at[i];
  }
};

inline constexpr std::size_t heap_size = std::size_t{1} << 18;
inline constexpr std::size_t stack_size = std::size_t{1} << 17;

/// Empties the heap and forgets all accesses.
void reset_memory(std::uint32_t execution);
char* stack_of(unsigned thread);
/// How many blocks of the heap are in use; `first` is where the oldest of them was asked for, as a number of blocks.
std::size_t count_leaks(std::size_t& first, std::size_t& size);

/// While the program runs, and not the checker, this is the clock of the running thread.
struct Running {
  const Clock* clock = nullptr;  ///< null: accesses are the checker's own
  unsigned thread = 0;
};
extern Running running;

/// The checker's own code, called by the program.
class Outside {
 public:
  Outside() noexcept : was_(running.clock) { running.clock = nullptr; }
  ~Outside() { running.clock = was_; }
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

 private:
  const Clock* was_;
};

}  // namespace ferrule::model
