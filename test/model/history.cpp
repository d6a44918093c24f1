// The atomics: each keeps its modification order, and loads choose from it what C++ allows them to see.
#include "test/model/state.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

namespace ferrule::model {

namespace {

bool acquires(std::memory_order order) {
  return order == std::memory_order_acquire || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst || order == std::memory_order_consume;
}
bool releases(std::memory_order order) {
  return order == std::memory_order_release || order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}
const char* name_of(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return "relaxed";
    case std::memory_order_acquire:
      return "acquire";
    case std::memory_order_release:
      return "release";
    case std::memory_order_acq_rel:
      return "acq_rel";
    case std::memory_order_seq_cst:
      return "seq_cst";
    default:
      return "consume";
  }
}

struct Short {
  char text[120];
};
Short place(const Where& where) {
  const char* file = std::strrchr(where.file_name(), '/');
  Short result;
  std::snprintf(result.text, sizeof result.text, "%s:%u", file != nullptr ? file + 1 : where.file_name(),
                static_cast<unsigned>(where.line()));
  return result;
}
unsigned long long shown(std::uint64_t value) { return value; }

Pending access_to(const Cell& cell, bool is_write, bool is_strict_load, const char* name, Where where) {
  Pending next;
  next.kind = Pending::Kind::Access;
  next.location = cell.location;
  next.is_write = is_write;
  next.is_strict_load = is_strict_load;
  next.name = name;
  next.where = where;
  return next;
}

Thread& self() { return engine.threads[engine.current]; }
void tick() { ++self().clock.at[engine.current]; }

std::uint32_t newest_of(const Location& location) { return static_cast<std::uint32_t>(location.stores.size() - 1); }

/// The oldest store that a load may still see, within the limits of the search.
std::uint32_t oldest_visible(const Location& location, bool is_strict) {
  std::uint32_t newest = newest_of(location);
  if (engine.stale >= engine.options.stale_loads) return newest;
  std::uint32_t oldest = engine.floor_of(location, self());
  if (is_strict) oldest = std::max(oldest, location.strict_floor);
  if (newest - oldest >= engine.options.history) oldest = newest - engine.options.history + 1;
  return oldest;
}

/// What a load of that store does to the thread.
void see(Cell& cell, std::uint32_t index, std::memory_order order) {
  Location& location = engine.at(cell);
  Thread& thread = self();
  const Store& store = location.stores[index];
  if (acquires(order) && store.is_published) thread.clock.join(store.published);
  engine.note_access(location, index);
  if (order == std::memory_order_seq_cst) location.strict_floor = std::max(location.strict_floor, index);
  if (index != newest_of(location)) {
    ++engine.stale;
    thread.saw_stale = true;
  }
}

void note_poll(std::uint32_t location, std::uint32_t index, const Where& where) {
  Thread& thread = self();
  const bool is_same_place = std::exchange(thread.polling_line, where.line()) == where.line();
  if (is_same_place && !thread.polled.empty() && thread.polled.back() == std::pair(location, index)) {
    ++thread.repeats;
    return;
  }
  thread.repeats = 0;
  std::erase_if(thread.polled, [location](const auto& each) { return each.first == location; });
  thread.polled.emplace_back(location, index);
}

void append(Cell& cell, std::uint64_t value, std::memory_order order, const Store* replaced) {
  Location& location = engine.at(cell);
  Thread& thread = self();
  Store store;
  store.value = value;
  store.thread = static_cast<int>(engine.current);
  store.clock = thread.clock.at[engine.current];
  store.event = static_cast<int>(engine.events.size()) - 1;
  if (replaced != nullptr && replaced->is_published) {  // a release sequence goes on through read-modify-writes
    store.is_published = true;
    store.published = replaced->published;
  }
  if (releases(order)) {
    store.is_published = true;
    store.published.join(thread.clock);
  }
  location.stores.push_back(store);
  engine.note_access(location, newest_of(location));
  if (order == std::memory_order_seq_cst) {
    location.strict_floor = newest_of(location);
  } else {
    location.has_weak_stores = true;
  }
  thread.polled.clear();
  thread.saw_stale = false;
}

/// Loops without a pause wait here, too: after more rounds than any bounded spin of the runtime has.
constexpr std::uint32_t polls_of_a_loop = 20;
void await_if_polling() {
  if (self().repeats >= polls_of_a_loop) await_change();
}

}  // namespace

