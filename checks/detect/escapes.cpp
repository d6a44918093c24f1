#include "checks/detect/escapes.h"

#include "checks/detect/race_pairs.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace ferrule {
namespace {

class EscapeFinder : public RacePairs {
 public:
  using RacePairs::RacePairs;

  std::vector<GuardEscape> run() {
    std::vector<GuardEscape> found;
    const std::vector<const FunctionFlow*> flows = engine_.all();
    for (const FunctionFlow* flow : flows) {
      const Function& function = *flow->function;
      if (flow->escapes.empty() || exposures_.any(&function) == Exposure::None) continue;
      if (exposures_.always_locked(&function)) continue;  // a recursive lock, which the callers hold too
      for (const Escape& escape : flow->escapes)
        if (is_data(escape.place) && guarding_.can_guard(escape.lock, escape.place))
          if (const Location* threat = threat_of(escape, function, flows))
            found.push_back(told(escape, function, *threat));
    }
    const auto order = [](const GuardEscape& e) { return std::tie(e.where, e.name, e.lock); };
    std::sort(found.begin(), found.end(),
              [&](const GuardEscape& a, const GuardEscape& b) { return order(a) < order(b); });
    found.erase(
        std::unique(found.begin(), found.end(), [&](const auto& a, const auto& b) { return order(a) == order(b); }),
        found.end());
    return found;
  }

 private:
  // Where another function, under the same lock, changes what the result points to.
  const Location* threat_of(const Escape& escape, const Function& function,
                            const std::vector<const FunctionFlow*>& flows) const {
    const Location* threat = nullptr;
    for (const FunctionFlow* flow : flows) {
      const Function& other = *flow->function;
      if (&other == &function || other.is_constructor || other.is_destructor || other.is_assignment ||
          exposures_.any(&other) == Exposure::None)
        continue;
      for (const Touch& touch : flow->touches) {
        const Accessed& accessed = touch.accessed;
        if (!accessed.write || accessed.atomic || accessed.published || !accessed.locks.contains(escape.lock)) continue;
        if (accessed.in == &function || guarding_.is_birth_or_end(accessed)) continue;
        if (changes(accessed, escape.place) && (!threat || *accessed.where < *threat)) threat = accessed.where;
      }
    }
    return threat;
  }

  bool changes(const Accessed& accessed, PlaceId place) const {
    if (places_.has_prefix(accessed.place, place)) return !places_.derefs_between(place, accessed.place);
    if (!places_.has_prefix(place, accessed.place) || places_.derefs_between(accessed.place, place)) return false;
    return !only_adds(accessed);
  }

  // References into a list, map or set stay good while elements are added.
  bool only_adds(const Accessed& accessed) const {
    for (const Event& event : accessed.in->events) {
      if (&event.where != accessed.where || event.kind != Event::Kind::Call) continue;
      const Function* callee = program_.function(event.callee);
      const Record* record = callee ? program_.record(callee->record) : nullptr;
      if (!record) return false;
      const std::string_view name = std::string_view(callee->name).substr(callee->name.rfind("::") + 2);
      const bool adds = name.starts_with("insert") || name.starts_with("emplace") || name.starts_with("push_") ||
                        name == "try_emplace" || name == "operator[]";
      const bool by_node = record->name.find("map") != std::string::npos ||
                           record->name.find("set") != std::string::npos || record->name == "std::list" ||
                           record->name == "std::forward_list";
      const bool at_end = record->name == "std::deque" &&
                          (name.starts_with("push_") || name == "emplace_back" || name == "emplace_front");
      return adds && (by_node || at_end);
    }
    return false;
  }

  // What is synchronised when it is const may not be so for those who change it.
  std::string without_const(const std::string& key) const {
    const Type* type = program_.type(key);
    if (!type || !type->is_const) return key;
    if (type->kind != TypeKind::Record) return {};
    const auto& types = program_.facts().types;
    const auto plain = std::find_if(types.begin(), types.end(), [&](const Type& t) {
      return t.kind == TypeKind::Record && t.record == type->record && !t.is_const;
    });
    return plain == types.end() ? std::string() : plain->key;
  }

  GuardEscape told(const Escape& escape, const Function& function, const Location& threat) const {
    GuardEscape made;
    const bool whole = !places_.is_root(escape.place) && places_.step_kind(escape.place) == Step::Kind::Element;
    made.name = name_of(whole ? places_.parent(escape.place) : escape.place, function);
    made.lock = name_of_lock(escape.lock, function);
    const Type* type = program_.type(function.result);
    const Record* record = type && type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
    made.how = record                            ? (record->name.ends_with("iterator") ? "iterator" : "view")
               : type->kind == TypeKind::Pointer ? "pointer"
                                                 : "reference";
    if (!record) made.type = without_const(type->target);
    made.where = *escape.where;
    made.threat = threat;
    made.declared = declared(escape.place, function);
    made.subject = subject_of(escape.place, function) + '@' + function.key;
    return made;
  }
};

}  // namespace

std::vector<GuardEscape> find_guard_escapes(const Flow& flow) {
  return EscapeFinder(RaceContext::of(flow.engine())).run();
}

std::vector<OutlivedGuard> find_outlived_guards(const Flow& flow) {
  const Flow::Engine& engine = flow.engine();
  std::vector<OutlivedGuard> found;
  for (const FunctionFlow* of : engine.all())
    for (const Outlived& outlived : of->outlived) {
      const std::string lock = describe(engine.places.expand(outlived.lock), *of->function, engine.program);
      found.push_back({lock, *outlived.where, outlived.is_returned, of->function->key + "#outlived/" + lock});
    }
  const auto order = [](const OutlivedGuard& g) { return std::tie(g.where, g.lock); };
  std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
  found.erase(
      std::unique(found.begin(), found.end(), [&](const auto& a, const auto& b) { return order(a) == order(b); }),
      found.end());
  return found;
}

}  // namespace ferrule
