// The checker's own state: threads, atomics with their histories, and the tree of choices. Private to the engine.
#pragma once

#include "test/model/engine.h"
#include "test/model/memory.h"

#include <setjmp.h>
#include <ucontext.h>

#include <utility>
#include <vector>

namespace ferrule::model {

inline constexpr int nobody = -1;

/// One value in an atomic's modification order, which is the order of execution.
struct Store {
  std::uint64_t value = 0;
  int thread = nobody;      ///< nobody: before the program
  std::uint32_t clock = 0;  ///< of its thread
  bool is_published = false;
  Clock published;  ///< what an acquire that reads it learns: release, or an RMW after one
  int event = nobody;
};

struct Location {
  const Cell* cell = nullptr;
  std::vector<Store> stores;
  struct Seen {
    std::uint32_t clock;
    std::uint32_t index;
  };
  std::array<std::vector<Seen>, max_threads> seen;  ///< per thread, the newest store it knew of, and since when
  std::array<std::uint32_t, max_threads> accessed{};
  std::uint32_t strict_floor = 0;  ///< older stores are out of reach for sequentially consistent loads
  bool has_weak_stores = false;    ///< stores that are not sequentially consistent
  bool is_dead = false;
  int last_write = nobody;  ///< event
  std::array<int, max_threads> last_reads{};

  void reset(const Cell* at);
};

/// What a thread is about to do.
struct Pending {
  enum class Kind : unsigned char { Nothing, Access, Join, Await, Sleep };
  Kind kind = Kind::Nothing;
  std::uint32_t location = 0;
  bool is_write = false;
  bool is_strict_load = false;
  bool has_deadline = false;
  unsigned thread = 0;  ///< to join
  const char* name = "";
  Where where{};
};

struct Thread {
  std::function<void()> body;
  bool is_started = false, is_finished = false;
  Pending next;
  Clock clock;        ///< happens-before of C++
  Clock dependences;  ///< events that this thread's next one cannot be exchanged with
  std::vector<std::pair<std::uint32_t, std::uint32_t>> polled;  ///< locations and stores read since its last write
  std::uint32_t repeats = 0;
  std::uint32_t polling_line = 0;
  bool saw_stale = false;
  jmp_buf at;
  std::array<void*, 2> exceptions{};  ///< the C++ library's record of exceptions in flight
  void* local = nullptr;
};

/// An operation that was executed.
struct Event {
  int thread = 0;
  std::size_t node = 0;
  Clock dependences;  ///< per thread, number of its last event (counted from 1) that comes before this one
};

/// A choice.
struct Node {
  bool is_thread = false;
  unsigned chosen = 0;
  unsigned count = 0;  ///< of values
  unsigned enabled = 0, backtrack = 0, done = 0, sleep = 0;
};

struct Engine {
  Options options;
  const std::function<void()>* program = nullptr;

  // Of the running execution.
  std::uint32_t execution = 0;
  bool is_running = false;
  std::vector<Location> locations;
  std::size_t location_count = 0;
  std::array<Thread, max_threads> threads;
  unsigned thread_count = 0;
  unsigned current = 0;   ///< the fiber that runs
  unsigned previous = 0;  ///< the thread that took the last step
  std::vector<Event> events;
  std::size_t step_node = 0;  ///< the choice that led to the step under way
  unsigned sleep = 0;         ///< threads whose next step needs no trial here
  unsigned woken = 0;         ///< by the last step
  Pending last;               ///< what the last step did
  unsigned stale = 0, spurious_failures = 0, spurious_wakes = 0, preemptions = 0;
  std::size_t steps = 0;
  std::string failure;
  bool is_cut = false;
  jmp_buf scheduler;

  // Of the search.
  std::vector<Node> nodes;
  std::size_t depth = 0;
  std::vector<unsigned> schedule;
  const std::vector<unsigned>* replayed = nullptr;
  std::uint64_t random = 1;
  std::array<unsigned, max_threads> priorities{};
  std::vector<std::size_t> changes;
  std::set<Site>* sites = nullptr;
  bool is_tracing = false;
  std::string trace;

  // scheduler.cpp
  void execute();
  void run_thread(unsigned thread);
  void to_scheduler();
  bool is_enabled(const Thread& thread) const;
  bool has_news(const Thread& thread) const;
  void reach(Pending next);
  unsigned default_thread(unsigned enabled) const;

  // search.cpp
  int pick_thread(unsigned enabled);
  unsigned choose(unsigned count);
  bool next_execution();
  void note_event(std::uint32_t location, bool is_write);
  void wake(unsigned sleeper);
  void add_race(int event, const Event& now);
  unsigned still_asleep(unsigned asleep) const;
  bool is_dependent(const Pending& a, const Pending& b) const;
  std::uint64_t next_random();

  // history.cpp
  Location& at(const Cell& cell) { return locations[cell.location]; }
  std::uint32_t add_location(const Cell& cell, std::uint64_t value);
  std::uint32_t floor_of(const Location& location, const Thread& thread) const;
  void note_access(Location& location, std::uint32_t index);
  std::memory_order order_at(std::memory_order order, const char* operation, const Where& where);
  void check_alive(const Location& location) const;

  void say(const char* format, ...) __attribute__((format(printf, 2, 3)));
};

extern Engine engine;

}  // namespace ferrule::model
