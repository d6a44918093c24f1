#include "checks/detect/library_runs.h"

#include <algorithm>

namespace ferrule {
namespace {

bool is_comparison(std::string_view name) {
  const std::size_t colon = name.rfind("::");
  if (colon != std::string_view::npos) name.remove_prefix(colon + 2);
  return name == "operator==" || name == "operator!=" || name == "operator<" || name == "operator<=>" ||
         name == "operator>" || name == "operator<=" || name == "operator>=";
}

bool is_call_operator(std::string_view name) { return name.ends_with("::operator()"); }

}  // namespace

LibraryRuns::LibraryRuns(const Flow::Engine& engine) : engine_(engine), program_(engine.program) {
  for (const Function& function : program_.facts().functions) {
    if (!function.record.empty() || !function.has_body() || !is_comparison(function.name)) continue;
    for (const Variable& parameter : function.params)
      if (const Record* record = program_.record_of_type(parameter.type, /*through_pointers=*/true))
        free_operators_[record->key].push_back(&function);
  }
}

// An accessor hands out what is there already: `front()`, `begin()`, `std::get`, `operator[]` of anything but a map.
bool LibraryRuns::only_gives_access(const Event& event, const Function& callee) const {
  const FunctionKnowledge* known = engine_.known.of_call(callee);
  if (known && (known->does == Does::Insert || known->does == Does::Emplace || known->does == Does::Make)) return false;
  const Type* result = program_.type(event.type);
  const Record* viewed = program_.record_of_type(event.type);
  const bool refers = result && (result->kind == TypeKind::Reference || result->kind == TypeKind::Pointer);
  if (!refers && !(viewed && engine_.known.is_view(viewed)))
    return result && result->kind == TypeKind::Scalar && event.args.empty();
  const bool is_member = !callee.record.empty();
  if (event.args.size() <= (is_member ? 0u : 1u)) return true;
  const Record* own = is_member ? program_.record(callee.record) : nullptr;
  const bool subscripts = callee.name.ends_with("::operator[]") || callee.name.ends_with("::at");
  return own && subscripts && engine_.mapped_field(*own).empty();
}

std::vector<const Function*> LibraryRuns::at(const Event& event) const {
  const bool is_call = event.kind == Event::Kind::Call || event.kind == Event::Kind::Construct;
  const Record* made = event.kind == Event::Kind::Call ? nullptr : program_.record_of_type(event.type);
  if (!is_call && event.kind != Event::Kind::Destroy) return {};
  const Function* callee = event.callee.empty() ? nullptr : program_.function(event.callee);
  if (made ? !made->is_system : (!callee || !callee->is_system || callee->has_body())) return {};
  if (event.kind == Event::Kind::Call && only_gives_access(event, *callee)) return {};
  Uses uses;
  uses.makes = is_call && !(callee && callee->is_const);
  uses.ends = event.kind == Event::Kind::Destroy || (event.kind == Event::Kind::Call && !callee->is_const);
  uses.compares = is_call;
  Functions found;
  if (made)
    add_type(event.type, uses, 0, found);
  else if (const Record* own = program_.record(callee->record))
    for (const TemplateArgument& argument : own->arguments) add_type(argument.type, uses, 1, found);
  for (const std::string& type : event.template_types) add_type(type, uses, 1, found);
  return {found.begin(), found.end()};
}

// What a library's class keeps by value, and what its iterators lead to; not what plain pointers do.
void LibraryRuns::add_type(const std::string& key, const Uses& uses, unsigned depth, Functions& into) const {
  constexpr unsigned deepest = 4;
  const Type* type = program_.type(key);
  if (type && (type->kind == TypeKind::Array || type->kind == TypeKind::Reference))
    return add_type(type->target, uses, depth, into);
  const Record* record = type && type->kind == TypeKind::Record ? program_.record(type->record) : nullptr;
  if (!record || depth > deepest) return;
  if (!record->is_system) return add_members(*record, uses, into);
  const bool leads_on = engine_.known.is_view(record);
  for (const TemplateArgument& argument : record->arguments) {
    const Type* inner = program_.type(argument.type);
    const bool is_pointer = inner && inner->kind == TypeKind::Pointer;
    if (is_pointer && !leads_on) continue;
    // A view makes and ends nothing: what it leads to can only be compared, or copied by what it is handed to.
    add_type(is_pointer ? inner->target : argument.type, uses, depth + 1, into);
  }
}

void LibraryRuns::add_members(const Record& record, const Uses& uses, Functions& into) const {
  if (record.is_closure) return;  // whoever runs it is known otherwise
  for (const std::string& key : record.methods) {
    const Function* method = program_.function(key);
    if (!method || !method->has_body()) continue;
    const bool copies = method->params.size() == 1 &&
                        program_.record_of_type(method->params.front().type, /*through_pointers=*/true) == &record;
    const bool runs = (uses.makes && method->is_constructor && (method->params.empty() || copies)) ||
                      (uses.makes && method->is_assignment) || (uses.ends && method->is_destructor) ||
                      (uses.compares && (is_comparison(method->name) || is_call_operator(method->name)));
    if (runs) into.insert(method);
  }
  if (const auto operators = free_operators_.find(record.key); uses.compares && operators != free_operators_.end())
    into.insert(operators->second.begin(), operators->second.end());
}

}  // namespace ferrule
