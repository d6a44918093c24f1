// Which type of a program a person means.
#include "checks/types/why_find.h"

#include "checks/types/why_name.h"
#include "test/types/verdicts_types.h"

#include <gtest/gtest.h>

namespace ferrule::test {
namespace {

class FindTypeTest : public testing::Test {
 protected:
  FindTypeTest() {
    for (const char* name : {"int", "unsigned int", "unsigned long"}) types.scalar(name);
    types.record("app::Cache");
    types.record("app::Node");
    types.record("lib::Node");
    types.instance("std::vector", {"int"});
    types.instance("lib::Box", {"app::Node"});
    types.constant("app::Cache");
    types.pointer("const app::Cache");
    for (unsigned line : {3, 8}) {
      Record& closure = types.record("lambda" + std::to_string(line));
      closure.is_closure = true;
      closure.where = {"src/main.cpp", line, 5};
      closure.spelling = "lambda";
    }
    types.facts().aliases = {{"app::Id", "unsigned int"},
                             {"app::Handle", "const app::Cache *"},
                             {"app::Twice", "int"},
                             {"lib::Twice", "app::Node"}};
  }

  std::string found(const std::string& query) {
    Facts facts = types.finish();
    for (Type& type : facts.types)
      if (type.key.starts_with("lambda")) type.spelling = "lambda";
    const Program program({std::move(facts)});
    const FoundType found = find_type(program, query);
    if (!found.key.empty()) {
      std::string made;
      for (const Type& type : found.made) made += (made.empty() ? " of " : ", ") + type.key;
      return found.key + made;
    }
    std::string all;
    for (const std::string& one : found.several) all += (all.empty() ? "? " : " | ") + one;
    return all;
  }

  Types types;
};

TEST_F(FindTypeTest, ANameIsFoundHoweverItIsWritten) {
  for (const char* query : {"app::Cache", "Cache", "struct Cache", "::app::Cache", " app :: Cache "})
    EXPECT_EQ(found(query), "app::Cache") << query;
  for (const char* query : {"const Cache*", "Cache const *", "const  app::Cache  *", "Handle", "app::Handle"})
    EXPECT_EQ(found(query), "const app::Cache *") << query;
  for (const char* query : {"unsigned", "unsigned int", "Id"}) EXPECT_EQ(found(query), "unsigned int") << query;
  for (const char* query : {"unsigned long", "long unsigned int"}) EXPECT_EQ(found(query), "unsigned long") << query;
}

TEST_F(FindTypeTest, TemplateArgumentsMayBeShort) {
  for (const char* query : {"lib::Box<app::Node>", "Box<Node>", "Box< struct Node >", "Box"})
    EXPECT_EQ(found(query), "lib::Box<app::Node>") << query;
  EXPECT_EQ(found("vector<int>"), "std::vector<int>");
  EXPECT_EQ(found("Box<lib::Node>"), "");
  EXPECT_EQ(found("Box<int>"), "");
}

TEST_F(FindTypeTest, WhatMayBeSeveralIsNotGuessed) {
  EXPECT_EQ(found("Node"), "? app::Node | lib::Node");
  EXPECT_EQ(found("Twice"), "");
  EXPECT_EQ(found("app::Twice"), "int");
  EXPECT_EQ(found("lambda"), "? lambda at src/main.cpp:3:5 | lambda at src/main.cpp:8:5");
  EXPECT_EQ(found("Node*"), "? app::Node | lib::Node");
}

TEST_F(FindTypeTest, WhatHasNoNameIsFoundByItsPlace) {
  for (const char* query : {"lambda at main.cpp:8", "main.cpp:8", "src/main.cpp:8:5", "(lambda at src/main.cpp:8:5)"})
    EXPECT_EQ(found(query), "lambda8") << query;
  for (const char* query : {"main.cpp:9", "in.cpp:8", "main.cpp:8:6"}) EXPECT_EQ(found(query), "") << query;
}

TEST_F(FindTypeTest, PointersReferencesAndArraysAreMade) {
  EXPECT_EQ(found("Cache&"), "app::Cache & of app::Cache &");
  EXPECT_EQ(found("Cache*const*"), "app::Cache *const * of app::Cache *const, app::Cache *const *");
  EXPECT_EQ(found("int[3]"), "int[3] of int[3]");
  EXPECT_EQ(found("const Id"), "const unsigned int of const unsigned int");
  EXPECT_EQ(found("double"), "double of double");
  EXPECT_EQ(found("Cache&*"), "");
  EXPECT_EQ(found("Missing*"), "");
}

TEST_F(FindTypeTest, NonsenseIsNoType) {
  for (const char* query : {"", "<", "Cache<", "Cache>", "*", "const", "Cache Node", "a::", "(((", "1:2", ":::3"})
    EXPECT_EQ(found(query), "") << query;
}

TEST_F(FindTypeTest, NearNamesAreOffered) {
  const Program program({types.finish()});
  using Names = std::vector<std::string>;
  EXPECT_EQ(near_types(program, "Cahce"), Names{"app::Cache"});
  EXPECT_EQ(near_types(program, "const Cach *"), Names{"app::Cache"});
  EXPECT_EQ(near_types(program, "Nod"), (Names{"app::Node", "lib::Node"}));
  EXPECT_EQ(near_types(program, "std::vector<long>"), Names{"std::vector<int>"});
  EXPECT_EQ(near_types(program, "Handel"), Names{"app::Handle"});
  EXPECT_EQ(near_types(program, "Elsewhere"), Names{});
}

TEST(TypeNames, ArraysAreOutermostFirst) {
  const std::optional<TypeName> name = parse_type_name("int[2][3]");
  ASSERT_TRUE(name);
  ASSERT_EQ(name->suffixes.size(), 2u);
  EXPECT_EQ(name->suffixes.back().text, "[2]");
}

}  // namespace
}  // namespace ferrule::test
