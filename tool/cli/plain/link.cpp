#include "tool/cli/plain/link.h"

#include "checks/program/program.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace ferrule::cli {
namespace {

using Numbers = std::vector<std::size_t>;
using Key = std::uint64_t;

Key hash(std::string_view text) { return std::hash<std::string_view>{}(text); }

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// A header may be reached by several ways, and there may be copies of it. Another source is another definition.
std::string file_identity(const std::string& file) { return is_header(file) ? std::string(base_name(file)) : file; }

Key identity(const Record& record) {
  std::string text = file_identity(record.where.file);
  for (const Field& field : record.fields) text += ' ' + field.name;
  return hash(text);
}

// What a header's function does may be known better in one unit than in another. A source that makes other events has been
// compiled in another way.
Key identity(const Function& function) {
  std::string text = file_identity(function.where.file) + ' ' + std::to_string(function.where.line);
  if (!is_header(function.where.file)) text += ' ' + std::to_string(function.events.size());
  return hash(text);
}

void add_uses(const Function& function, std::vector<Key>& uses) {
  const auto add_place = [&](const Place& place) {
    if (place.root == Root::Global) uses.push_back(hash(place.key));
  };
  const auto add_value = [&](const Value& value) {
    if (value.kind == Value::Kind::Function) uses.push_back(hash(value.key));
    add_place(value.place);
  };
  for (const Event& event : function.events) {
    if (!event.callee.empty()) uses.push_back(hash(event.callee));
    add_place(event.place);
    add_value(event.value);
    for (const Value& argument : event.args) add_value(argument);
  }
}

// Units that cannot be told apart as parts of programs: a target, or a unit of which nothing is known.
struct Module {
  Numbers units;
  bool has_main = false;
};

std::vector<Module> modules_of(const std::vector<UnitSymbols>& units) {
  std::vector<Module> modules;
  std::map<std::string_view, std::size_t> by_target;
  const auto add = [&](std::size_t module, std::size_t unit) {
    if (module == modules.size()) modules.emplace_back();
    modules[module].units.push_back(unit);
    modules[module].has_main |= units[unit].has_main;
  };
  for (std::size_t i = 0; i < units.size(); ++i) {
    for (const std::string& target : units[i].targets)
      add(by_target.try_emplace(target, modules.size()).first->second, i);
    if (units[i].targets.empty()) add(modules.size(), i);
  }
  return modules;
}

using Providers = std::unordered_map<Key, Numbers>;  // key → modules

Providers providers_of(const std::vector<Module>& modules, const std::vector<UnitSymbols>& units) {
  Providers providers;
  for (std::size_t i = 0; i < modules.size(); ++i)
    for (const std::size_t unit : modules[i].units)
      for (const UnitSymbols::Definition& definition : units[unit].definitions) {
        Numbers& list = providers[definition.key];
        if (list.empty() || list.back() != i) list.push_back(i);
      }
  return providers;
}

// The module with all that defines what it and they use; another program's `main` comes with none of it.
std::set<std::size_t> closure(std::size_t start, const std::vector<Module>& modules,
                              const std::vector<UnitSymbols>& units, const Providers& providers) {
  std::set<std::size_t> members{start};
  Numbers open{start};
  const auto provide = [&](Key key) {
    const auto found = providers.find(key);
    if (found == providers.end()) return;
    if (std::ranges::any_of(found->second, [&](std::size_t module) { return members.contains(module); })) return;
    for (const std::size_t module : found->second)
      if (!modules[module].has_main && members.insert(module).second) open.push_back(module);
  };
  while (!open.empty()) {
    const std::size_t module = open.back();
    open.pop_back();
    for (const std::size_t unit : modules[module].units)
      for (const Key key : units[unit].uses) provide(key);
  }
  return members;
}

/// What the names that mean several things mean in one program.
using Meanings = std::map<Key, std::set<Key>>;

std::unordered_set<Key> keys_of_several_meanings(const std::vector<UnitSymbols>& units) {
  std::unordered_map<Key, Key> first;
  std::unordered_set<Key> several;
  for (const UnitSymbols& unit : units)
    for (const UnitSymbols::Definition& definition : unit.definitions)
      if (first.try_emplace(definition.key, definition.identity).first->second != definition.identity)
        several.insert(definition.key);
  return several;
}

bool contradict(const Meanings& a, const Meanings& b) {
  return std::ranges::any_of(a, [&](const auto& entry) {
    const auto other = b.find(entry.first);
    if (other == b.end()) return false;
    return std::ranges::none_of(entry.second, [&](Key meaning) { return other->second.contains(meaning); });
  });
}

/// Programs and libraries that can be judged together.
struct Group {
  std::set<std::size_t> modules;
  std::vector<Meanings> parts;  // of each program and each library that was added

