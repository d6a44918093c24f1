// Which of the races that the heap shows are reported, and how they are told.
#include "checks/detect/race_pairs.h"
#include "checks/detect/races_by_origin.h"

#include <cmath>
#include <functional>
#include <map>
#include <queue>
#include <unordered_map>
#include <unordered_set>

namespace ferrule {
namespace {

using calls::Origin;
using calls::OriginId;

class HeapRaces : public RacePairs {
 public:
  HeapRaces(const RaceContext& context, const Flow& flow, Profile loudest)
      : RacePairs(context), loudest_(loudest), flow_(flow), heap_(context.engine.heap) {}

  std::vector<Race> run() {
    for (const heap::CopyEdge& edge : heap_.copy_edges()) {
      callers_[edge.callee].push_back(&edge);
      ++callees_[{edge.caller, edge.event}];
    }
    index_named();
    for (const OriginRace& race : find_races_by_origin(flow_, heap_, RacesOf::OneObject))
      if (race.is_one_object && !race.is_by_element && !is_judged(race)) tell(race);
    if (loudest_ == Profile::Strict)
      for (const OriginRace& race : find_races_by_origin(flow_, heap_, RacesOf::MayBeOne))
        if (!is_judged(race, false)) tell(race);
    return std::move(races_);
  }

 private:
  /// An access as a function names it whose flow sees it, by itself or by a thread.
  struct Named {
    const FunctionFlow* flow = nullptr;
    PlaceId place = no_place;
    bool on_thread = false;
  };

  void index_named() {
    for (const FunctionFlow* flow : engine_.all()) {
      for (const Touch& touch : flow->touches)
        named_[*touch.accessed.where].push_back({flow, touch.accessed.place, touch.accessed.on_thread});
      for (const Started& started : flow->started)
        for (const Accessed& access : started.accesses) named_[*access.where].push_back({flow, access.place, true});
    }
  }

  // Where one function sees both accesses by one name, the flow analysis has compared them, and knows more of order.
  // Of elements it tells nothing, unless their indices show that they are one.
  bool is_judged(const OriginRace& race, bool by_element = true) const {
    const auto first = named_.find(race.first.where), second = named_.find(race.second.where);
    if (first == named_.end() || second == named_.end()) return false;
    return std::any_of(first->second.begin(), first->second.end(), [&](const Named& a) {
      return std::any_of(second->second.begin(), second->second.end(), [&](const Named& b) {
        return a.flow == b.flow && (a.on_thread || b.on_thread) && (by_element || !is_by_element(a.place)) &&
               (places_.has_prefix(a.place, b.place) || places_.has_prefix(b.place, a.place));
      });
    });
  }

  bool is_by_element(PlaceId place) const {
    for (; !places_.is_root(place); place = places_.parent(place))
      if (places_.step_kind(place) == Step::Kind::Element) return true;
    return false;
  }

  // Why the profile `default` has none of it; "" if it has.
  std::string doubt(const OriginRace& race, double certainty) const {
    constexpr double least_certainty = 0.5;
    if (race.first.run_by_library || race.second.run_by_library)
      return "a library's function may run it, as far as types tell";
    if (race.is_handed_over) return "one side seems to come first, by what the threads take or wait for";
    if (race.is_guarded_perhaps) return "both sides hold locks, which may be the same one";
    if (is_judged(race)) return "the analysis of each body takes the elements to be different ones";
    if (!race.is_one_object) return "it may be one of several objects, and each side may have another";
    if (race.is_by_element) return "elements are not told apart by index, and each side may have another";
    if (race.is_passed_around) return "pointers to it are passed around, so that one side may be through with it";
    if (race.first.function->is_ambiguous || race.second.function->is_ambiguous)
      return "a function on the way has several definitions";
    if (certainty < least_certainty) return "calls on the way may run several functions, and which is not known";
    return "";
  }

  bool is_seen(OriginId id) const {
    const Origin::Kind kind = heap_.origins().all()[id].kind;
    return kind == Origin::Kind::Main || kind == Origin::Kind::Outside || kind == Origin::Kind::Thread ||
           kind == Origin::Kind::Parallel;
  }

  // Complain of the side that holds nothing, and of the write before the read.
  static bool comes_first(const OriginAccess& a, const OriginAccess& b) {
    return a.locks.empty() != b.locks.empty() ? a.locks.empty() : a.is_write || !b.is_write;
  }

  // How a lock keeps others out is its own affair.
  bool is_inside_lock(const Function& function) const {
    const Record* record = program_.record(function.record);
    return record && record->has_lock_methods;
  }

