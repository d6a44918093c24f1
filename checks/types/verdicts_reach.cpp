#include "checks/types/verdicts_reach.h"

#include <algorithm>

namespace ferrule {
namespace {

constexpr unsigned deepest = 6;  // of types inside types

bool follows_pointer(const Place& place) {
  return std::any_of(place.steps.begin(), place.steps.end(),
                     [](const Step& step) { return step.kind == Step::Kind::Deref; });
}

bool is_same(const Type& a, const Type& b) {
  if (a.key == b.key) return true;
  return a.kind == b.kind && (a.kind == TypeKind::Record ? a.record == b.record : a.spelling == b.spelling);
}

bool is_pointer(const Type* type) {
  return type && (type->kind == TypeKind::Pointer || type->kind == TypeKind::Reference);
}

}  // namespace

bool Reaches::only_points(const Type* type, unsigned depth) const {
  if (!type || depth > deepest) return false;
  if (is_pointer(type)) {
    const Type* target = program_.type(type->target);
    return target && target->kind != TypeKind::Function;
  }
  const Record* record = type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
  if (!record || !record->is_complete || record->is_polymorphic) return false;
  // A library's class names its destructor only where that does something.
  if (record->is_system && !record->destructor.empty()) return false;
  if (const Function* destructor = program_.function(record->destructor); destructor && !destructor->is_defaulted)
    return false;
  const auto points = [&](const auto& part) { return only_points(program_.type(part.type), depth + 1); };
  return std::any_of(record->fields.begin(), record->fields.end(), points) ||
         std::any_of(record->bases.begin(), record->bases.end(), points);
}

bool Reaches::may_refer(const Type* type, unsigned depth) const {
  if (!type || depth > deepest) return false;
  if (only_points(type)) return true;
  const Record* record = type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
  if (!record) return false;
  const auto refers = [&](const auto& part) { return may_refer(program_.type(part.type), depth + 1); };
  if (record->is_closure) return std::any_of(record->fields.begin(), record->fields.end(), refers);
  return record->is_system && std::any_of(record->arguments.begin(), record->arguments.end(), refers);
}

bool Reaches::leads_to(const Type* type, const Type* to, unsigned depth) const {
  if (!type || depth > deepest) return false;
  if (is_pointer(type)) {
    const Type* target = program_.type(type->target);
    return target && is_same(*target, *to);
  }
  const Record* record = type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
  if (!record) return false;
  const auto leads = [&](const auto& part) { return leads_to(program_.type(part.type), to, depth + 1); };
  return std::any_of(record->fields.begin(), record->fields.end(), leads) ||
         std::any_of(record->bases.begin(), record->bases.end(), leads);
}

bool Reaches::binds(const Type* type, const Type* from) const {
  if (!type || !from) return false;
  if (is_pointer(type)) return true;
  if (is_same(*type, *from)) return false;
  return leads_to(type, from, 0) || (from->kind == TypeKind::Record && only_points(type));
}

/// One function: what its locals and results refer to, as a set that only grows.
class Reaches::Body {
 public:
  Body(const Reaches& reaches, const Function& function)
      : reaches_(reaches), program_(reaches.program_), function_(function) {}

  void run(Reach& into) {
    constexpr unsigned most_rounds = 4;
    for (unsigned round = 0; round < most_rounds; ++round) {
      const std::size_t before = size_;
      for (unsigned at = 0; at < function_.events.size(); ++at) step(at, into);
      if (size_ == before) break;
    }
    std::sort(into.exits.begin(), into.exits.end());
    into.exits.erase(std::unique(into.exits.begin(), into.exits.end()), into.exits.end());
  }

 private:
  using Holder = std::pair<Root, unsigned>;

  void step(unsigned at, Reach& into) {
    const Event& event = function_.events[at];
    switch (event.kind) {
      case Event::Kind::Construct:
        return construct(at, event, into);
      case Event::Kind::Call:
        return call(at, event, into);
      case Event::Kind::Assign:
        return store(event, event.place, referred(event.value), into);
      case Event::Kind::Return:
        for (const Source& source : referred(event.value)) {
          into.returns.insert(source);
          leave(source, event, true, into);
        }
        return;
      default:
        return;
    }
  }

