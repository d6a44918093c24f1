// Plain data beside what is made for several threads: a member among atomics, a static local of a class that locks.
#include "checks/detect/belief.h"
#include "checks/detect/race_pairs.h"
#include "checks/detect/sightings.h"

namespace ferrule {
namespace {

class HabitRaces : public RacePairs {
 public:
  explicit HabitRaces(const RaceContext& context) : RacePairs(context), sightings_(context.engine) {}

  std::vector<Race> run() {
    find_members();
    for (const auto& [record, members] : members_) among_atomics(*record, members);
    find_locking();
    for (const FunctionFlow* flow : engine_.all()) static_locals(*flow);
    return std::move(races_);
  }

 private:
  // ---- a plain member among atomics

  struct Members {
    std::size_t atomic = 0;        // those that change when the object is made
    std::vector<PlaceId> plain{};  // likewise
    bool has_lock = false;
  };

  static bool is_construction(const Function& function) { return function.is_constructor || function.is_destructor; }

  bool is_method_of(const Sighting& sighting, const Record& record) const {
    return sighting.function().record == record.key && places_.root_kind(sighting.touch->accessed.place) == Root::This;
  }

  void find_members() {
    for (const auto& [group, all] : sightings_.groups()) {
      if (places_.root_kind(group) != Root::This) continue;
      const Record* record = program_.record_of_field(places_.field_key(group));
      if (!record || record->is_closure || record->is_system) continue;
      bool is_atomic = false;
      bool changes = false;
      bool is_locked = false;
      for (const Sighting& sighting : all) {
        is_atomic |= sighting.view->atomic;
        is_locked |= !sighting.view->locks.empty() || sighting.view->unnamed_lock;
        changes |= sighting.view->write && !is_construction(sighting.function());
      }
      Members& members = members_[record];
      members.has_lock |= is_locked;
      if (is_atomic)
        members.atomic += changes;
      else if (changes && is_data(group))
        members.plain.push_back(group);
    }
  }

  // Set up before others have the object, a member is assigned; what is worked out from its old value is updated again
  // and again.
  bool updates(const Sighting& write, const std::vector<Sighting>& all) const {
    if (!write.view->write || write.view->assumed) return false;
    return write.view->increment || std::any_of(all.begin(), all.end(), [&](const Sighting& read) {
             return read.flow == write.flow && !read.view->write && read.view->place == write.view->place &&
                    read.touch->event <= write.touch->event;
           });
  }

  bool may_meet_others(const Sighting& sighting, const Record& record) const {
    const Function& function = sighting.function();
    return is_method_of(sighting, record) && function.visibility == Visibility::Public && !is_construction(function) &&
           !function.is_assignment && !sighting.view->on_thread && sighting.view->locks.empty() &&
           !sighting.view->unnamed_lock && exposures_.any(&function) != Exposure::None &&
           !exposures_.sole_thread(&function);
  }

  void among_atomics(const Record& record, const Members& members) {
    if (members.has_lock || members.atomic == 0) return;
    Observations seen;
    seen.holding = members.atomic;
    seen.bare = members.plain.size();
    if (belief(seen) < most_are_atomic) return;
    for (PlaceId member : members.plain) {
      const std::vector<Sighting>& all = sightings_.groups().at(member);
      const Sighting* writer = nullptr;
      const Sighting* reader = nullptr;
      for (const Sighting& sighting : all) {
        if (!may_meet_others(sighting, record)) continue;
        if (!writer && updates(sighting, all)) writer = &sighting;
        if (!reader && sighting.function().is_const && !sighting.view->write) reader = &sighting;
      }
      if (!writer || !reader) continue;
      add(Race::Evidence::Habit, Profile::Default, writer->view->place, *writer->view, *reader->view,
          writer->function(), reader->function());
      races_.back().habit = "with no lock held, among members that are atomic";
      races_.back().belief = std::to_string(members.atomic) + " of " +
                             std::to_string(members.atomic + members.plain.size()) +
                             " members that change are atomic: several threads are meant to have the object";
    }
  }

  // ---- a static local of a class that locks

  void find_locking() {
    for (const FunctionFlow* flow : engine_.all())
      for (const Acquisition& taken : flow->acquisitions)
        if (!taken.hops) {
          if (flow->function->record.empty())
            locking_files_.try_emplace(flow->function->where.file, flow->function);
          else
            locking_classes_.try_emplace(flow->function->record, flow->function);
        }
  }

  const Function* locking_neighbour(const Function& function) const {
    const auto& neighbours = function.record.empty() ? locking_files_ : locking_classes_;
    const auto it = neighbours.find(function.record.empty() ? function.where.file : function.record);
    return it == neighbours.end() || it->second == &function ? nullptr : it->second;
  }

  bool is_static_local(PlaceId place) const {
    const Global* global =
        places_.root_kind(place) == Root::Global ? program_.global(places_.root_key(place)) : nullptr;
    return global && global->is_local_static && !global->is_thread_local && !global->is_constant;
  }

  void static_locals(const FunctionFlow& flow) {
    const Function& function = *flow.function;
    const Function* neighbour = locking_neighbour(function);
    if (!neighbour || function.is_constructor || exposures_.once_body(&function)) return;
    const Exposure exposure = exposures_.any(&function);
    if (exposure == Exposure::None || exposures_.always_locked(&function) || exposures_.sole_thread(&function)) return;
    // Of free functions, only a thread that is seen to come by shows that this one is meant.
    const bool shown = !function.record.empty() || exposure == Exposure::Shared;
    for (const Touch& touch : flow.touches) {
      const Accessed& access = touch.accessed;
      if (!access.write || access.hops || access.atomic || access.assumed || access.on_thread ||
          !access.locks.empty() || !touch.asserted.empty() || !is_static_local(access.place) || !is_data(access.place))
        continue;
      add(Race::Evidence::Habit, shown ? Profile::Default : Profile::Strict, access.place, access, access, function,
          function);
      races_.back().habit = "with no lock held, and all calls of '" + function.name + "' share it";
      races_.back().belief =
          '\'' + neighbour->name + "' takes a lock: several threads are meant to call these functions";
    }
  }

  static constexpr double most_are_atomic = 0.4;

  const Sightings sightings_;
  std::map<const Record*, Members> members_;
  std::map<std::string, const Function*> locking_classes_;
  std::map<std::string, const Function*> locking_files_;
};

}  // namespace

std::vector<Race> races_by_habit(const RaceContext& context) { return HabitRaces(context).run(); }

}  // namespace ferrule
