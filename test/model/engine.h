// What the instrumented atomics and the tests see of the model checker: its scheduler runs the threads of a program as
// fibers, one at a time, and decides at every operation of an atomic who goes on and which store a load sees.
#pragma once

#include <array>
#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <source_location>
#include <string>

namespace ferrule::model {

using Where = std::source_location;

inline constexpr unsigned max_threads = 6;

/// An atomic's name in the running execution. Atomics of static storage get a new one, and their initial value again,
/// in each execution.
struct Cell {
  std::uint32_t location = 0;
  std::uint32_t execution = 0;  ///< in which `location` holds; 0 is none
};

/// The operations of one kind and order in one function: "load", "store", "modify" or "compare_exchange".
struct Site {
  std::string file, function, operation;
  std::memory_order order{};
  friend auto operator<=>(const Site&, const Site&) = default;
};
/// How to explore, and how far.
struct Options {
  enum class Search {
    Reduced,      ///< every execution but for the order of independent operations
    Preemptions,  ///< every execution with at most `preemptions` preemptions
    Random        ///< `executions` executions by random priorities
  };
  Search search = Search::Reduced;
  unsigned preemptions = 2;
  std::uint64_t executions = 2'000'000;  ///< at most; a search that comes here is not complete
  double seconds = 60;                   ///< of processor time, at most
  unsigned stale_loads = 2;              ///< loads of one execution that may see an older store
  unsigned history = 4;                  ///< how many of the latest stores a load can choose from
  unsigned spurious_failures = 1;        ///< of compare_exchange_weak, in one execution
  unsigned spurious_wakes = 1;           ///< of futex_wait, in one execution
  bool spin = false;                     ///< algorithms spin before they sleep
  unsigned steps = 3000;                 ///< of one execution; more is a livelock
  unsigned depth = 3;                    ///< Random: how often priorities change
  std::uint64_t seed = 1;
  /// Mutation: the operations of this site get a weaker order. Tests that a check can fail.
  std::optional<Site> weakening;
  std::memory_order weakened_to{};
};

/// Those that `program` passes, unless their order is relaxed.
std::set<Site> sites_of(const Options& options, const std::function<void()>& program);

/// What was found.
struct Result {
  std::uint64_t executions = 0;
  std::uint64_t cut = 0;  ///< executions given up because others cover them
  std::size_t longest = 0;
  bool is_complete = false;  ///< the search ended by itself
  std::string failure;       ///< empty if there is none
  std::string schedule;      ///< of the failing execution, for FERRULE_MODEL_SCHEDULE
  std::string trace;
};

/// Runs `program` again and again, each time by another schedule, until one fails or all have been run. Not for
/// several threads at once.
Result explore(const Options& options, const std::function<void()>& program);
/// One execution, by the schedule of a Result.
Result replay(const Options& options, const std::string& schedule, const std::function<void()>& program);

// Called by the program -----------------------------------------------------------------------------------------------

/// Ends the execution as a failure unless `holds`.
void check(bool holds, const char* what, Where where = Where::current());
#define MODEL_CHECK(condition) ::ferrule::model::check((condition), #condition)
[[noreturn]] void fail(const std::string& what);

/// A thread of the program; joined by hand, and before the program's end.
unsigned start_thread(std::function<void()> body);
void join_thread(unsigned thread);

/// The rest of a loop that polls: goes on when something that the loop read has changed.
void await_change();

/// A pointer of which each thread has its own; for the runtime's thread-local ones. Outlives all executions.
void set_thread_local(void** pointer, void (*at_thread_end)());

bool may_spin();
/// The running thread's number; the first is 0.
unsigned this_thread();

// Called by the instrumented atomics ----------------------------------------------------------------------------------

/// 0 outside of executions.
std::uint32_t execution();
void construct(Cell& cell, std::uint64_t value);
/// Gives a location to an atomic that was made before the execution.
void adopt(Cell& cell, std::uint64_t value);
void destroy(Cell& cell);

using Modify = std::uint64_t (*)(std::uint64_t old, std::uint64_t operand);

std::uint64_t load(Cell& cell, std::memory_order order, Where where);
void store(Cell& cell, std::uint64_t value, std::memory_order order, Where where);
std::uint64_t modify(Cell& cell, Modify how, std::uint64_t operand, std::memory_order order, Where where);
/// `expected` becomes what was seen.
bool compare_exchange(Cell& cell, std::uint64_t& expected, std::uint64_t desired, bool is_weak,
                      std::memory_order success, std::memory_order failure, Where where);
bool futex_wait(Cell& cell, std::uint64_t expected, bool has_deadline, Where where);
/// By the address, which may be that of a word that is gone. How many were woken.
unsigned futex_wake(const Cell* cell, bool all, Where where);

}  // namespace ferrule::model
