// Bodies and the copies of them that are analysed for some of their callers alone, so that their objects stay apart.
#include "checks/heap/builder.h"

#include <algorithm>

namespace ferrule::heap {

namespace {

constexpr unsigned deepest_copy = 3;
constexpr std::size_t longest_helper = 80;  // events
// Of the graph's work, so that it ends within seconds on programs of large structures that are copied into each other.
constexpr std::size_t steps_a_program = 2'000'000;
constexpr std::size_t steps_an_event = 40;
constexpr std::size_t most_copies = 60;          // of one function, for objects and calls
constexpr std::size_t instances_a_function = 3;  // in the mean; more share one copy

}  // namespace

Builder::Builder(const Program& program, const Concurrency& known)
    : program_(program), known_(known), cells_(program, known), graph_(cells_.graph()) {
  origins_ = {{CallKind::Call}, {CallKind::Call}, {CallKind::Call}};
}

unsigned Builder::number_of(const Context& context) {
  const auto [entry, is_new] = context_numbers_.try_emplace({context.origin, context.site, context.object},
                                                            static_cast<unsigned>(contexts_.size()));
  if (is_new) contexts_.push_back(context);
  return entry->second;
}

Instance& Builder::instance(const Function& function, const Context& of) {
  const unsigned context = number_of(of);
  Instance*& known = by_context_[{&function, context}];
  if (known) return *known;
  Instance& made = instances_.emplace_back();
  known = &made;
  made.function = &function;
  made.number = static_cast<unsigned>(instances_.size() - 1);
  made.context = context;
  made.self = cells_.add_helper();
  const auto variable = [&](const Variable& of, unsigned index, bool is_local) {
    const Type* type = cells_.type_of(of.type);
    if (of.is_reference) return cells_.add_helper();
    Object object;
    object.kind = Object::Kind::Variable;
    object.type = type;
    object.function = &function;
    object.index = is_local ? index : index | Object::parameter;
    object.context = context;
    return cells_.add_object(object);
  };
  for (unsigned i = 0; i < function.params.size(); ++i) made.params.push_back(variable(function.params[i], i, false));
  for (unsigned i = 0; i < function.locals.size(); ++i) made.locals.push_back(variable(function.locals[i], i, true));
  made.result = cells_.add_helper();
  made.results.assign(function.events.size(), no_node);
  by_function_[&function].push_back(&made);
  to_build_.push_back(&made);
  return made;
}

// Does the function make an object that its caller gets a pointer to?
bool Builder::returns_allocation(const Function& function) {
  const auto [entry, is_new] = returns_allocation_.try_emplace(&function, false);
  if (!is_new) return entry->second;
  const Type* result = cells_.type_of(function.result);
  if (function.events.size() > longest_helper || !result || function.is_closure_body) return false;
  const ClassKnowledge* known = cells_.class_of(result);
  if (result->kind != TypeKind::Pointer && !(known && known->is == Is::Pointer)) return false;
  const bool allocates = std::any_of(function.events.begin(), function.events.end(), [&](const Event& event) {
    if (event.value.kind == Value::Kind::Fresh) return true;
    const Function* callee =
        event.kind != Event::Kind::Call || event.callee.empty() ? nullptr : program_.function(event.callee);
    if (!callee) return false;
    const FunctionKnowledge* does = known_.function(callee->name);
    if (does && (does->does == Does::Make || does->does == Does::Allocate)) return true;
    return callee->has_body() && callee != &function && returns_allocation(*callee);
  });
  return returns_allocation_[&function] = allocates;
}

// Does a member function keep in its object what it is given, or give back what the object keeps? Those of containers,
// pools and wrappers do.
bool Builder::keeps_or_gives(const Function& function) {
  const auto [entry, is_new] = keeps_or_gives_.try_emplace(&function, false);
  if (!is_new) return entry->second;
  if (function.record.empty() || function.is_static || function.is_closure_body || function.is_destructor ||
      function.events.size() > longest_helper)
    return false;
  const Type* result = cells_.type_of(function.result);
  const bool gives =
      result && result->key != "void" && (cells_.can_point(result) || result->kind == TypeKind::Reference);
  const bool takes = std::any_of(function.params.begin(), function.params.end(),
                                 [&](const Variable& param) { return cells_.can_point(cells_.type_of(param.type)); });
  if (!gives && !takes) return false;
  const auto is_own = [](const Place& place) { return place.root == Root::This && !place.steps.empty(); };
  const auto is_param = [](const Value& value) { return value.place.root == Root::Param; };
  const bool found = std::any_of(function.events.begin(), function.events.end(), [&](const Event& event) {
    if (gives && event.kind == Event::Kind::Return)
      return event.value.place.root == Root::This || event.value.place.root == Root::Result ||
             event.value.place.root == Root::Local;
    if (!takes || !is_own(event.place)) return false;
    return (event.kind == Event::Kind::Assign && is_param(event.value)) ||
           ((event.kind == Event::Kind::Call || event.kind == Event::Kind::Construct) &&
            std::any_of(event.args.begin(), event.args.end(),
                        [&](const Value& value) { return is_param(value) || value.place.root == Root::Result; }));
  });
  return keeps_or_gives_[&function] = found;
}

calls::OriginId Builder::origin_of(const Site& site) {
  const calls::OriginId own = contexts_[site.in->context].origin;
  if (site.kind == CallKind::Call) return own;
  const auto [entry, is_new] = origin_numbers_.try_emplace({site.in->function, site.event, site.kind},
                                                           static_cast<calls::OriginId>(origins_.size()));
  if (is_new) origins_.push_back({site.kind, site.in->function, site.event});
  return entry->second;
}

Instance& Builder::instance_for(const Function& callee, const Site& site, CellId receiver) {
  Context context{origin_of(site)};
  const auto exists = [&](const Context& wanted) {
    const auto number = context_numbers_.find({wanted.origin, wanted.site, wanted.object});
    return number != context_numbers_.end() && by_context_.contains({&callee, number->second});
  };
  const std::size_t copies = by_function_[&callee].size();
  if (receiver != no_node) {
    const Object& object = cells_.object(receiver);
    const unsigned depth = object.function ? contexts_[object.context].depth : 0;
    context.object = receiver;
    context.depth = depth + 1;
    if (depth + 1 > deepest_copy || (copies >= most_copies && !exists(context))) context = {context.origin};
  } else if (returns_allocation(callee)) {
    const unsigned depth = contexts_[site.in->context].depth;
    const auto [entry, is_new] =
        call_numbers_.try_emplace({site.in->number, site.event}, static_cast<unsigned>(call_numbers_.size() + 1));
    context.site = entry->second;
    context.depth = depth + 1;
    if (depth + 1 > deepest_copy || (copies >= most_copies && !exists(context))) context = {context.origin};
  }
  if (instances_.size() >= most_instances_ && !exists(context)) {
    if (!is_over_budget_) note(*site.in, site.event, Incompleteness::Kind::TooMany);
    is_over_budget_ = true;
    context = {shared_origin};
  }
  return instance(callee, context);
}

NodeId Builder::result_node(Instance& in, unsigned event) {
  if (event >= in.results.size()) return no_node;
  NodeId& node = in.results[event];
  if (node != no_node) return node;
  const Event& of = in.function->events[event];
  const Type* type = cells_.type_of(of.type);
  if (of.kind != Event::Kind::Construct && (!type || type->kind == TypeKind::Reference))
    return node = cells_.add_helper();
  Object object;
  object.kind = Object::Kind::Temporary;
  object.type = type;
  object.function = in.function;
  object.index = event;
  object.context = in.context;
  return node = cells_.add_object(object);
}

const std::vector<Instance*>& Builder::instances_of(const Function* function) const {
  static const std::vector<Instance*> none;
  const auto found = by_function_.find(function);
  return found == by_function_.end() ? none : found->second;
}

void Builder::note(const Instance& in, unsigned event, Incompleteness::Kind kind) {
  Incompleteness entry{kind, in.function->where, in.function->key, event};
  if (event < in.function->events.size()) entry.where = in.function->events[event].where;
  incomplete_.push_back(std::move(entry));
}

void Builder::run() {
  std::size_t bodies = 0;
  std::size_t events = 0;
  for (const Function& function : program_.facts().functions) {
    bodies += function.has_body() ? 1 : 0;
    events += function.events.size();
  }
  graph_.set_budget(steps_a_program + steps_an_event * events);
  most_instances_ = instances_a_function * bodies + 2000;
  for (const Function& function : program_.facts().functions)
    if (function.has_body() && (function.name == "main" || function.is_initialiser)) instance(function, {main_origin});
  const auto settle = [&] {
    for (;;) {
      graph_.solve();
      if (to_build_.empty()) return;
      while (!to_build_.empty()) {
        Instance* next = to_build_.front();
        to_build_.pop_front();
        build(*next);
      }
    }
  };
  settle();
  // What `main` does not come to, something outside may call.
  for (const Function& function : program_.facts().functions)
    if (function.has_body() && !by_function_.contains(&function)) instance(function, {outside_origin});
  settle();
  seed_entries();
  settle();
  call_without_objects();
  settle();
  note_dead_ends();
  if (graph_.is_spent()) incomplete_.push_back({Incompleteness::Kind::Spent});
  if (cells_.cut_paths() > 0) incomplete_.push_back({Incompleteness::Kind::DeepPath});
  std::sort(incomplete_.begin(), incomplete_.end());
  incomplete_.erase(std::unique(incomplete_.begin(), incomplete_.end()), incomplete_.end());
}

// Functions that nobody calls are the program's entries: they get what comes from outside. What only calls itself, or
// is called by such, has an entry as well: the first of its component.
void Builder::seed_entries() {
  std::unordered_map<const Function*, std::vector<const Function*>> callees;
  std::unordered_set<const Function*> called;
  for (const auto& [site, edges] : edges_)
    for (const Edge& edge : edges) {
      callees[site.first].push_back(edge.callee);
      if (edge.callee != site.first) called.insert(edge.callee);
    }
  std::unordered_set<const Function*> reached;
  const auto reach = [&](const Function* from) {
    std::vector<const Function*> open{from};
    while (!open.empty()) {
      const Function* at = open.back();
      open.pop_back();
      if (!reached.insert(at).second) continue;
      for (const Function* callee : callees[at])
        if (!reached.contains(callee)) open.push_back(callee);
    }
  };
  std::vector<const Function*> found;
  const auto add = [&](const Function& function) {
    found.push_back(&function);
    reach(&function);
  };
  for (const Function& function : program_.facts().functions)
    if (function.has_body() && !called.contains(&function)) add(function);
  for (const Function& function : program_.facts().functions)
    if (function.has_body() && !reached.contains(&function)) add(function);
  for (const Function* function : found) {
    if (function->is_initialiser) continue;
    entries_.insert(function);
    if (function->name == "main") continue;
    Instance& in = instance(*function, {outside_origin});
    if (!function->record.empty() && !function->is_static)
      if (const Type* own = cells_.type_of(function->record); own || program_.record(function->record))
        graph_.copy(own ? cells_.outside(own) : no_node, in.self, false);
    for (unsigned i = 0; i < function->params.size(); ++i) {
      const Type* type = cells_.type_of(function->params[i].type);
      if (function->params[i].is_reference)
        graph_.copy(cells_.outside(type), in.params[i], false);
      else
        cells_.fill_from_outside(in.params[i], type);
    }
  }
}

}  // namespace ferrule::heap