void Location::reset(const Cell* at) {
  cell = at;
  stores.clear();
  for (auto& each : seen) each.clear();
  accessed.fill(0);
  strict_floor = 0;
  has_weak_stores = is_dead = false;
  last_write = nobody;
  last_reads.fill(nobody);
}

std::uint32_t Engine::add_location(const Cell& cell, std::uint64_t value) {
  if (location_count == locations.size()) fail("the program needs more atomics than the checker has");
  Location& location = locations[location_count];
  location.reset(&cell);
  Store first;
  first.value = value;
  location.stores.push_back(first);
  return static_cast<std::uint32_t>(location_count++);
}

/// No store before this one can be seen by the thread: it knows a newer one.
std::uint32_t Engine::floor_of(const Location& location, const Thread& thread) const {
  std::uint32_t floor = 0;
  for (unsigned t = 0; t < thread_count; ++t) {
    const auto& seen = location.seen[t];
    for (std::size_t i = seen.size(); i-- > 0;) {
      if (seen[i].index <= floor) break;
      if (seen[i].clock <= thread.clock.at[t]) {
        floor = seen[i].index;
        break;
      }
    }
  }
  return floor;
}

void Engine::note_access(Location& location, std::uint32_t index) {
  auto& seen = location.seen[current];
  std::uint32_t clock = threads[current].clock.at[current];
  location.accessed[current] = clock;
  if (seen.empty() || seen.back().index < index) seen.push_back({clock, index});
}

/// The bare name of the function around a place, the same for all instances of a template.
static std::string function_at(const Where& where) {
  std::string_view whole = where.function_name();
  whole = whole.substr(0, whole.find(" ["));  // "[with T = int]"
  std::size_t begin = whole.rfind(')');
  for (int depth = 1; depth != 0 && begin > 0;) {
    --begin;
    depth += whole[begin] == ')' ? 1 : whole[begin] == '(' ? -1 : 0;
  }
  whole = whole.substr(0, begin);
  return std::string(whole.substr(whole.find_last_of(" :") + 1));
}

/// The order that an operation is to have: its own, unless this place is the one that is mutated.
std::memory_order Engine::order_at(std::memory_order order, const char* operation, const Where& where) {
  if (sites == nullptr && (!options.weakening || options.weakening->order != order)) return order;
  const char* file = std::strrchr(where.file_name(), '/');
  const Site site{file != nullptr ? file + 1 : where.file_name(), function_at(where), operation, order};
  if (sites != nullptr && order != std::memory_order_relaxed) sites->insert(site);
  return options.weakening == site ? options.weakened_to : order;
}

void Engine::check_alive(const Location& location) const {
  if (location.is_dead) fail("use after destruction: of an atomic");
  const Store& first = location.stores.front();
  if (first.thread == nobody || first.clock <= threads[current].clock.at[static_cast<unsigned>(first.thread)]) return;
  fail("data race: use of an atomic, not ordered after its construction by thread " + std::to_string(first.thread));
}

void construct(Cell& cell, std::uint64_t value) {
  if (execution() == 0 || running.clock == nullptr) return;
  Outside outside;
  cell.execution = engine.execution;
  cell.location = engine.add_location(cell, value);
  Store& first = engine.at(cell).stores.front();
  first.thread = static_cast<int>(engine.current);
  first.clock = self().clock.at[engine.current];
}

void adopt(Cell& cell, std::uint64_t value) {
  if (execution() == 0) return;
  Outside outside;
  cell.execution = engine.execution;
  cell.location = engine.add_location(cell, value);
}

