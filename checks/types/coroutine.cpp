#include "checks/types/coroutine.h"

#include <algorithm>
#include <functional>

namespace ferrule {
namespace {

std::string_view last_name(std::string_view qualified) {
  const std::size_t colons = qualified.rfind("::");
  return colons == std::string_view::npos ? qualified : qualified.substr(colons + 2);
}

bool mentions(const Event& event, const std::function<bool(const Place&)>& is_it) {
  if (is_it(event.place) || is_it(event.value.place)) return true;
  return std::any_of(event.args.begin(), event.args.end(), [&](const Value& value) { return is_it(value.place); });
}

bool is_empty_value(const Value& value, const Program& program) {
  if (value.kind == Value::Kind::Literal) return true;
  const Record* type = program.record_of_type(value.type);
  return type && type->name == "std::nullopt_t";
}

/// One local variable: where it holds something, and where what it holds still matters.
class Local {
 public:
  Local(const Function& function, const Program& program, unsigned index)
      : function_(function), program_(program), index_(index), holds_(function.events.size()), needed_(holds_) {
    solve_holds();
    solve_needed();
  }
  bool lives_across(unsigned event) const { return holds_[event] && needed_[event]; }

 private:
  bool is_it(const Place& place) const { return place.root == Root::Local && place.index == index_; }
  bool is_whole(const Place& place) const { return is_it(place) && place.steps.empty(); }

  /// After this event: holds something (1), holds nothing (0), as before (-1).
  int holds_after(const Event& event) const {
    const auto moved = [&](const Value& value) { return value.kind == Value::Kind::Move && is_whole(value.place); };
    if (moved(event.value) || std::any_of(event.args.begin(), event.args.end(), moved)) return 0;
    if (!is_whole(event.place)) return -1;
    switch (event.kind) {
      case Event::Kind::Destroy:
        return 0;
      case Event::Kind::Construct:
        return 1;
      case Event::Kind::Assign:
        return event.value.kind == Value::Kind::Literal && points_or_owns() ? 0 : 1;
      case Event::Kind::Call: {
        const Function* callee = program_.function(event.callee);
        const std::string_view name =
            last_name(callee ? std::string_view(callee->name) : std::string_view(event.callee));
        if (event.args.empty() && (name == "reset" || name == "clear" || name == "release" || name == "unlock"))
          return 0;
        if (name == "operator=") return event.args.size() == 1 && is_empty_value(event.args[0], program_) ? 0 : 1;
        return callee && callee->is_const ? -1 : 1;
      }
      default:
        return -1;
    }
  }
  bool points_or_owns() const {
    const Type* type = program_.type(function_.locals[index_].type);
    return type && type->kind == TypeKind::Pointer;
  }

  void solve_holds() {
    std::vector<bool> at_entry(function_.blocks.size());
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t number = 0; number < function_.blocks.size(); ++number) {
        const Block& block = function_.blocks[number];
        bool holds = at_entry[number];
        for (unsigned at = block.first; at < block.last; ++at) {
          if (const int after = holds_after(function_.events[at]); after >= 0) holds = after == 1;
          holds_[at] = holds;
        }
        for (unsigned successor : block.successors)
          if (holds && !at_entry[successor]) at_entry[successor] = changed = true;
      }
    }
  }

  /// Backwards: is it used, or destroyed by a destructor that does something, after this event?
  void solve_needed() {
    std::vector<bool> at_entry(function_.blocks.size());
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t number = function_.blocks.size(); number-- > 0;) {
        const Block& block = function_.blocks[number];
        bool needed = std::any_of(block.successors.begin(), block.successors.end(),
                                  [&](unsigned successor) { return at_entry[successor]; });
        for (unsigned at = block.last; at-- > block.first;) {
          needed_[at] = needed;
          needed = needed_before(function_.events[at], needed);
        }
        if (needed != at_entry[number]) at_entry[number] = changed = true;
      }
    }
  }
  bool needed_before(const Event& event, bool after) const {
    if (event.kind == Event::Kind::Destroy && is_whole(event.place)) return !event.callee.empty();
    const bool is_new =
        (event.kind == Event::Kind::Construct || (event.kind == Event::Kind::Assign && event.is_initialisation)) &&
        is_whole(event.place);
    if (is_new) return false;
    return after || mentions(event, [this](const Place& place) { return is_it(place); });
  }

  const Function& function_;
  const Program& program_;
  unsigned index_;
  std::vector<bool> holds_;   // after each event
  std::vector<bool> needed_;  // after each event
};

// Does its end run a body? A parameter is destroyed with the frame, by whoever does that.
bool ends_with_a_body(const Type* type, const Program& program, unsigned depth = 0) {
  while (type && type->kind == TypeKind::Array) type = program.type(type->target);
  const Record* record = type && type->kind == TypeKind::Record ? program.record(type->record) : nullptr;
  if (!record || depth > 8) return false;
  const Function* destructor = record->destructor.empty() ? nullptr : program.function(record->destructor);
  if (destructor && !destructor->is_defaulted) return true;
  const auto ends = [&](const auto& part) { return ends_with_a_body(program.type(part.type), program, depth + 1); };
  return std::any_of(record->fields.begin(), record->fields.end(), ends) ||
         std::any_of(record->bases.begin(), record->bases.end(), ends);
}

}  // namespace

std::vector<FrameValue> frame_of(const Function& coroutine, const Program& program) {
  std::vector<FrameValue> frame;
  for (unsigned index = 0; index < coroutine.params.size(); ++index) {
    const auto is_it = [&](const Place& place) { return place.root == Root::Param && place.index == index; };
    const bool is_used = std::any_of(coroutine.events.begin(), coroutine.events.end(),
                                     [&](const Event& event) { return mentions(event, is_it); });
    const Variable& parameter = coroutine.params[index];
    if (is_used || ends_with_a_body(program.type(parameter.type), program))
      frame.push_back({parameter.name, parameter.type, parameter.where, coroutine.where});
  }
  for (unsigned index = 0; index < coroutine.locals.size(); ++index) {
    const Variable& local = coroutine.locals[index];
    if (local.name.starts_with("__")) continue;  // the promise belongs to the coroutine's machinery
    const Local life(coroutine, program, index);
    for (unsigned at = 0; at < coroutine.events.size(); ++at) {
      const Event& event = coroutine.events[at];
      if (event.kind != Event::Kind::Suspend || event.where == coroutine.where || !life.lives_across(at)) continue;
      frame.push_back({local.name, local.type, local.where, event.where});
      break;
    }
  }
  return frame;
}

}  // namespace ferrule