  void construct(unsigned at, const Event& event, Reach& into) {
    const Type* type = program_.type(event.type);
    const Record* record = program_.record_of_type(event.type);
    Sources refers;
    if (record && record->is_closure && event.callee.empty()) {
      for (const Value& capture : event.args) add(referred(capture), refers);
      if (std::any_of(record->fields.begin(), record->fields.end(),
                      [](const Field& field) { return field.capture == Field::Capture::This; }))
        refers.insert({Root::Result, 0, record->key});
    } else if (const Function* maker = own_body(event.callee); maker && maker->is_constructor) {
      add(translated(reaches_.of(*maker).keeps, event), refers);
    } else {
      const bool may_refer = reaches_.may_refer(type);
      for (const Value& argument : event.args)
        if (may_refer || is_closure(argument)) add(held_by(type, argument), refers);
    }
    hold({Root::Result, at}, refers);
    if (event.place.known()) store(event, event.place, refers, into);
  }

  void call(unsigned at, const Event& event, Reach& into) {
    const Function* callee = program_.function(event.callee);
    if (!callee) return;
    const Type* result = program_.type(callee->result);
    if (const Function* body = own_body(event.callee)) {
      hold({Root::Result, at}, translated(reaches_.of(*body).returns, event));
      return;
    }
    const bool is_member = !callee->record.empty() && !callee->is_static;
    Sources refers;
    if (is_pointer(result) || reaches_.may_refer(result)) {
      // A function that only its declaration is known of, and that is no member, has other places to refer to.
      if (is_member)
        add(storage(event.place, true), refers);
      else if (callee->is_system)
        for (const Value& argument : event.args) add(held_by(result, argument), refers);
    }
    hold({Root::Result, at}, refers);
    if (is_member && callee->is_system && !callee->is_const) put(event, *callee, into);
  }

  /// Something is put into a container, or the like.
  void put(const Event& event, const Function& callee, Reach& into) {
    Sources refers;
    for (const Value& argument : event.args)
      if (argument.kind != Value::Kind::Address || !argument.by_reference || argument.place.root == Root::Local)
        add(carried(argument), refers);
    if (refers.empty() || event.place.root == Root::This) return;
    const Record* record = program_.record(callee.record);
    const auto refers_to = [&](const TemplateArgument& of) { return reaches_.may_refer(program_.type(of.type)); };
    if (record && std::any_of(record->arguments.begin(), record->arguments.end(), refers_to))
      store(event, event.place, refers, into);
  }

  void store(const Event& event, const Place& place, const Sources& refers, Reach& into) {
    if (refers.empty()) return;
    if (place.root == Root::Local || place.root == Root::Result) return hold({place.root, place.index}, refers);
    if (place.root == Root::This && function_.is_constructor) into.keeps.insert(refers.begin(), refers.end());
    const bool is_param = place.root == Root::Param && place.index < function_.params.size();
    const bool is_callers = is_param && (function_.params[place.index].is_reference || follows_pointer(place));
    if (is_callers || place.root == Root::Global)
      for (const Source& source : refers) leave(source, event, false, into);
    else if (is_param)
      hold({Root::Param, place.index}, refers);
  }

  void leave(const Source& source, const Event& event, bool is_returned, Reach& into) {
    if (source.root != Root::Param) into.exits.push_back({source, &event, is_returned});
  }

  // The function that is called, if its body is known and is not a library's.
  const Function* own_body(std::string_view key) const {
    const Function* function = key.empty() ? nullptr : program_.function(key);
    return function && function->has_body() && !function->is_system ? function : nullptr;
  }

  bool is_closure(const Value& value) const {
    const Record* record = program_.record_of_type(value.type, true);
    if (!record && value.kind == Value::Kind::Object && value.place.index < function_.events.size())
      record = program_.record_of_type(function_.events[value.place.index].type);
    return record && record->is_closure;
  }

  bool gives_reference(unsigned at) const {
    if (at >= function_.events.size() || function_.events[at].kind != Event::Kind::Call) return false;
    const Function* callee = program_.function(function_.events[at].callee);
    const Type* type = callee ? program_.type(callee->result) : nullptr;
    return type && type->kind == TypeKind::Reference;
  }

  const Sources& held(Holder holder) const {
    static const Sources none;
    auto it = holds_.find(holder);
    return it == holds_.end() ? none : it->second;
  }

