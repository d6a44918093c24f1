#include "checks/flow/call_order.h"

#include "checks/flow/lock_methods.h"

#include <algorithm>
#include <string_view>

namespace ferrule {
namespace {

class Edges {
 public:
  explicit Edges(const Program& program) : program_(program), edges_(program.facts().functions.size()) {}

  void add(unsigned caller, const Function* callee) {
    if (callee && callee->has_body()) add(caller, index_of(*callee));
  }
  void add(unsigned caller, unsigned callee) { edges_[caller].push_back(callee); }

  void add_of(unsigned caller, const Event& event) {
    if (const Function* callee = program_.function(event.callee)) {
      add(caller, callee);
      if (event.is_virtual)
        for (const Function* overrider : program_.overriders(callee->key)) add(caller, overrider);
      if (const LockCall call = lock_call(*callee); call.locks || call.unlocks || call.tries)
        add_lock_methods(caller, program_.record(callee->record), 0);
    }
    // Who makes or hands on a callable may have it run before the call returns.
    add_named(caller, event.value);
    for (const Value& argument : event.args) add_named(caller, argument);
    if (event.kind == Event::Kind::Construct) add_call_operator(caller, event.type);
    for (const std::string& type : event.template_types) add_members(caller, type);
    if (event.kind == Event::Kind::Construct) add_locked(caller, event.type);
    if (event.kind == Event::Kind::Destroy) add_owned(caller, event.type);
  }

  std::vector<std::vector<unsigned>> take() {
    for (std::vector<unsigned>& of : edges_) {
      std::sort(of.begin(), of.end());
      of.erase(std::unique(of.begin(), of.end()), of.end());
    }
    return std::move(edges_);
  }

 private:
  unsigned index_of(const Function& function) const {
    return static_cast<unsigned>(&function - program_.facts().functions.data());
  }

  void add_named(unsigned caller, const Value& value) {
    if (value.kind == Value::Kind::Function) add(caller, program_.function(value.key));
    add_call_operator(caller, value.type);
  }

  void add_call_operator(unsigned caller, std::string_view type) {
    const Record* record = program_.record_of_type(type, true);
    if (record && !record->call_operator.empty()) add(caller, program_.function(record->call_operator));
  }

  // `make_unique<Job>(…)`: one of its constructors runs inside.
  void add_members(unsigned caller, std::string_view type) {
    const Record* record = program_.record_of_type(type);
    if (!record || record->is_system) return;
    for (const std::string& key : record->methods)
      if (const Function* method = program_.function(key); method && method->is_constructor) add(caller, method);
  }

  // `unique_ptr<Job>` goes, and with it the job.
  void add_owned(unsigned caller, std::string_view type) {
    const Record* record = program_.record_of_type(type);
    if (!record || record->arguments.empty()) return;
    if (const Record* owned = program_.record_of_type(record->arguments.front().type))
      add(caller, program_.function(owned->destructor));
  }

  // `lock_guard<SpinLock>`: what it locks is locked inside.
  void add_locked(unsigned caller, std::string_view type) {
    const Record* record = program_.record_of_type(type);
    if (!record || !record->is_system) return;
    for (const TemplateArgument& argument : record->arguments)
      add_lock_methods(caller, program_.record_of_type(argument.type), 0);
  }

  // What a class is as a lock, all of its lock's functions decide together.
  void add_lock_methods(unsigned caller, const Record* record, unsigned depth) {
    constexpr unsigned deepest = 4;
    if (!record || record->is_system || depth > deepest) return;
    for (const std::string& key : record->methods)
      if (const Function* method = program_.function(key)) {
        const LockCall call = lock_call(*method);
        if (call.locks || call.unlocks || call.tries) add(caller, method);
      }
    for (const Base& base : record->bases) add_lock_methods(caller, program_.record_of_type(base.type), depth + 1);
  }

  const Program& program_;
  std::vector<std::vector<unsigned>> edges_;
};

}  // namespace

std::vector<Component> call_order(const Program& program, const std::vector<CallEdge>& more) {
  const std::vector<Function>& functions = program.facts().functions;
  Edges edges(program);
  for (unsigned caller = 0; caller < functions.size(); ++caller)
    for (const Event& event : functions[caller].events) edges.add_of(caller, event);
  for (const auto& [caller, callee] : more) edges.add(caller, callee);
  return components(edges.take());
}

}  // namespace ferrule
