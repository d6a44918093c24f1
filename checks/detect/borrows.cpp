#include "checks/detect/borrows.h"

#include "checks/flow/engine.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace ferrule {
namespace {

class BorrowFinder {
 public:
  explicit BorrowFinder(const Flow& flow) : engine_(flow.engine()), places_(engine_.places) {}

  std::vector<Borrow> run() {
    for (const FunctionFlow* flow : engine_.all()) {
      for (const Dangling& dangling : flow->dangling) add_dangling(*flow, dangling);
      for (unsigned id : flow->live_at_exit) add_unproved(*flow, flow->started[id]);
      for (const Started& started : flow->summary.started) add_destroyed_before(*flow, started);
    }
    return sorted();
  }

  std::vector<Borrow> run_thread_local() {
    for (const FunctionFlow* flow : engine_.all())
      for (unsigned id = 0; id < flow->started.size(); ++id)
        if (flow->started[id].origin == flow->function) add_thread_local(*flow, id);
    return sorted();
  }

 private:
  std::vector<Borrow> sorted() {
    std::sort(found_.begin(), found_.end(), [](const Borrow& a, const Borrow& b) {
      const auto order = [](const Borrow& x) {
        return std::tie(x.where, x.name, x.profile, x.crosses, x.ends, x.sink);
      };
      return order(a) < order(b);
    });
    const auto same = [](const Borrow& a, const Borrow& b) { return a.where == b.where && a.name == b.name; };
    found_.erase(std::unique(found_.begin(), found_.end(), same), found_.end());
    return std::move(found_);
  }

  // The variable ends with its thread; a join in the same function says that it waits.
  void add_thread_local(const FunctionFlow& flow, unsigned id) {
    for (const Reference& reference : flow.started[id].references) {
      if (places_.root_kind(reference.place) != Root::Global || places_.has_deref(reference.place)) continue;
      const Global* global = engine_.program.global(places_.root_key(reference.place));
      if (!global || !global->is_thread_local) continue;
      Borrow borrow = make(flow, flow.started[id], reference);
      borrow.name = describe(places_.expand(reference.place), *flow.function, engine_.program);
      borrow.declared = global->where;
      borrow.proved = flow.live_at_exit.contains(id);
      if (!borrow.proved) borrow.profile = Profile::Strict;
      borrow.subject = global->key;
      found_.push_back(std::move(borrow));
    }
  }

  Borrow make(const FunctionFlow& flow, const Started& started, const Reference& reference) const {
    Borrow borrow;
    borrow.where = *reference.where;
    borrow.sink = started.sink;
    borrow.crosses = *started.where;
    borrow.by_capture = reference.by_capture;
    borrow.is_this = reference.is_this;
    borrow.is_message = !started.items.empty() && started.items.front().kind == CrossingItem::Kind::Message;
    for (const Location* via : started.via) borrow.via.push_back(*via);
    const Function& function = *flow.function;
    const PlaceId top = places_.root_of(reference.place);
    const unsigned index = places_.root_index(top);
    borrow.name = reference.name;
    if (places_.root_kind(top) == Root::Local && index < function.locals.size()) {
      borrow.declared = function.locals[index].where;
      if (!reference.is_this) borrow.name = function.locals[index].name;
    }
    if (places_.root_kind(top) == Root::Param && index < function.params.size()) {
      borrow.declared = function.params[index].where;
      if (!reference.is_this) borrow.name = function.params[index].name;
    }
    if (borrow.name.empty()) borrow.name = describe(places_.expand(reference.place), function, engine_.program);
    borrow.subject = function.key + '#' + borrow.name;
    return borrow;
  }

  void add_dangling(const FunctionFlow& flow, const Dangling& dangling) {
    const Started& started = flow.started[dangling.started];
    Borrow borrow = make(flow, started, dangling.reference);
    borrow.proved = true;
    if (dangling.ends) borrow.ends = *dangling.ends;
    // The sink takes nothing borrowed, although here it is joined in time.
    const bool joined = started.is_static && !flow.live_at_exit.contains(dangling.started);
    if (joined) borrow.profile = Profile::Strict;
    found_.push_back(std::move(borrow));
  }

