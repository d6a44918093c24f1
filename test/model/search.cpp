// Which executions are tried. The reduced search is source-set dynamic partial-order reduction with sleep sets
// (Abdulla, Aronis, Jonsson, Sagonas: Optimal dynamic partial order reduction, POPL 2014); the bounded one is iterative
// context bounding (Musuvathi, Qadeer, PLDI 2007); the random one is PCT (Burckhardt et al., ASPLOS 2010).
#include "test/model/state.h"

#include <algorithm>
#include <ctime>

namespace ferrule::model {

namespace {

unsigned bit(unsigned thread) { return 1u << thread; }
unsigned lowest(unsigned set) { return static_cast<unsigned>(__builtin_ctz(set)); }

bool comes_before(std::size_t event, const Event& other) {
  return other.dependences.at[static_cast<unsigned>(engine.events[event].thread)] >= event + 1;
}

/// A schedule as text: one character a choice.
constexpr char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

}  // namespace

std::uint64_t Engine::next_random() {
  random ^= random << 13;
  random ^= random >> 7;
  random ^= random << 17;
  return random;
}

/// The thread to take the next step; negative if all that is left has been tried elsewhere.
int Engine::pick_thread(unsigned enabled) {
  unsigned chosen = 0;
  step_node = depth;
  if (replayed != nullptr) {
    chosen = schedule.size() < replayed->size() ? (*replayed)[schedule.size()] : default_thread(enabled);
    if (chosen >= max_threads || (enabled & bit(chosen)) == 0) {
      failure = "this schedule belongs to another program";
      return nobody;
    }
  } else if (options.search == Options::Search::Random) {
    for (std::size_t change : changes)
      if (change == steps) priorities[previous] = static_cast<unsigned>(next_random() % 100);
    chosen = lowest(enabled);
    for (unsigned t = 0; t < thread_count; ++t)
      if ((enabled & bit(t)) != 0 && priorities[t] > priorities[chosen]) chosen = t;
    // Time limits pass late, but do pass.
    if (threads[chosen].next.kind == Pending::Kind::Sleep && next_random() % 4 != 0) chosen = default_thread(enabled);
  } else {
    const bool is_reduced = options.search == Options::Search::Reduced;
    if (depth == nodes.size()) {
      unsigned open = is_reduced ? enabled & ~sleep : enabled;
      if (open == 0) return nobody;
      Node node;
      node.is_thread = true;
      node.enabled = enabled;
      node.sleep = is_reduced ? sleep : 0;
      node.chosen = default_thread(open);
      const bool may_preempt = (enabled & bit(previous)) == 0 || preemptions < options.preemptions ||
                               threads[previous].next.kind == Pending::Kind::Sleep;
      node.backtrack = is_reduced || !may_preempt ? bit(node.chosen) : enabled;
      nodes.push_back(node);
    }
    const Node& node = nodes[depth++];
    chosen = node.chosen;
    sleep = node.sleep | node.done;
    if (chosen != previous && (enabled & bit(previous)) != 0 && threads[previous].next.kind != Pending::Kind::Sleep)
      ++preemptions;
  }
  schedule.push_back(chosen);
  return static_cast<int>(chosen);
}

/// One of `count` outcomes of an operation; 0 is the plain one.
unsigned Engine::choose(unsigned count) {
  if (count < 2) return 0;
  unsigned chosen = 0;
  if (replayed != nullptr) {
    chosen = schedule.size() < replayed->size() ? (*replayed)[schedule.size()] : 0;
    if (chosen >= count) fail("this schedule belongs to another program");
  } else if (options.search == Options::Search::Random) {
    chosen = next_random() % 3 != 0 ? 0 : static_cast<unsigned>(next_random() % count);
  } else {
    if (depth == nodes.size()) {
      Node node;
      node.count = count;
      nodes.push_back(node);
    }
    chosen = nodes[depth++].chosen;
  }
  schedule.push_back(chosen);
  return chosen;
}

/// Moves on to the next untried choice; false if there is none.
bool Engine::next_execution() {
  for (; !nodes.empty(); nodes.pop_back()) {
    Node& node = nodes.back();
    if (!node.is_thread) {
      if (++node.chosen < node.count) return true;
      continue;
    }
    node.done |= bit(node.chosen);
    unsigned open = node.backtrack & node.enabled & ~node.done & ~node.sleep;
    if (open != 0) {
      node.chosen = lowest(open);
      return true;
    }
  }
  return false;
}

bool Engine::is_dependent(const Pending& a, const Pending& b) const {
  if (a.location == 0 || a.location != b.location) return false;
  if (a.is_write || b.is_write) return true;
  return a.is_strict_load && b.is_strict_load && locations[a.location].has_weak_stores;
}

/// Who needs no trial after the last step either: what they would do is independent of it.
unsigned Engine::still_asleep(unsigned asleep) const {
  asleep &= ~woken;  // what they would do now is another thing
  for (unsigned t = 0; t < thread_count; ++t)
    if ((asleep & bit(t)) != 0 && is_dependent(threads[t].next, last)) asleep &= ~bit(t);
  return asleep;
}

/// The operation under way is one of these; finds the earlier ones that could as well have come after it.
void Engine::note_event(std::uint32_t index, bool is_write) {
  Thread& thread = threads[current];
  Location& location = locations[index];
  std::array<int, max_threads + 1> others{};
  unsigned count = 0;
  auto consider = [&](int event) {
    if (event != nobody && events[static_cast<std::size_t>(event)].thread != static_cast<int>(current))
      others[count++] = event;
  };
  consider(location.last_write);
  if (is_write)
    for (int read : location.last_reads) consider(read);

  Event now{static_cast<int>(current), step_node, thread.dependences};
  for (unsigned i = 0; i < count; ++i) now.dependences.join(events[static_cast<std::size_t>(others[i])].dependences);
  now.dependences.at[current] = static_cast<std::uint32_t>(events.size() + 1);
  if (replayed == nullptr && options.search == Options::Search::Reduced) {
    for (unsigned i = 0; i < count; ++i) {
      auto event = static_cast<std::size_t>(others[i]);
      Event before{};
      before.dependences = thread.dependences;
      bool is_ordered = comes_before(event, before);
      for (unsigned j = 0; j < count && !is_ordered; ++j)
        is_ordered = j != i && comes_before(event, events[static_cast<std::size_t>(others[j])]);
      if (!is_ordered) add_race(others[i], now);
    }
  }
  thread.dependences = now.dependences;
  events.push_back(now);
  int mine = static_cast<int>(events.size()) - 1;
  if (is_write) {
    location.last_write = mine;
    location.last_reads.fill(nobody);
  } else {
    location.last_reads[current] = mine;
  }
}

/// Before `first`, somebody is to be tried who leads to `now` without it.
void Engine::add_race(int first, const Event& now) {
  const auto begin = static_cast<std::size_t>(first);
  std::vector<const Event*> others;  // what happens after `first` and does not need it, and `now`
  std::vector<std::size_t> indices;
  for (std::size_t i = begin + 1; i < events.size(); ++i) {
    if (comes_before(begin, events[i])) continue;
    others.push_back(&events[i]);
    indices.push_back(i);
  }
  others.push_back(&now);
  unsigned seen = 0, initials = 0;
  for (std::size_t i = 0; i < others.size(); ++i) {
    unsigned thread = static_cast<unsigned>(others[i]->thread);
    if ((seen & bit(thread)) != 0) continue;
    seen |= bit(thread);
    bool is_first = true;
    for (std::size_t j = 0; j < i && is_first; ++j) is_first = !comes_before(indices[j], *others[i]);
    if (is_first) initials |= bit(thread);
  }
  Node& node = nodes[events[begin].node];
  if ((initials & (node.backtrack | node.done)) != 0) return;
  unsigned able = initials & node.enabled;
  if (able == 0) {
    node.backtrack |= node.enabled;
  } else {
    node.backtrack |= (able & bit(current)) != 0 ? bit(current) : bit(lowest(able));
  }
}

void Engine::wake(unsigned sleeper) {
  Thread& thread = threads[sleeper];
  // Its time could have been up just before.
  if (thread.next.has_deadline && replayed == nullptr && options.search == Options::Search::Reduced)
    nodes[step_node].backtrack |= bit(sleeper);
  thread.next = Pending();
  woken |= bit(sleeper);
  thread.dependences.join(threads[current].dependences);
}

static void prepare_random() {
  for (unsigned& priority : engine.priorities) priority = 100 + static_cast<unsigned>(engine.next_random() % 1000);
}

static void trace_failure(Result& result, const Options& options, const std::function<void()>& program) {
  for (unsigned choice : engine.schedule) result.schedule += digits[choice];
  Result again = replay(options, result.schedule, program);
  result.failure = again.failure;
  result.trace = again.trace;
}

Result explore(const Options& options, const std::function<void()>& program) {
  const std::clock_t start = std::clock();  // of this process: other work on the machine does not end a search
  Result result;
  engine.options = options;
  engine.program = &program;
  engine.nodes.clear();
  engine.replayed = nullptr;
  engine.random = options.seed * 0x9e3779b97f4a7c15u | 1;
  for (bool is_left = true; is_left;) {
    if (options.search == Options::Search::Random) {
      prepare_random();
      engine.changes.clear();
      for (unsigned i = 1; i < options.depth; ++i)
        engine.changes.push_back(engine.next_random() % (result.longest + 1));
    }
    engine.execute();
    ++result.executions;
    result.cut += engine.is_cut ? 1 : 0;
    result.longest = std::max(result.longest, engine.steps);
    if (!engine.failure.empty()) {
      result.failure = engine.failure;
      trace_failure(result, options, program);
      return result;
    }
    is_left =
        options.search == Options::Search::Random ? result.executions < options.executions : engine.next_execution();
    if (!is_left) break;
    if (result.executions >= options.executions) return result;
    if (result.executions % 256 == 0 && static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC > options.seconds)
      return result;
  }
  result.is_complete = options.search != Options::Search::Random;
  return result;
}

std::set<Site> sites_of(const Options& options, const std::function<void()>& program) {
  std::set<Site> sites;
  engine.sites = &sites;
  Options few = options;
  few.executions = 20000;
  explore(few, program);
  engine.sites = nullptr;
  return sites;
}

Result replay(const Options& options, const std::string& schedule, const std::function<void()>& program) {
  std::vector<unsigned> choices;
  for (char each : schedule) {
    const char* digit = std::find(std::begin(digits), std::end(digits) - 1, each);
    choices.push_back(static_cast<unsigned>(digit - digits));
  }
  engine.options = options;
  engine.program = &program;
  engine.replayed = &choices;
  engine.is_tracing = true;
  engine.trace.clear();
  engine.execute();
  engine.is_tracing = false;
  engine.replayed = nullptr;
  Result result;
  result.executions = 1;
  result.longest = engine.steps;
  result.failure = engine.failure;
  result.schedule = schedule;
  result.trace = engine.trace;
  return result;
}

}  // namespace ferrule::model
