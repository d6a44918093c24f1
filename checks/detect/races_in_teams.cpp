// Tasks and lanes of one function's own make both accesses.
#include "checks/detect/race_pairs.h"

namespace ferrule {
namespace {

class TeamRaces : public RacePairs {
 public:
  using RacePairs::RacePairs;

  std::vector<Race> run() {
    std::set<const Function*> regions;  // their pairs are looked at where they start, with all names known
    for (const FunctionFlow* flow : engine_.all())
      for (const Started& started : flow->started)
        if (started.repeats) regions.insert(started.bodies.begin(), started.bodies.end());
    for (const FunctionFlow* flow : engine_.all()) inside(*flow, regions.contains(flow->function));
    return std::move(races_);
  }

 private:
  void inside(const FunctionFlow& flow, bool is_region) {
    const Function& function = *flow.function;
    const bool meets_itself = std::any_of(function.nests.begin(), function.nests.end(), [](const Nest& nest) {
      return nest.kind == Nest::Kind::Task || nest.kind == Nest::Kind::Lanes;
    });
    if (!meets_itself) return;
    for (std::size_t i = 0; i < flow.touches.size(); ++i)
      for (std::size_t j = 0; j <= i; ++j) pair(flow.touches[j], flow.touches[i], function, is_region);
  }

  void pair(const Touch& a, const Touch& b, const Function& function, bool is_region) {
    const Accessed &first = a.accessed, &second = b.accessed;
    if (first.on_thread || second.on_thread || !can_race(first, second) || !is_data(first.place, &function)) return;
    const PlaceId root = places_.root_of(first.place);
    std::optional<unsigned> variable_of;
    if (places_.root_kind(root) == Root::Local && places_.root_index(root) < function.locals.size())
      variable_of = function.locals[places_.root_index(root)].nest;
    else if (places_.root_kind(root) == Root::Result && places_.root_index(root) < function.events.size())
      variable_of = function.events[places_.root_index(root)].nest;
    const bool tasks = !is_region || variable_of;
    const PlaceId place = places_.depth(first.place) >= places_.depth(second.place) ? first.place : second.place;
    if (elements_in(first.place) != elements_in(second.place)) return;
    if (!meeting_.in_body(first, a.event, second, b.event, function, variable_of, tasks, elements_in(place))) return;
    const bool in_order = first.write == second.write ? !(*second.where < *first.where) : first.write;
    const bool quiet = first.assumed || second.assumed;
    add(Race::Evidence::Thread, quiet ? Profile::Strict : Profile::Default, place, in_order ? first : second,
        in_order ? second : first, function, function);
    races_.back().in_team = true;
    tell(races_.back().first, in_order ? a.event : b.event, function);
    tell(races_.back().second, in_order ? b.event : a.event, function);
  }

  // What makes the access on another thread, or at the same time as its like.
  static void tell(RaceSide& side, unsigned event, const Function& function) {
    for (unsigned at = function.events[event].nest; at != 0; at = function.nests[at - 1].parent) {
      const Nest& nest = function.nests[at - 1];
      if (nest.kind != Nest::Kind::Task && nest.kind != Nest::Kind::Lanes) continue;
      const bool is_task = nest.kind == Nest::Kind::Task;
      side.on_thread |= is_task;
      side.way.insert(side.way.begin(), {nest.where, is_task ? "a task starts here, which may run on another thread"
                                                             : "rounds of this loop are done at the same time"});
      return;
    }
  }

  Teams teams_;
  Meeting meeting_{engine_.known, teams_};
};

}  // namespace

std::vector<Race> races_in_teams(const RaceContext& context) { return TeamRaces(context).run(); }

}  // namespace ferrule