  void hold(Holder holder, const Sources& sources) {
    if (sources.empty()) return;
    Sources& all = holds_[holder];
    size_ -= all.size();
    all.insert(sources.begin(), sources.end());
    size_ += all.size();
  }

  static void add(const Sources& from, Sources& to) { to.insert(from.begin(), from.end()); }

  /// Whose storage the place is. `or_held`: or what the variable there refers to.
  Sources storage(const Place& place, bool or_held = false) const {
    switch (place.root) {
      case Root::This:
        for (const Step& step : place.steps) {
          if (step.kind != Step::Kind::Field) continue;
          const Record* owner = program_.record_of_field(step.field);
          if (owner && !owner->is_closure) return {{Root::This, 0, step.field}};
        }
        return {{Root::This}};
      case Root::Param: {
        Sources found = held({Root::Param, place.index});
        found.insert({Root::Param, place.index});
        return found;
      }
      case Root::Local: {
        const bool is_reference = place.index < function_.locals.size() && function_.locals[place.index].is_reference;
        return or_held || is_reference || follows_pointer(place) ? held({Root::Local, place.index}) : Sources();
      }
      case Root::Result:
        return or_held || gives_reference(place.index) || follows_pointer(place) ? held({Root::Result, place.index})
                                                                                 : Sources();
      default:
        return {};
    }
  }

  /// What the value refers to, as it is returned or stored.
  Sources referred(const Value& value) const {
    switch (value.kind) {
      case Value::Kind::Address:
        return storage(value.place);
      case Value::Kind::Object:
      case Value::Kind::Fresh:
        return held({Root::Result, value.place.index});
      case Value::Kind::Copy:
      case Value::Kind::Move:
        return copied(value.place);
      default:
        return {};
    }
  }

  // Copying what is at a place takes over what that refers to; what a pointer leads to is somebody's value.
  Sources copied(const Place& place) const {
    if (follows_pointer(place) || (place.root == Root::Result && gives_reference(place.index))) return {};
    if (place.root != Root::Local && place.root != Root::Result && place.root != Root::Param) return {};
    Sources found = held({place.root, place.index});
    if (place.root == Root::Local && function_.locals[place.index].is_reference) return {};
    if (place.root == Root::Param && !function_.params[place.index].is_reference)
      found.insert({Root::Param, place.index});
    return found;
  }

  /// The same of an argument: a variable that is bound to a reference brings what it refers to.
  Sources carried(const Value& argument) const {
    Sources found = referred(argument);
    if (argument.kind == Value::Kind::Address && argument.by_reference) add(copied(argument.place), found);
    return found;
  }

  /// What a value of `type` that is made from the argument refers to.
  Sources held_by(const Type* type, const Value& argument) const {
    if (argument.kind != Value::Kind::Address || !argument.by_reference) return carried(argument);
    Sources found = copied(argument.place);
    if (reaches_.binds(type, type_of(argument))) add(storage(argument.place), found);
    return found;
  }

  const Type* type_of(const Value& argument) const {
    const Type* type = program_.type(argument.type);
    return type && type->kind == TypeKind::Reference ? program_.type(type->target) : type;
  }

  /// A callee's answer in this function's terms.
  Sources translated(const Sources& of_callee, const Event& event) const {
    Sources found;
    for (const Source& source : of_callee) {
      if (source.root == Root::Result) found.insert(source);
      if (source.root == Root::Param && source.index < event.args.size()) add(carried(event.args[source.index]), found);
      if (source.root != Root::This || event.kind == Event::Kind::Construct) continue;
      if (event.place.root == Root::This && event.place.steps.empty())
        found.insert(source);
      else
        add(storage(event.place, true), found);
    }
    return found;
  }

  const Reaches& reaches_;
  const Program& program_;
  const Function& function_;
  std::map<Holder, Sources> holds_;
  std::size_t size_ = 0;
};

const Reach& Reaches::of(const Function& function) const {
  auto [it, is_new] = known_.try_emplace(&function);
  if (!is_new) {
    static const Reach unfinished;  // it calls itself: that adds nothing
    return it->second ? *it->second : unfinished;
  }
  auto reach = std::make_unique<Reach>();
  if (function.has_body()) Body(*this, function).run(*reach);
  return *(known_[&function] = std::move(reach));
}

}  // namespace ferrule