  void tell(const OriginRace& found) {
    std::size_t seen = 0;
    while (seen < found.first.origins.size() &&
           (!is_seen(found.first.origins[seen]) || !is_seen(found.second.origins[seen])))
      ++seen;
    if (seen == found.first.origins.size()) return;
    const bool as_it_is = comes_first(found.first, found.second);
    const OriginAccess& first = as_it_is ? found.first : found.second;
    const OriginAccess& second = as_it_is ? found.second : found.first;
    const PlaceId place = places_.intern(first.place);
    if (place == no_place || !is_data(place, first.function) || is_inside_lock(*first.function)) return;
    Race race;
    race.evidence = Race::Evidence::Heap;
    // Of two names of one place, the one that says more: '*out' may be any place.
    const std::string key = heap_.key_of(found.cell);
    const PlaceId other = places_.intern(second.place);
    const bool says_less = subject_of(place, *first.function) != key && subject_of(other, *second.function) == key;
    race.name = says_less ? name_of(other, *second.function) : name_of(place, *first.function);
    if ((says_less ? second : first).place.root == Root::Result) race.name = heap_.name(found.cell);
    race.subject = key.empty() ? subject_of(place, *first.function) : key;
    race.declared = heap_.declared(found.cell);
    race.root = std::to_string(heap_.object_id(found.cell));
    double certainty = 1;
    race.first = side(first, first.origins[seen], certainty);
    race.second = side(second, second.origins[seen], certainty);
    race.doubt = doubt(found, certainty);
    race.profile = race.doubt.empty() ? Profile::Default : Profile::Strict;
    blame_call(race.first, *first.function);
    races_.push_back(std::move(race));
  }

  RaceSide side(const OriginAccess& access, OriginId origin, double& certainty) const {
    RaceSide made;
    made.where = made.blamed = access.where;
    made.function = access.function->name;
    made.is_write = access.is_write;
    made.locks = access.locks;
    made.on_thread = heap_.origins().all()[origin].function != nullptr;
    if (made.on_thread) made.way = way(*access.copy, origin, certainty);
    if (access.run_by_library)
      made.way.push_back({access.run_by_library, "a library's function may run '" + made.function + "' here"});
    return made;
  }

  // The way from the start of the thread to the access that is the most certain, and of those the shortest (Dijkstra).
  // A call that may run n functions is one chance in n.
  std::vector<Note> way(const heap::Copy& to, OriginId origin, double& certainty) const {
    struct Reached {
      double cost = 0;  ///< the logarithm of one over the certainty
      unsigned calls = 0;
      const heap::Copy* copy = nullptr;
      auto operator<=>(const Reached&) const = default;
    };
    const Origin& started = heap_.origins().all()[origin];
    std::unordered_map<const heap::Copy*, const heap::CopyEdge*> next{{&to, nullptr}};  // towards the access
    std::unordered_set<const heap::Copy*> done;
    std::priority_queue<Reached, std::vector<Reached>, std::greater<>> work;
    std::unordered_map<const heap::Copy*, std::pair<double, unsigned>> best{{&to, {0, 0}}};
    work.push({0, 0, &to});
    while (!work.empty()) {
      const Reached at = work.top();
      work.pop();
      const auto callers = callers_.find(at.copy);
      if (!done.insert(at.copy).second || callers == callers_.end()) continue;
      for (const heap::CopyEdge* edge : callers->second) {
        if (edge->kind == calls::CallKind::Call) {
          const Reached more{at.cost + std::log(callees_.at({edge->caller, edge->event})), at.calls + 1, edge->caller};
          const auto [known, is_new] = best.try_emplace(more.copy, more.cost, more.calls);
          if (!is_new && known->second <= std::pair(more.cost, more.calls)) continue;
          known->second = {more.cost, more.calls};
          next[more.copy] = edge;
          work.push(more);
        } else if (edge->caller->function == started.function && edge->event == started.event) {
          certainty *= std::exp(-at.cost);
          std::vector<Note> notes{note(*edge, true)};
          for (const heap::Copy* step = at.copy; step != &to; step = next[step]->callee)
            notes.push_back(note(*next[step], false));
          return notes;
        }
      }
    }
    return {};
  }

  static Note note(const heap::CopyEdge& edge, bool starts) {
    const Function& callee = *edge.callee->function;
    const std::string name = callee.is_closure_body ? "the closure" : '\'' + callee.name + '\'';
    return {edge.caller->function->events[edge.event].where,
            starts ? "a thread that runs " + name + " starts here" : name + " is called here"};
  }

  Profile loudest_;
  const Flow& flow_;
  const heap::Heap& heap_;
  std::map<Location, std::vector<Named>> named_;
  std::unordered_map<const heap::Copy*, std::vector<const heap::CopyEdge*>> callers_;
  std::map<std::pair<const heap::Copy*, unsigned>, unsigned> callees_;  // how many, by caller and event
};

}  // namespace

std::vector<Race> races_by_heap(const RaceContext& context, const Flow& flow, Profile loudest) {
  return HeapRaces(context, flow, loudest).run();
}

}  // namespace ferrule
