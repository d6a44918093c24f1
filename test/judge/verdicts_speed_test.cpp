// Judging is linear in the number of classes: the time for one stays within twice, from ten thousand classes to a
// hundred thousand, whatever their shape. (A thousand fit into the processor's caches, and are faster for that alone.)
// `--gtest_filter=*VerdictsSpeed*` prints the figures.
#include "test/judge/verdicts_types.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace ferrule::test {
namespace {

std::string name(unsigned number) { return "C" + std::to_string(number); }

// Every class has a few members of the classes before it.
void wide(Types& types, unsigned count) {
  for (unsigned number = 0; number < count; ++number)
    types.record(name(number),
                 {{"a", number ? name(number / 2) : "int"}, {"b", number ? name(number / 3) : "int"}, {"c", "int"}});
}

// Every class has the one before it: as deep as there are classes.
void deep(Types& types, unsigned count) {
  for (unsigned number = 0; number < count; ++number)
    types.record(name(number), {{"a", number ? name(number - 1) : "int"}, {"b", "int"}});
}

// One circle of all classes, with a pointer that is not Send at its end.
void recursive(Types& types, unsigned count) {
  for (unsigned number = 0; number < count; ++number) types.record(name(number));
  for (unsigned number = 0; number < count; ++number) {
    const std::string next = name((number + 1) % count);
    types.facts().records[number].fields.push_back(
        {.key = name(number) + ".next", .name = "next", .type = types.pointer(next)});
  }
  types.facts().records[count - 1].annotations.push_back({.name = "not_send"});
}

// Instances of templates of the standard library, of each other.
void templated(Types& types, unsigned count) {
  constexpr std::array templates = {"std::vector", "std::shared_ptr", "std::optional", "ferrule::Mutex"};
  std::string last = "int";
  for (unsigned number = 0; number < count / 2; ++number) {
    types.record(name(number), {{"a", last}});
    last = types.instance(templates[number % templates.size()], {name(number)});
  }
}

using Shape = void (*)(Types&, unsigned);

double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double nanoseconds_a_class(Shape shape, unsigned count) {
  Types types;
  types.scalar("int");
  shape(types, count);
  std::vector<Facts> units;
  units.push_back(types.finish());
  const Program program(std::move(units));
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    const double start = seconds();
    const Verdicts verdicts(program, AccessesOf(), knowledge::Types::builtin());
    for (const Record& record : program.facts().records)
      for (Question question : {Question::Send, Question::Sync, Question::Synchronized})
        verdicts.answer(question, record.key);
    best = std::min(best, seconds() - start);
  }
  return best * 1e9 / count;
}

class VerdictsSpeed : public testing::TestWithParam<std::pair<const char*, Shape>> {};

TEST_P(VerdictsSpeed, IsLinear) {
  const auto& [label, shape] = GetParam();
  const double few = nanoseconds_a_class(shape, 1'000), more = nanoseconds_a_class(shape, 10'000);
  const double many = nanoseconds_a_class(shape, 100'000);
  std::printf("%-10s ns a class: %6.0f of 1,000  %6.0f of 10,000  %6.0f of 100,000\n", label, few, more, many);
  EXPECT_LT(many, 2 * std::max(more, 1500.0)) << label;
}

INSTANTIATE_TEST_SUITE_P(Shapes, VerdictsSpeed,
                         testing::Values(std::pair{"wide", &wide}, std::pair{"deep", &deep},
                                         std::pair{"recursive", &recursive}, std::pair{"templated", &templated}),
                         [](const auto& info) { return info.param.first; });

}  // namespace
}  // namespace ferrule::test