void destroy(Cell& cell) {
  if (execution() == 0 || running.clock == nullptr || cell.execution != engine.execution) return;
  Outside outside;
  Location& location = engine.at(cell);
  engine.check_alive(location);
  for (unsigned t = 0; t < engine.thread_count; ++t) {
    if (t != engine.current && location.accessed[t] > self().clock.at[t])
      fail("data race: destruction of a" + std::to_string(cell.location) + ", not ordered after its use by thread " +
           std::to_string(t));
  }
  location.is_dead = true;
}

std::uint64_t load(Cell& cell, std::memory_order order, Where where) {
  Outside outside;
  order = engine.order_at(order, "load", where);
  const bool is_strict = order == std::memory_order_seq_cst;
  engine.reach(access_to(cell, false, is_strict, "load", where));
  Location& location = engine.at(cell);
  engine.check_alive(location);
  std::uint32_t newest = newest_of(location);
  std::uint32_t index = newest - engine.choose(newest - oldest_visible(location, is_strict) + 1);
  see(cell, index, order);
  engine.note_event(cell.location, is_strict && location.has_weak_stores);
  std::uint64_t value = location.stores[index].value;
  engine.say("T%u load a%u %s -> %llu%s  [%s]", engine.current, cell.location, name_of(order), shown(value),
             index == newest ? "" : " (stale)", place(where).text);
  tick();
  note_poll(cell.location, index, where);
  await_if_polling();
  return value;
}

void store(Cell& cell, std::uint64_t value, std::memory_order order, Where where) {
  Outside outside;
  order = engine.order_at(order, "store", where);
  engine.reach(access_to(cell, true, false, "store", where));
  engine.check_alive(engine.at(cell));
  engine.note_event(cell.location, true);
  append(cell, value, order, nullptr);
  engine.say("T%u store a%u %s <- %llu  [%s]", engine.current, cell.location, name_of(order), shown(value),
             place(where).text);
  tick();
}

std::uint64_t modify(Cell& cell, Modify how, std::uint64_t operand, std::memory_order order, Where where) {
  Outside outside;
  order = engine.order_at(order, "modify", where);
  engine.reach(access_to(cell, true, false, "modify", where));
  Location& location = engine.at(cell);
  engine.check_alive(location);
  engine.note_event(cell.location, true);
  Store old = location.stores.back();
  see(cell, newest_of(location), order);
  std::uint64_t value = how(old.value, operand);
  append(cell, value, order, &old);
  engine.say("T%u modify a%u %s %llu -> %llu  [%s]", engine.current, cell.location, name_of(order), shown(old.value),
             shown(value), place(where).text);
  tick();
  return old.value;
}

bool compare_exchange(Cell& cell, std::uint64_t& expected, std::uint64_t desired, bool is_weak,
                      std::memory_order success, std::memory_order failure, Where where) {
  Outside outside;
  success = engine.order_at(success, "compare_exchange", where);
  if (!acquires(success)) failure = std::memory_order_relaxed;
  engine.reach(access_to(cell, true, false, "compare_exchange", where));
  Location& location = engine.at(cell);
  engine.check_alive(location);
  const std::uint32_t newest = newest_of(location);
  const bool is_equal = location.stores[newest].value == expected;
  // The newest store first; then older ones that differ; then a failure for no reason.
  std::array<std::uint32_t, 16> stale{};
  unsigned stale_count = 0;
  for (std::uint32_t i = oldest_visible(location, failure == std::memory_order_seq_cst); i < newest; ++i)
    if (location.stores[i].value != expected && stale_count < stale.size()) stale[stale_count++] = i;
  const bool may_fail = is_weak && is_equal && engine.spurious_failures < engine.options.spurious_failures;
  const unsigned choice = engine.choose(1 + stale_count + (may_fail ? 1 : 0));
  const bool is_spurious = choice > stale_count;
  if (is_spurious) ++engine.spurious_failures;
  if (choice == 0 && is_equal) {
    engine.note_event(cell.location, true);
    Store old = location.stores[newest];
    see(cell, newest, success);
    append(cell, desired, success, &old);
    engine.say("T%u compare_exchange a%u %s %llu -> %llu  [%s]", engine.current, cell.location, name_of(success),
               shown(expected), shown(desired), place(where).text);
    tick();
    return true;
  }
  const std::uint32_t index = choice == 0 || is_spurious ? newest : stale[choice - 1];
  see(cell, index, failure);
  engine.last.is_write = false;
  engine.last.is_strict_load = failure == std::memory_order_seq_cst;
  engine.note_event(cell.location, engine.last.is_strict_load && location.has_weak_stores);
  engine.say("T%u compare_exchange a%u %s fails: %llu, not %llu%s  [%s]", engine.current, cell.location,
             name_of(failure), shown(location.stores[index].value), shown(expected),
             is_spurious       ? " (spurious)"
             : index == newest ? ""
                               : " (stale)",
             place(where).text);
  expected = location.stores[index].value;
  tick();
  if (!is_spurious) note_poll(cell.location, index, where);
  await_if_polling();
  return false;
}

