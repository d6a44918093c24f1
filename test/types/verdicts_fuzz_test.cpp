// Random class graphs: the engine ends, no order matters, and a new member never makes a class better.
#include "test/types/verdicts_types.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ferrule::test {
namespace {

using Generator = std::mt19937;

unsigned pick(Generator& generator, std::size_t count) {
  return static_cast<unsigned>(std::uniform_int_distribution<std::size_t>(0, count - 1)(generator));
}

std::string random_type(Types& types, const std::vector<std::string>& classes, Generator& generator) {
  const std::string& some = classes[pick(generator, classes.size())];
  switch (pick(generator, 10)) {
    case 0:
      return types.scalar("int");
    case 1:
      return types.pointer(some);
    case 2:
      return types.reference(some);
    case 3:
      return types.pointer(types.constant(some));
    case 4:
      return types.instance("std::vector", {some});
    case 5:
      return types.instance("std::unique_ptr", {some});
    case 6:
      return types.instance("std::shared_ptr", {types.constant(some)});
    case 7:
      return types.instance("ferrule::Mutex", {some});
    case 8:
      return types.instance("std::atomic", {types.scalar("int")});
    default:
      return some;
  }
}

Facts random_graph(unsigned seed, std::vector<std::string>& classes) {
  Generator generator(seed);
  Types types;
  const unsigned count = 2 + pick(generator, 12);
  for (unsigned number = 0; number < count; ++number) {
    classes.push_back("C" + std::to_string(number));
    Record& record = types.record(classes.back());
    record.is_polymorphic = pick(generator, 4) == 0;
    if (pick(generator, 10) == 0) record.annotations.push_back({.name = "not_send"});
    if (pick(generator, 10) == 0) record.annotations.push_back({.name = "not_sync"});
    if (pick(generator, 12) == 0) record.annotations.push_back({.name = "claim_send", .reason = "r"});
    record.is_union = pick(generator, 15) == 0;
    record.is_complete = pick(generator, 15) != 0;
    if (!record.is_complete) record.is_polymorphic = record.is_union = false;
  }
  for (const std::string& name : classes) {
    const std::vector<Record>& known = types.facts().records;
    if (std::any_of(known.begin(), known.end(), [&](const Record& of) { return of.key == name && !of.is_complete; }))
      continue;
    std::vector<Field> fields;
    const unsigned members = pick(generator, 5);
    for (unsigned number = 0; number < members; ++number) {
      const std::string field = "f" + std::to_string(number);
      fields.push_back({.key = name + "." + field, .name = field, .type = random_type(types, classes, generator)});
      fields.back().is_mutable = pick(generator, 5) == 0;
    }
    for (Record& record : types.facts().records)
      if (record.key == name) record.fields = fields;
    if (pick(generator, 4) == 0) types.derive(name, classes[pick(generator, classes.size())]);
  }
  return types.finish();
}

std::vector<Answer> answers(std::vector<Facts> units, const std::vector<std::string>& classes, bool backwards = false) {
  const Program program(std::move(units));
  const Verdicts verdicts(program, AccessesOf(), knowledge::Types::builtin());
  std::vector<Answer> found(classes.size() * 3);
  for (std::size_t at = 0; at < found.size(); ++at) {
    const std::size_t number = backwards ? found.size() - 1 - at : at;
    found[number] = verdicts.answer(static_cast<Question>(number % 3), classes[number / 3]);
  }
  return found;
}

constexpr unsigned rounds = 500;

TEST(VerdictsFuzz, NoOrderMatters) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    std::vector<std::string> classes;
    const Facts facts = random_graph(seed, classes);
    const std::vector<Answer> expected = answers({facts}, classes);
    EXPECT_EQ(answers({facts}, classes, true), expected) << "asked backwards, seed " << seed;
    Facts shuffled = facts;
    Generator generator(seed);
    std::shuffle(shuffled.records.begin(), shuffled.records.end(), generator);
    for (Record& record : shuffled.records) std::shuffle(record.fields.begin(), record.fields.end(), generator);
    EXPECT_EQ(answers({shuffled}, classes), expected) << "members in another order, seed " << seed;
  }
}

TEST(VerdictsFuzz, ManyUnitsAgreeWithOne) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    std::vector<std::string> classes;
    const Facts facts = random_graph(seed, classes);
    Generator generator(seed);
    std::vector<Facts> units(3, Facts{.types = facts.types});
    for (std::size_t number = 0; number < units.size(); ++number) units[number].unit = std::to_string(number) + ".cpp";
    for (const Record& record : facts.records) {
      units[pick(generator, units.size())].records.push_back(record);
      Record declared{.key = record.key, .name = record.name, .spelling = record.spelling};
      declared.annotations = record.annotations;
      units[pick(generator, units.size())].records.push_back(declared);
    }
    EXPECT_EQ(answers(units, classes), answers({facts}, classes)) << "seed " << seed;
  }
}

TEST(VerdictsFuzz, AddingAMemberNeverImproves) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    std::vector<std::string> classes;
    Facts facts = random_graph(seed, classes);
    const std::vector<Answer> before = answers({facts}, classes);
    Generator generator(seed);
    Record& record = facts.records[pick(generator, facts.records.size())];
    const Type& type = facts.types[pick(generator, facts.types.size())];
    // A lock is what a class may guard itself with: bodies that are not here may then excuse what was `no` before.
    if (type.key.starts_with("ferrule::Mutex") || type.key.starts_with("std::atomic")) continue;
    record.fields.push_back({.key = record.key + ".added", .name = "added", .type = type.key});
    const std::vector<Answer> after = answers({facts}, classes);
    for (std::size_t at = 0; at < before.size(); ++at)
      EXPECT_GE(after[at], before[at]) << classes[at / 3] << ", question " << at % 3 << ", seed " << seed;
  }
}

TEST(VerdictsFuzz, AReasonForEveryDoubt) {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    std::vector<std::string> classes;
    const Facts facts = random_graph(seed, classes);
    const Program program({facts});
    const Verdicts verdicts(program, AccessesOf(), knowledge::Types::builtin());
    for (const std::string& name : classes)
      for (Question question : {Question::Send, Question::Sync, Question::Synchronized}) {
        const Verdict& verdict = verdicts.of(question, name);
        if (verdict.answer == Answer::Yes) continue;
        ASSERT_FALSE(verdict.reasons.empty()) << name << ", seed " << seed;
        EXPECT_EQ(verdict.reasons.front().answer, verdict.answer) << name << ", seed " << seed;
      }
  }
}

}  // namespace
}  // namespace ferrule::test
