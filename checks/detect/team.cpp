#include "checks/detect/team.h"

#include <algorithm>

namespace ferrule {
namespace {

bool is_loop(Nest::Kind kind) {
  return kind == Nest::Kind::Loop || kind == Nest::Kind::Share || kind == Nest::Kind::Lanes;
}
bool is_plain_loop(Nest::Kind kind) { return kind == Nest::Kind::Loop; }
bool is_share(Nest::Kind kind) { return kind == Nest::Kind::Share; }
bool is_lanes(Nest::Kind kind) { return kind == Nest::Kind::Lanes; }
bool is_for_one(Nest::Kind kind) { return kind == Nest::Kind::Single || kind == Nest::Kind::Section; }

}  // namespace

Team::Team(const Function& function) : function_(function) {
  const auto events = static_cast<unsigned>(function.events.size());
  next_.resize(events + function.blocks.size());
  for (unsigned b = 0; b < function.blocks.size(); ++b) {
    const Block& block = function.blocks[b];
    unsigned last = events + b;
    for (unsigned e = block.first; e < block.last; ++e) {
      next_[last].push_back(e);
      last = e;
    }
    for (unsigned successor : block.successors) next_[last].push_back(events + successor);
  }
  for (const Nest& nest : function.nests) {
    shares_work_ |= is_share(nest.kind) || is_for_one(nest.kind) || nest.kind == Nest::Kind::Master;
    has_tasks_ |= nest.kind == Nest::Kind::Task;
  }
  Stops barriers(events);
  std::vector<unsigned> starts{events + function.entry};
  for (unsigned e = 0; e < events; ++e)
    if (calls(e, "omp::barrier")) {
      barriers[e] = true;
      starts.push_back(e);
    }
  for (unsigned start : starts) {
    Phase phase;
    if (start < events)
      for (unsigned at : chain(nest_at(start)))
        if (is_plain_loop(nest(at).kind) && phase.loop == 0) phase.loop = at;
    explore(next_[start], phase.loop, 0, barriers, phase.reached);
    phases_.push_back(std::move(phase));
  }
}

std::vector<unsigned> Team::chain(unsigned at) const {
  std::vector<unsigned> all;
  for (; at != 0; at = nest(at).parent) all.push_back(at);
  return all;
}

bool Team::is_in(unsigned at, unsigned outer) const {
  while (at > outer) at = nest(at).parent;
  return at == outer;
}

bool Team::calls(unsigned event, const char* name) const {
  return function_.events[event].kind == Event::Kind::Call && function_.events[event].callee == name;
}

bool Team::has_barrier(unsigned nest) const {
  for (unsigned e = 0; e < function_.events.size(); ++e)
    if (calls(e, "omp::barrier") && event_in(e, nest)) return true;
  return false;
}

// Marks what is reached from `open`, nothing beyond an event that stops, nor outside the nest `bounds`; `beyond` what
// is reached after `loop` was left.
void Team::explore(std::vector<unsigned> open, unsigned loop, unsigned bounds, const Stops& stops,
                   Reached& reached) const {
  const auto events = static_cast<unsigned>(function_.events.size());
  reached.within.resize(next_.size());
  reached.beyond.resize(next_.size());
  std::vector<std::pair<unsigned, bool>> left;
  for (unsigned at : open) left.emplace_back(at, false);
  while (!left.empty()) {
    auto [at, is_beyond] = left.back();
    left.pop_back();
    if (at < events) {
      if (!event_in(at, bounds)) continue;
      is_beyond |= !event_in(at, loop);
    }
    Marks& marks = is_beyond ? reached.beyond : reached.within;
    if (marks[at]) continue;
    marks[at] = true;
    if (at < events && stops[at]) continue;
    for (unsigned next : next_[at]) left.emplace_back(next, is_beyond);
  }
}

std::vector<unsigned> Team::common(unsigned a, unsigned b, bool (*wanted)(Nest::Kind)) const {
  std::vector<unsigned> all;
  for (unsigned at : chain(nest_at(a)))
    if (wanted(nest(at).kind) && event_in(b, at)) all.insert(all.begin(), at);
  return all;
}

std::vector<Scenario> Team::by_threads(unsigned a, unsigned b) const {
  if (!common(a, b, is_for_one).empty()) return {};
  const auto by_first = [&](unsigned event) {
    for (unsigned at : chain(nest_at(event)))
      if (nest(at).kind == Nest::Kind::Master) return true;
    return false;
  };
  if (by_first(a) && by_first(b)) return {};
  std::vector<unsigned> in_step = common(a, b, is_plain_loop);  // all threads wait for each other in each round
  std::erase_if(in_step, [&](unsigned loop) { return !has_barrier(loop); });
  const unsigned innermost = in_step.empty() ? 0 : in_step.back();
  bool same_round = false, other_round = false;
  for (const Phase& phase : phases_) {
    const auto& [within, beyond] = phase.reached;
    const bool is_inside = phase.loop != 0 && phase.loop == innermost;
    same_round |= (within[a] && within[b]) || (beyond[a] && beyond[b]);
    if ((within[a] && beyond[b]) || (beyond[a] && within[b])) (is_inside ? other_round : same_round) = true;
  }
  std::vector<Scenario> all;
  Scenario scenario;
  scenario.others = common(a, b, is_share);
  if (scenario.others.empty())
    for (unsigned of_a : chain(nest_at(a)))
      for (unsigned of_b : chain(nest_at(b))) {
        const Nest &x = nest(of_a), &y = nest(of_b);
        if (is_share(x.kind) && is_share(y.kind) && x.is_static && y.is_static && !x.lower.empty() &&
            !x.upper.empty() && x.lower == y.lower && x.upper == y.upper && x.step == y.step &&
            x.counts_down == y.counts_down)
          scenario.alike = {of_a, of_b};
      }
  scenario.same = in_step;
  if (same_round) all.push_back(scenario);
  if (other_round) {
    scenario.same.pop_back();
    if (scenario.others.empty()) scenario.others = {innermost};
    all.push_back(scenario);
  }
  return all;
}

// The task whose code the nest is in; 0 for that of the thread itself.
unsigned Team::context_of(unsigned at) const {
  while (at != 0 && nest(at).kind != Nest::Kind::Task) at = nest(at).parent;
  return at;
}

unsigned Team::outermost_task(unsigned of, unsigned other) const {
  unsigned found = 0;
  for (unsigned at : chain(of))
    if (nest(at).kind == Nest::Kind::Task && !is_in(other, at)) found = at;
  return found;
}

bool Team::depend(unsigned task, unsigned other) const {
  for (const Nest::Dependence& one : nest(task).depends)
    for (const Nest::Dependence& two : nest(other).depends)
      if (one.place == two.place && (one.writes || two.writes)) return true;
  return false;
}

bool Team::waits_for(unsigned event, unsigned task) const {
  if (calls(event, "omp::barrier")) return true;
  if (calls(event, "omp::group_end")) return is_in(task, nest_at(event));
  if (!calls(event, "omp::taskwait") || context_of(nest_at(event)) != context_of(nest(task).parent)) return false;
  const std::vector<Value>& awaited = function_.events[event].args;
  return awaited.empty() || std::any_of(awaited.begin(), awaited.end(), [&](const Value& value) {
           const auto& depends = nest(task).depends;
           return std::any_of(depends.begin(), depends.end(), [&](const auto& d) { return d.place == value.place; });
         });
}

// Where the thread that makes the task goes on.
std::vector<unsigned> Team::exits_of(unsigned task) const {
  const auto events = static_cast<unsigned>(function_.events.size());
  std::vector<unsigned> exits, open;
  Marks seen(next_.size());
  for (unsigned e = 0; e < events; ++e)
    if (event_in(e, task)) open.insert(open.end(), next_[e].begin(), next_[e].end());
  while (!open.empty()) {
    const unsigned at = open.back();
    open.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    if (at >= events)
      open.insert(open.end(), next_[at].begin(), next_[at].end());
    else if (!event_in(at, task))
      exits.push_back(at);
  }
  return exits;
}

void Team::after_task(unsigned task, unsigned a, unsigned b, std::optional<unsigned> variable_of,
                      std::vector<Scenario>& into) const {
  if (variable_of && is_in(*variable_of, task)) return;
  const unsigned first = outermost_task(nest_at(a), event_in(b, task) ? nest(task).parent : nest_at(b));
  const unsigned second = event_in(b, task) ? first : outermost_task(nest_at(b), nest_at(a));
  if (first == task && second != 0 && depend(task, second)) return;
  Stops stops(function_.events.size());
  for (unsigned e = 0; e < stops.size(); ++e) stops[e] = waits_for(e, task);
  std::vector<unsigned> around;
  for (unsigned at : chain(nest(task).parent))
    if (is_loop(nest(at).kind) && event_in(b, at)) around.insert(around.begin(), at);
  Reached reached;
  explore(exits_of(task), around.empty() ? 0 : around.back(), variable_of.value_or(0), stops, reached);
  Scenario scenario;
  scenario.by_one_thread = true;
  if (reached.within[b]) {
    scenario.same = around;
    into.push_back(scenario);
  }
  if (reached.beyond[b]) {
    scenario.same.clear();
    scenario.others = around;
    into.push_back(scenario);
  }
}

std::vector<Scenario> Team::by_tasks(unsigned a, unsigned b, std::optional<unsigned> variable_of) const {
  std::vector<Scenario> all;
  if (!has_tasks_) return all;
  for (unsigned at : chain(nest_at(a)))
    if (nest(at).kind == Nest::Kind::Task) after_task(at, a, b, variable_of, all);
  for (unsigned at : chain(nest_at(b)))
    if (nest(at).kind == Nest::Kind::Task) after_task(at, b, a, variable_of, all);
  return all;
}

std::vector<Scenario> Team::by_lanes(unsigned a, unsigned b, std::optional<unsigned> variable_of) const {
  std::vector<Scenario> all;
  for (unsigned lanes : common(a, b, is_lanes)) {
    if (variable_of && is_in(*variable_of, lanes)) continue;
    Scenario scenario;
    scenario.by_one_thread = true;
    scenario.lanes = lanes;
    scenario.others = {lanes};
    for (unsigned loop : common(a, b, is_loop))
      if (loop < lanes && is_in(lanes, loop)) scenario.same.push_back(loop);
    all.push_back(std::move(scenario));
  }
  return all;
}

}  // namespace ferrule
