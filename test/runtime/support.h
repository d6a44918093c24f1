// What the runtime's tests share.
#pragma once

#include <atomic>
#include <stdexcept>
#include <utility>

namespace ferrule::test {

/// Counts its living objects, so that tests see leaks and double destruction without a sanitizer.
class Counted {
 public:
  Counted() { ++alive; }
  explicit Counted(int v) : value(v) { ++alive; }
  Counted(const Counted& other) : value(other.value) { ++alive; }
  Counted(Counted&& other) noexcept : value(std::exchange(other.value, -1)) { ++alive; }
  Counted& operator=(const Counted&) = default;
  Counted& operator=(Counted&& other) noexcept {
    value = std::exchange(other.value, -1);
    return *this;
  }
  ~Counted() { --alive; }

  int value = 0;
  static inline std::atomic<int> alive{0};
};

/// Throws from its move constructor when told to.
class ThrowsOnMove {
 public:
  explicit ThrowsOnMove(int v) : value(v) { ++alive; }
  ThrowsOnMove(ThrowsOnMove&& other) : value(other.value) {
    if (other.moves_left == 0) throw std::runtime_error("moved once too often");
    moves_left = other.moves_left - 1;
    ++alive;
  }
  ThrowsOnMove& operator=(ThrowsOnMove&&) = delete;
  ~ThrowsOnMove() { --alive; }

  int value;
  int moves_left = 1000;
  static inline std::atomic<int> alive{0};
};

}  // namespace ferrule::test
