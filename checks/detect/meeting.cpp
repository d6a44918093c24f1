#include "checks/detect/meeting.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace ferrule {
namespace {

struct Term {
  std::int64_t factor;
  std::string_view name;  // "" for the constant
};

// The terms of a sum (Step::field), as the text has them.
std::vector<Term> terms_of(std::string_view text) {
  std::vector<Term> terms;
  while (!text.empty()) {
    Term term{1, {}};
    if (text.front() == '-' || text.front() == '+') {
      term.factor = text.front() == '-' ? -1 : 1;
      text.remove_prefix(1);
    }
    const std::string_view one = text.substr(0, text.find_first_of("+-"));
    text.remove_prefix(one.size());
    std::int64_t number = 1;
    const auto [end, error] = std::from_chars(one.data(), one.data() + one.size(), number);
    if (error == std::errc()) term.factor *= number;
    term.name = one.substr(static_cast<std::size_t>(error == std::errc() ? end - one.data() : 0));
    if (term.name.starts_with('*')) term.name.remove_prefix(1);
    terms.push_back(term);
  }
  return terms;
}

// The elements on the way that a place's text names, outermost first; false if some have no text.
bool add_indices(const Function& function, const Place& place, std::vector<std::string_view>& into) {
  if (place.root == Root::Result) {
    if (place.index >= function.events.size()) return false;
    const Event& made = function.events[place.index];
    if (made.kind == Event::Kind::Call && made.args.size() == 1 && !made.args.front().key.empty()) {
      if (!add_indices(function, made.place, into)) return false;
      into.push_back(made.args.front().key);
    } else if (made.kind == Event::Kind::Call && made.args.empty()) {
      if (!add_indices(function, made.place, into)) return false;
    }
  }
  for (const Step& step : place.steps)
    if (step.kind == Step::Kind::Element) into.push_back(step.field);
  return true;
}

// The numbers of both sides of a meeting: counters, bounds, what is known of a thread's own number.
class Numbers {
 public:
  Numbers(const Concurrency& known, const Scenario& scenario) : known_(known), by_one_thread_(scenario.by_one_thread) {}

  struct Frame {
    const Team* team;
    const Scenario* scenario;  // null: nothing is said of its loops
    bool names_hold;           // a variable that keeps its value is the same for both sides
    std::vector<unsigned> chain;
    unsigned number;
  };

  unsigned variable(unsigned side, const Frame& frame, unsigned nest) {
    const bool shared = frame.scenario && std::ranges::count(frame.scenario->same, nest) != 0;
    return id({shared ? 2 : side, frame.number, nest, ""});
  }

  // `text` as `side` sees it; nothing if some of it cannot be told.
  std::optional<Linear> sum(std::string_view text, unsigned side, const Frame& frame, std::size_t from = 0) {
    if (text.empty() || text == "[]" || text == "*") return {};
    Linear made;
    for (const Term& term : terms_of(text)) {
      if (term.name.empty()) {
        made.constant += term.factor;
        continue;
      }
      std::optional<unsigned> variable = resolve(term.name, side, frame, from);
      if (!variable) return {};
      made.add(*variable, term.factor);
    }
    return made;
  }

  // What the loops and branches around an event say of their counters.
  void bound(unsigned side, const Frame& frame) {
    for (std::size_t i = 0; i < frame.chain.size(); ++i) {
      const Nest& nest = frame.team->nest(frame.chain[i]);
      if (nest.kind == Nest::Kind::Branch) {
        if (std::optional<Linear> sum = this->sum(nest.lower, side, frame, i + 1)) system.not_negative(*sum);
        continue;
      }
      if (nest.index.empty()) continue;
      const unsigned counter = variable(side, frame, frame.chain[i]);
      const std::optional<Linear> lower = sum(nest.lower, side, frame, i + 1);
      const std::optional<Linear> upper = sum(nest.upper, side, frame, i + 1);
      const std::optional<Linear>& first = nest.counts_down ? upper : lower;
      const std::optional<Linear>& last = nest.counts_down ? lower : upper;
      if (nest.kind == Nest::Kind::Loop && (!first || is_loose(*first))) loose_.insert(counter);
      if (lower) system.not_negative(difference(counter, *lower, 1));
      if (upper) system.not_negative(difference(counter, *upper, -1));
      if (first && !last && nest.kind == Nest::Kind::Loop) system.zero(difference(counter, *first, 1));
      if (first && nest.step > 1) {
        const unsigned round = id({side, frame.number, frame.chain[i], "round"});
        Linear at = difference(counter, *first, 1);
        at.add(round, nest.counts_down ? nest.step : -static_cast<std::int64_t>(nest.step));
        system.zero(at);
      }
    }
  }

  static Linear difference(unsigned variable, const Linear& sum, std::int64_t sign) {
    Linear made;
    made.add(variable, sign);
    made.add(sum, -sign);
    return made;
  }