  bool takes(const Meanings& meanings) const {
    return std::ranges::none_of(parts, [&](const Meanings& part) { return contradict(meanings, part); });
  }
  void add(const std::set<std::size_t>& more, Meanings meanings) {
    modules.insert(more.begin(), more.end());
    parts.push_back(std::move(meanings));
  }
};

class Grouping {
 public:
  Grouping(const std::vector<Module>& modules, const std::vector<UnitSymbols>& units,
           const std::unordered_set<Key>& several)
      : modules_(modules), units_(units), several_(several), providers_(providers_of(modules, units)) {}

  std::vector<Group> run() {
    for (std::size_t i = 0; i < modules_.size(); ++i)
      if (modules_[i].has_main) add_to_first(closure(i, modules_, units_, providers_));
    // What no program here uses: somebody else's does, or a table of functions that the facts do not show.
    for (std::size_t i = 0; i < modules_.size(); ++i)
      if (std::ranges::none_of(groups_, [&](const Group& group) { return group.modules.contains(i); })) add_to_first({i});
    for (Group& group : groups_)
      for (std::size_t i = 0; i < modules_.size(); ++i)
        if (!modules_[i].has_main && !group.modules.contains(i) && group.takes(meanings_of({i})))
          group.add({i}, meanings_of({i}));
    return std::move(groups_);
  }

 private:
  Meanings meanings_of(const std::set<std::size_t>& modules) const {
    Meanings meanings;
    for (const std::size_t module : modules)
      for (const std::size_t unit : modules_[module].units)
        for (const UnitSymbols::Definition& definition : units_[unit].definitions)
          if (several_.contains(definition.key)) meanings[definition.key].insert(definition.identity);
    return meanings;
  }

  void add_to_first(const std::set<std::size_t>& modules) {
    Meanings meanings = meanings_of(modules);
    auto group = std::ranges::find_if(groups_, [&](const Group& known) { return known.takes(meanings); });
    if (group == groups_.end()) group = groups_.insert(groups_.end(), Group{});
    group->add(modules, std::move(meanings));
  }

  const std::vector<Module>& modules_;
  const std::vector<UnitSymbols>& units_;
  const std::unordered_set<Key>& several_;
  const Providers providers_;
  std::vector<Group> groups_;
};

}  // namespace

UnitSymbols symbols_of(const Facts& facts, std::vector<std::string> targets) {
  UnitSymbols symbols{.targets = std::move(targets)};
  const auto define = [&](const std::string& key, Key identity) {
    symbols.definitions.push_back({hash(key), identity});
  };
  for (const Record& record : facts.records) {
    if (record.is_system || record.is_closure || !record.is_complete) continue;
    define(record.key, identity(record));
    if (!record.is_polymorphic) continue;
    for (const std::string& method : record.methods) symbols.uses.push_back(hash(method));
  }
  // A declaration in a header says nothing; one in the unit's own file is taken for the definition.
  for (const Global& global : facts.globals)
    if (!global.is_system && !global.is_local_static && global.where.file == facts.unit)
      define(global.key, hash(facts.unit));
  for (const Function& function : facts.functions) {
    add_uses(function, symbols.uses);
    if (!function.has_body() || function.is_system || function.is_defaulted) continue;
    if (function.name == "main") {
      symbols.has_main = true;
    } else {
      define(function.key, identity(function));
    }
  }
  std::ranges::sort(symbols.definitions, {}, &UnitSymbols::Definition::key);
  std::ranges::sort(symbols.uses);
  symbols.uses.erase(std::ranges::unique(symbols.uses).begin(), symbols.uses.end());
  return symbols;
}

std::string target_of_object(std::string_view object) {
  bool is_name = false;
  for (std::size_t start = 0, end = 0; (end = object.find('/', start)) != std::string_view::npos; start = end + 1) {
    const std::string_view folder = object.substr(start, end - start);
    if (is_name || folder.ends_with(".dir") || (folder.size() > 2 && folder.ends_with(".p")))
      return std::string(object.substr(0, end));
    is_name = folder == "_objs";
  }
  return "";
}

std::vector<std::vector<std::size_t>> link(const std::vector<UnitSymbols>& units) {
  Numbers all(units.size());
  std::iota(all.begin(), all.end(), 0);
  const std::unordered_set<Key> several = keys_of_several_meanings(units);
  if (several.empty()) return {all};
  const std::vector<Module> modules = modules_of(units);
  std::vector<std::vector<std::size_t>> linked;
  for (const Group& group : Grouping(modules, units, several).run()) {
    std::set<std::size_t> members;
    for (const std::size_t module : group.modules)
      members.insert(modules[module].units.begin(), modules[module].units.end());
    linked.emplace_back(members.begin(), members.end());
  }
  return linked;
}

}  // namespace ferrule::cli