  // Members are destroyed from the last to the first: a thread that its handle joins then still uses those behind it.
  void add_destroyed_before(const FunctionFlow& flow, const Started& started) {
    const PlaceId handle = places_.first_step(started.handle == no_place ? places_.root(Root::This) : started.handle);
    if (started.handle == no_place || places_.root_kind(handle) != Root::This || places_.is_root(handle) ||
        !started.joins_on_destroy)
      return;
    const Record* record = engine_.program.record_of_field(places_.field_key(handle));
    if (!record || record->key != flow.function->record || is_joined_by_member(*record, handle)) return;
    const auto index = [&](PlaceId place) {
      const PlaceId first = places_.root_kind(place) == Root::This ? places_.first_step(place) : no_place;
      if (first == no_place || places_.is_root(first) || places_.step_kind(first) != Step::Kind::Field)
        return record->fields.size();
      const auto it = std::find_if(record->fields.begin(), record->fields.end(),
                                   [&](const Field& f) { return f.key == places_.field_key(first); });
      return static_cast<std::size_t>(it - record->fields.begin());
    };
    const std::size_t own = index(handle);
    std::size_t used = record->fields.size();
    for (const Accessed& accessed : started.accesses)
      if (const std::size_t at = index(accessed.place); at > own && at < used) used = at;
    for (PlaceId lock : started.locks)
      if (const std::size_t at = index(lock); at > own && at < used) used = at;
    if (own == record->fields.size() || used == record->fields.size()) return;
    Borrow borrow;
    borrow.where = *started.where;
    borrow.crosses = *started.where;
    borrow.sink = started.sink;
    borrow.name = record->fields[used].name;
    borrow.declared = record->fields[used].where;
    borrow.joined_by = record->fields[own].where;
    borrow.proved = true;
    borrow.subject = record->fields[used].key;
    found_.push_back(std::move(borrow));
  }

  // Does some member function, or the destructor, wait for the thread or put another in its place?
  bool is_joined_by_member(const Record& record, PlaceId handle) const {
    std::vector<std::string> members = record.methods;
    members.push_back(record.destructor);
    return std::any_of(members.begin(), members.end(), [&](const std::string& key) {
      const Function* method = engine_.program.function(key);
      auto flow = method ? engine_.flows.find(method) : engine_.flows.end();
      if (flow == engine_.flows.end()) return false;
      const bool joins = std::any_of(
          flow->second->summary.joined.begin(), flow->second->summary.joined.end(),
          [&](PlaceId joined) { return places_.has_prefix(joined, handle) || places_.has_prefix(handle, joined); });
      return joins || (method->is_destructor && !method->is_defaulted && touches(*method, handle));
    });
  }

  bool touches(const Function& destructor, PlaceId handle) const {
    return std::any_of(destructor.events.begin(), destructor.events.end(), [&](const Event& event) {
      const Function* callee = event.kind == Event::Kind::Call ? engine_.program.function(event.callee) : nullptr;
      return callee && places_.intern(event.place) == handle && !callee->name.ends_with("::request_stop");
    });
  }

  // The thread has a copy of an object that holds a pointer: as good as a copy of the pointer, and judged by its type.
  bool is_copied_pointer(const Reference& reference) const {
    const PlaceId place = reference.place;
    if (reference.by_capture || places_.root_kind(place) != Root::Param || places_.is_root(place)) return false;
    const PlaceId pointer = places_.parent(place);
    if (places_.step_kind(place) != Step::Kind::Deref || places_.is_root(pointer) || places_.has_deref(pointer))
      return false;
    const Field* field = engine_.program.field(places_.field_key(pointer));
    return field && !field->is_reference;
  }

  // Detached, and what it refers to belongs to somebody else: whether it lives long enough, nobody can see here.
  void add_unproved(const FunctionFlow& flow, const Started& started) {
    if (started.origin != flow.function || started.handle != no_place) return;
    for (const Reference& reference : started.references) {
      const Root root = places_.root_kind(reference.place);
      const unsigned index = places_.root_index(reference.place);
      const Function& function = *flow.function;
      const bool of_caller = root == Root::This || (root == Root::Param && index < function.params.size());
      if (!of_caller || is_copied_pointer(reference)) continue;
      Borrow borrow = make(flow, started, reference);
      borrow.profile = Profile::Strict;
      found_.push_back(std::move(borrow));
    }
  }

  const Flow::Engine& engine_;
  PlaceTable& places_;
  std::vector<Borrow> found_;
};

}  // namespace

std::vector<Borrow> find_borrows(const Flow& flow) { return BorrowFinder(flow).run(); }
std::vector<Borrow> find_thread_local_borrows(const Flow& flow) { return BorrowFinder(flow).run_thread_local(); }

}  // namespace ferrule