  // Does it rest on a counter of which nobody knows where it starts?
  bool is_loose(const Linear& sum) const {
    return std::any_of(sum.terms.begin(), sum.terms.end(), [&](const auto& t) { return loose_.contains(t.first); });
  }

  // Each thread has a number of its own, if anything rests on it.
  std::vector<std::pair<unsigned, unsigned>> own_numbers() const {
    std::vector<std::pair<unsigned, unsigned>> pairs;
    for (const auto& [key, first] : ids_)
      if (const auto& [side, frame, nest, name] = key; side == 0 && name.starts_with('&'))
        if (auto second = ids_.find({1, frame, nest, name}); second != ids_.end())
          pairs.emplace_back(first, second->second);
    return pairs;
  }

  Inequalities system = {};

 private:
  using Key = std::tuple<unsigned, unsigned, unsigned, std::string>;

  unsigned id(Key key) { return ids_.try_emplace(std::move(key), static_cast<unsigned>(ids_.size())).first->second; }

  std::optional<unsigned> resolve(std::string_view name, unsigned side, const Frame& frame, std::size_t from) {
    switch (name.front()) {
      case '%':
        for (std::size_t i = from; i < frame.chain.size(); ++i)
          if (frame.team->nest(frame.chain[i]).index == name) return variable(side, frame, frame.chain[i]);
        return {};
      case '$':
        if (!frame.names_hold) return {};
        return id({2, frame.number, 0, std::string(name)});
      case '&': {
        const FunctionKnowledge* known = known_.function(name.substr(1));
        if (!known || known->does != Does::OwnNumber) return {};
        return id({by_one_thread_ ? 2 : side, 0, 0, std::string(name)});
      }
      default:
        return {};
    }
  }

  const Concurrency& known_;
  bool by_one_thread_;
  std::map<Key, unsigned> ids_;
  std::set<unsigned> loose_;
};

using Inequality = std::vector<Linear>;  // all of them not negative

Linear above(unsigned larger, unsigned smaller) {
  Linear sum;
  sum.add(larger, 1);
  sum.add(smaller, -1);
  sum.constant = -1;
  return sum;
}

// The ways in which one of the loops `others` is in another round: the first that is, is ahead or behind.
std::vector<Inequality> other_rounds(Numbers& numbers, const Numbers::Frame& a, const Numbers::Frame& b,
                                     const std::vector<unsigned>& others) {
  std::vector<Inequality> ways;
  Inequality equal_so_far;
  for (unsigned loop : others) {
    if (a.team->nest(loop).index.empty()) return {{}};
    const unsigned x = numbers.variable(0, a, loop), y = numbers.variable(1, b, loop);
    for (const Linear& way : {above(x, y), above(y, x)}) {
      ways.push_back(equal_so_far);
      ways.back().push_back(way);
    }
    Linear same;
    same.add(x, 1);
    same.add(y, -1);
    equal_so_far.push_back(same);
    Linear reverse;
    reverse.add(same, -1);
    equal_so_far.push_back(reverse);
  }
  return ways;
}

// Lanes go in step: what a later round reads must not be what an earlier one writes; the other way round it is done.
Inequality lane_order(Numbers& numbers, const Numbers::Frame& frame, const Accessed& a, const Accessed& b,
                      unsigned loop) {
  const Nest& nest = frame.team->nest(loop);
  const unsigned x = numbers.variable(0, frame, loop), y = numbers.variable(1, frame, loop);
  const bool a_first = a.write && !b.write, b_first = b.write && !a.write;
  Inequality order;
  if (a_first || b_first) order.push_back(a_first != nest.counts_down ? above(y, x) : above(x, y));
  if (nest.distance > 1)
    for (const auto& [high, low] : {std::pair(x, y), std::pair(y, x)}) {
      Linear near;
      near.add(low, 1);
      near.add(high, -1);
      near.constant = static_cast<std::int64_t>(nest.distance - 1) * nest.step;
      order.push_back(near);
    }
  return order;
}

std::vector<Inequality> combined(const std::vector<Inequality>& some, const std::vector<Inequality>& more) {
  std::vector<Inequality> all;
  for (const Inequality& one : some)
    for (const Inequality& other : more) {
      all.push_back(one);
      all.back().insert(all.back().end(), other.begin(), other.end());
    }
  return all;
}

}  // namespace

const Team& Teams::of(const Function& function) {
  std::unique_ptr<Team>& team = teams_[&function];
  if (!team) team = std::make_unique<Team>(function);
  return *team;
}