bool futex_wait(Cell& cell, std::uint64_t expected, bool has_deadline, Where where) {
  Outside outside;
  engine.reach(access_to(cell, true, false, "futex_wait", where));
  Location& location = engine.at(cell);
  engine.check_alive(location);
  engine.note_event(cell.location, true);
  engine.note_access(location, newest_of(location));
  Thread& thread = self();
  thread.polled.clear();
  thread.saw_stale = false;
  tick();
  if (location.stores.back().value != expected) {
    engine.say("T%u futex_wait a%u: %llu, not %llu  [%s]", engine.current, cell.location,
               shown(location.stores.back().value), shown(expected), place(where).text);
    return true;
  }
  if (engine.spurious_wakes < engine.options.spurious_wakes && engine.choose(2) == 1) {
    ++engine.spurious_wakes;
    engine.say("T%u futex_wait a%u returns for no reason  [%s]", engine.current, cell.location, place(where).text);
    return true;
  }
  engine.say("T%u sleeps on a%u while it is %llu  [%s]", engine.current, cell.location, shown(expected),
             place(where).text);
  Pending asleep = access_to(cell, true, false, "timeout", where);
  asleep.kind = Pending::Kind::Sleep;
  asleep.has_deadline = has_deadline;
  engine.reach(asleep);
  if (engine.last.kind == Pending::Kind::Nothing) return true;  // woken
  engine.note_event(cell.location, true);
  engine.say("T%u has waited too long on a%u", engine.current, cell.location);
  tick();
  return false;
}

unsigned futex_wake(const Cell* cell, bool all, Where where) {
  if (execution() == 0) return 0;
  Outside outside;
  std::uint32_t index = 0;
  for (std::size_t i = engine.location_count; i-- > 1 && index == 0;)
    if (engine.locations[i].cell == cell) index = static_cast<std::uint32_t>(i);
  if (index == 0) return 0;  // never waited on
  Cell named{index, engine.execution};
  engine.reach(access_to(named, true, false, "futex_wake", where));
  engine.note_event(index, true);
  std::array<unsigned, max_threads> sleepers{};
  unsigned count = 0;
  for (unsigned t = 0; t < engine.thread_count; ++t) {
    const Thread& thread = engine.threads[t];
    bool sleeps = !thread.is_finished && thread.next.kind == Pending::Kind::Sleep;
    if (sleeps && engine.locations[thread.next.location].cell == cell) sleepers[count++] = t;
  }
  if (!all && count > 1) {
    std::swap(sleepers[0], sleepers[engine.choose(count)]);
    count = 1;
  }
  for (unsigned i = 0; i < count; ++i) engine.wake(sleepers[i]);
  engine.say("T%u futex_wake a%u: wakes %u  [%s]", engine.current, index, count, place(where).text);
  tick();
  return count;
}

}  // namespace ferrule::model
