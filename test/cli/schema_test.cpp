// The JSON Schema that is shipped is the one that the tables give. Run with FERRULE_UPDATE=1, it is written anew.
#include "checks/knowledge/configuration_keys.h"
#include "checks/rules/rule.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {
namespace {

TEST(Schema, IsWhatTheTablesSay) {
  std::vector<std::string_view> rules;
  for (const Rule& rule : all_rules()) rules.push_back(rule.name);
  const std::string made = knowledge::configuration_schema(rules).dump(2) + "\n";
  if (std::getenv("FERRULE_UPDATE") != nullptr) std::ofstream(FERRULE_SCHEMA) << made;
  std::ifstream input(FERRULE_SCHEMA);
  const std::string shipped{std::istreambuf_iterator<char>(input), {}};
  EXPECT_EQ(shipped, made) << "FERRULE_UPDATE=1 schema_test writes it";
}

}  // namespace
}  // namespace ferrule
