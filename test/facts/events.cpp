#include "test/facts/events.h"

#include "checks/store/dump.h"
#include "test/facts/parse.h"

#include <sstream>

namespace ferrule::test {

Facts facts_of(const std::string& code) {
  std::optional<Facts> facts = facts_of_code(code);
  EXPECT_TRUE(facts.has_value()) << "does not parse: " << code;
  return facts ? std::move(*facts) : Facts{};
}

const Function* function_named(const Facts& facts, const std::string& name) {
  const Function* found = nullptr;
  for (const Function& function : facts.functions)
    if (function.name == name && (!found || (function.has_body() && !found->has_body()))) found = &function;
  return found;
}

const Record* record_named(const Facts& facts, const std::string& name) {
  for (const Record& record : facts.records)
    if (record.name == name) return &record;
  return nullptr;
}

const Type* type_keyed(const Facts& facts, const std::string& key) {
  for (const Type& type : facts.types)
    if (type.key == key) return &type;
  return nullptr;
}

const Global* global_named(const Facts& facts, const std::string& name) {
  for (const Global& global : facts.globals)
    if (global.name == name) return &global;
  return nullptr;
}

Lines events_of(const Facts& facts, const std::string& name) {
  const Function* function = function_named(facts, name);
  EXPECT_NE(function, nullptr) << "no function " << name;
  if (!function) return {};
  std::istringstream text(dump(facts));
  std::string head = "function " + function->key + "  [";
  Lines lines;
  bool inside = false;
  for (std::string line; std::getline(text, line);) {
    if (line.empty() || line[0] != ' ') inside = line.compare(0, head.size(), head) == 0;
    if (!inside || line.compare(0, 4, "    ") != 0) continue;
    line = line.substr(line.find(": ") + 2);
    line = line.substr(0, line.rfind("  @"));
    while (!line.empty() && line.back() == ' ') line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

Lines events_in(const std::string& code, const std::string& name) { return events_of(facts_of(code), name); }

}  // namespace ferrule::test
