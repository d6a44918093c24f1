#include "checks/program/program.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_set>

namespace ferrule {
namespace {

// How much an entity knows; of two with one key the greater wins. Never depends on the order of the units.
std::size_t rank(const Type&) { return 0; }
std::size_t rank(const Record& record) {
  return record.is_complete ? 1 + record.fields.size() + record.methods.size() : 0;
}
std::size_t rank(const Global& global) { return global.is_constant ? 1 : 0; }
std::size_t rank(const Function& function) { return function.has_body() ? 1 + function.events.size() : 0; }

std::string where_text(const Type&) { return {}; }
template <class Entity>
std::string where_text(const Entity& entity) {
  return entity.where.file + ':' + std::to_string(entity.where.line);
}

template <class Entity>
void merge(std::vector<Entity>& into) {
  std::stable_sort(into.begin(), into.end(), [](const Entity& a, const Entity& b) {
    if (a.key != b.key) return a.key < b.key;
    if (rank(a) != rank(b)) return rank(a) > rank(b);
    return where_text(a) < where_text(b);
  });
  into.erase(std::unique(into.begin(), into.end(), [](const Entity& a, const Entity& b) { return a.key == b.key; }),
             into.end());
}

// One name may stand for different types in different units: all are kept.
void merge_aliases(std::vector<Alias>& aliases) {
  const auto order = [](const Alias& alias) { return std::tie(alias.key, alias.type); };
  std::sort(aliases.begin(), aliases.end(), [&](const Alias& a, const Alias& b) { return order(a) < order(b); });
  aliases.erase(
      std::unique(aliases.begin(), aliases.end(), [&](const Alias& a, const Alias& b) { return order(a) == order(b); }),
      aliases.end());
}

template <class Entity>
void append(std::vector<Entity>& into, std::vector<Entity>& from) {
  into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

template <class Entity>
void index(KeyTable<Entity>& table, const std::vector<Entity>& entities) {
  table.reserve(entities.size());
  for (const Entity& entity : entities) table.add(entity);
}

template <class Entity>
std::vector<const Entity*> closure(const std::unordered_map<std::string_view, std::vector<const Entity*>>& direct,
                                   std::string_view key) {
  std::set<std::string_view> seen;
  std::vector<std::string_view> open{key};
  std::vector<const Entity*> found;
  while (!open.empty()) {
    auto it = direct.find(open.back());
    open.pop_back();
    if (it == direct.end()) continue;
    for (const Entity* entity : it->second)
      if (seen.insert(entity->key).second) {
        found.push_back(entity);
        open.push_back(entity->key);
      }
  }
  std::sort(found.begin(), found.end(), [](auto* a, auto* b) { return a->key < b->key; });
  return found;
}

}  // namespace

bool is_header(std::string_view file) {
  const std::size_t dot = file.rfind('.');
  const std::string_view end = dot == std::string_view::npos ? "" : file.substr(dot + 1);
  return end != "c" && end != "C" && end != "cc" && end != "cpp" && end != "cxx" && end != "c++" && end != "cppm";
}

// Each program of the database has its own.
void Program::tell_mains_apart() {
  for (Function& function : facts_.functions)
    if (function.name == "main" && function.has_body() && !function.key.ends_with('@' + function.where.file))
      function.key += '@' + function.where.file;
}

// The facts say so, since what is merged now may be merged with more later.
void Program::note_ambiguous() {
  std::unordered_set<std::string_view> ambiguous;
  std::unordered_map<std::string_view, const Function*> first;
  for (const Function& function : facts_.functions) {
    if (!function.has_body() || function.is_system) continue;
    if (function.is_ambiguous) ambiguous.insert(function.key);
    const auto [it, is_new] = first.try_emplace(function.key, &function);
    if (is_new) continue;
    const Function& known = *it->second;
    const bool elsewhere = known.where.line != function.where.line || known.where.file != function.where.file;
    // What a header's function does may be known better in one unit than in another.
    const bool otherwise = known.events.size() != function.events.size() && !is_header(function.where.file);
    if (elsewhere || otherwise) ambiguous.insert(function.key);
  }
  for (Function& function : facts_.functions)
    if (ambiguous.contains(function.key)) function.is_ambiguous = true;
}

Program::Program(std::vector<Facts> units) {
  std::stable_sort(units.begin(), units.end(), [](const Facts& a, const Facts& b) { return a.unit < b.unit; });
  if (units.size() == 1) facts_.unit = units.front().unit;
  for (Facts& unit : units) {
    append(facts_.types, unit.types);
    append(facts_.records, unit.records);
    append(facts_.aliases, unit.aliases);
    append(facts_.globals, unit.globals);
    append(facts_.functions, unit.functions);
  }
  tell_mains_apart();
  note_ambiguous();
  merge(facts_.types);
  merge(facts_.records);
  merge_aliases(facts_.aliases);
  merge(facts_.globals);
  merge(facts_.functions);

  index(types_, facts_.types);
  index(globals_, facts_.globals);
  index(records_, facts_.records);
  index(functions_, facts_.functions);
  std::size_t field_count = 0;
  for (const Record& record : facts_.records) field_count += record.fields.size();
  fields_.reserve(field_count);
  for (const Record& record : facts_.records)
    for (const Field& field : record.fields) fields_.add(field);
  for (const Record& record : facts_.records)
    for (const Base& base : record.bases)
      if (const Record* of = record_of_type(base.type)) derived_[of->key].push_back(&record);
  for (const Function& function : facts_.functions)
    for (const std::string& overridden : function.overrides) overriders_[overridden].push_back(&function);
}

const Type* Program::type(std::string_view key) const { return types_.find(key); }
const Record* Program::record(std::string_view key) const { return records_.find(key); }
const Function* Program::function(std::string_view key) const { return functions_.find(key); }
const Global* Program::global(std::string_view key) const { return globals_.find(key); }
const Field* Program::field(std::string_view key) const { return fields_.find(key); }

const Record* Program::record_of_field(std::string_view field_key) const {
  const std::size_t dot = field_key.rfind('.');
  return dot == std::string_view::npos ? nullptr : record(field_key.substr(0, dot));
}

const Record* Program::record_of_type(std::string_view type_key, bool through_pointers) const {
  for (const Type* at = type(type_key); at; at = type(at->target)) {
    if (at->kind == TypeKind::Record) return record(at->record);
    const bool points = at->kind == TypeKind::Pointer || at->kind == TypeKind::Reference;
    if (!(points && through_pointers) && at->kind != TypeKind::Array) return nullptr;
  }
  return nullptr;
}

std::vector<const Function*> Program::overriders(std::string_view function_key) const {
  return closure(overriders_, function_key);
}
std::vector<const Record*> Program::derived(std::string_view record_key) const { return closure(derived_, record_key); }

}  // namespace ferrule