bool Meeting::meet(const Side& a, const Side& b, const Function& outer, const Scenario& scenario, const Scenario* inner,
                   unsigned elements) {
  const Team& team = teams_.of(outer);
  Numbers numbers(known_, scenario);
  const auto frame = [&](const Team& of, const Function& function, unsigned event, const Scenario* said,
                         unsigned number, bool names_hold) {
    return Numbers::Frame{&of, said, names_hold, of.chain(function.events[event].nest), number};
  };
  const Numbers::Frame outer_a = frame(team, outer, a.event, &scenario, 0, true);
  const Numbers::Frame outer_b = frame(team, outer, b.event, &scenario, 0, true);
  numbers.bound(0, outer_a);
  numbers.bound(1, outer_b);
  std::vector<Inequality> ways{{}};
  if (!scenario.others.empty()) ways = other_rounds(numbers, outer_a, outer_b, scenario.others);
  if (scenario.alike) {
    const auto [of_a, of_b] = *scenario.alike;
    const unsigned x = numbers.variable(0, outer_a, of_a), y = numbers.variable(1, outer_b, of_b);
    ways = {{above(x, y)}, {above(y, x)}};
  }
  if (scenario.lanes != 0)
    ways = combined(ways, {lane_order(numbers, outer_a, a.accessed, b.accessed, scenario.lanes)});
  // The body that each access is in the text of; of one and the same, more may be known.
  const auto inner_frame = [&](const Side& side, unsigned number) {
    const Function& in = *side.accessed.in;
    return frame(teams_.of(in), in, side.accessed.event, inner, number, false);
  };
  Numbers::Frame in_a = outer_a, in_b = outer_b;
  if (a.accessed.in != &outer) numbers.bound(0, in_a = inner_frame(a, 1));
  if (b.accessed.in != &outer) numbers.bound(1, in_b = inner_frame(b, a.accessed.in == b.accessed.in ? 1 : 2));
  if (inner && !inner->others.empty()) ways = combined(ways, other_rounds(numbers, in_a, in_b, inner->others));

  if (elements > 0) {
    std::vector<std::string_view> of_a, of_b;
    if (!a.accessed.text || !b.accessed.text || !add_indices(*a.accessed.in, *a.accessed.text, of_a) ||
        !add_indices(*b.accessed.in, *b.accessed.text, of_b) || of_a.size() != of_b.size() || of_a.size() != elements)
      return false;
    bool unknown = false;
    for (std::size_t i = 0; i < of_a.size(); ++i) {
      const bool each = of_a[i] == "*" || of_b[i] == "*";
      if (each && of_a[i] == of_b[i]) return false;
      if (each) continue;
      const bool found_at_run_time = of_a[i] == "[]" || of_b[i] == "[]";
      if (found_at_run_time) {
        unknown |= scenario.others.empty() && !(inner && !inner->others.empty());
        continue;
      }
      const std::optional<Linear> x = numbers.sum(of_a[i], 0, in_a), y = numbers.sum(of_b[i], 1, in_b);
      if (!x || !y || numbers.is_loose(*x) || numbers.is_loose(*y)) {
        unknown = true;
        continue;
      }
      Linear difference = *x;
      difference.add(*y, -1);
      numbers.system.zero(difference);
    }
    if (unknown) return false;
  }
  for (const auto& [x, y] : numbers.own_numbers()) ways = combined(ways, {{above(x, y)}, {above(y, x)}});
  return std::any_of(ways.begin(), ways.end(), [&](const Inequality& way) {
    Inequalities system = numbers.system;
    for (const Linear& sum : way) system.not_negative(sum);
    return system.satisfiable();
  });
}

bool Meeting::in_region(const Accessed& a, const Accessed& b, const Function& region, unsigned elements) {
  const Team& team = teams_.of(region);
  const Side of_a{a, a.at_team}, of_b{b, b.at_team};
  std::vector<Scenario> scenarios = team.by_threads(a.at_team, b.at_team);
  // What a function further down shares out among the threads that call it.
  std::vector<Scenario> inner{{}};
  const Team* inner_team = a.in == b.in && a.in != &region ? &teams_.of(*a.in) : nullptr;
  const bool shares = inner_team && inner_team->shares_work();
  if (shares) inner = inner_team->by_threads(a.event, b.event);
  for (const Scenario& scenario : scenarios)
    for (const Scenario& below : inner)
      if (meet(of_a, of_b, region, scenario, shares ? &below : nullptr, elements)) return true;
  for (const Scenario& scenario : team.by_tasks(a.at_team, b.at_team))
    if (meet(of_a, of_b, region, scenario, nullptr, elements)) return true;
  return false;
}

bool Meeting::in_body(const Accessed& a, unsigned at_a, const Accessed& b, unsigned at_b, const Function& function,
                      std::optional<unsigned> variable_of, bool tasks, unsigned elements) {
  const Team& team = teams_.of(function);
  std::vector<Scenario> scenarios = team.by_lanes(at_a, at_b, variable_of);
  if (tasks)
    for (Scenario& scenario : team.by_tasks(at_a, at_b, variable_of)) scenarios.push_back(std::move(scenario));
  return std::any_of(scenarios.begin(), scenarios.end(), [&](const Scenario& scenario) {
    return meet({a, at_a}, {b, at_b}, function, scenario, nullptr, elements);
  });
}

}  // namespace ferrule
