// Generated programs of many classes, in four shapes.
#pragma once

#include "test/types/verdicts_types.h"

#include <array>
#include <string>

namespace ferrule::test {

inline std::string class_name(unsigned number) { return "shop::warehouse::Class" + std::to_string(number); }

/// Every class has a few members of the classes before it.
inline void wide(Types& types, unsigned count) {
  for (unsigned number = 0; number < count; ++number)
    types.record(
        class_name(number),
        {{"a", number ? class_name(number / 2) : "int"}, {"b", number ? class_name(number / 3) : "int"}, {"c", "int"}});
}

/// Every class has the one before it: as deep as there are classes.
inline void deep(Types& types, unsigned count) {
  for (unsigned number = 0; number < count; ++number)
    types.record(class_name(number), {{"a", number ? class_name(number - 1) : "int"}, {"b", "int"}});
}

/// One circle of all classes, with one that is not Send at its end.
inline void recursive(Types& types, unsigned count) {
  for (unsigned number = 0; number < count; ++number) types.record(class_name(number));
  for (unsigned number = 0; number < count; ++number) {
    const std::string next = class_name((number + 1) % count);
    types.facts().records[number].fields.push_back(
        {.key = class_name(number) + ".next", .name = "next", .type = types.pointer(next)});
  }
  types.facts().records[count - 1].annotations.push_back({.name = "not_send"});
}

/// Instances of templates of the standard library, of each other: half of the classes are such.
inline void templated(Types& types, unsigned count) {
  constexpr std::array templates = {"std::vector", "std::shared_ptr", "std::optional", "ferrule::Mutex"};
  std::string last = "int";
  for (unsigned number = 0; number < count / 2; ++number) {
    types.record(class_name(number), {{"a", last}});
    last = types.instance(templates[number % templates.size()], {class_name(number)});
  }
}

using Shape = void (*)(Types&, unsigned);

inline Program program_of(Shape shape, unsigned count) {
  Types types;
  types.scalar("int");
  shape(types, count);
  std::vector<Facts> units;
  units.push_back(types.finish());
  return Program(std::move(units));
}

/// All three questions about every class, by an engine that knows nothing yet.
inline std::size_t judge_all(const Program& program) {
  const Verdicts verdicts(program, AccessesOf(), knowledge::Types::builtin());
  std::size_t yes = 0;
  for (const Record& record : program.facts().records)
    for (Question question : {Question::Send, Question::Sync, Question::Synchronized})
      yes += verdicts.answer(question, record.key) == Answer::Yes;
  return yes;
}

}  // namespace ferrule::test
