// Words that reasons read off bodies have in common.
#pragma once

#include "checks/program/program.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace ferrule {

inline std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

inline std::string_view last_name(std::string_view qualified) {
  const std::size_t colons = qualified.rfind("::");
  return colons == std::string_view::npos ? qualified : qualified.substr(colons + 2);
}

inline bool passes(const Place& place, Step::Kind kind) {
  return std::any_of(place.steps.begin(), place.steps.end(), [&](const Step& step) { return step.kind == kind; });
}

/// "'hits_'", "what 'count_' points to"
inline std::string describe(const Place& place, const Program& program) {
  bool through = false;
  for (auto step = place.steps.rbegin(); step != place.steps.rend(); ++step) {
    if (step->kind == Step::Kind::Deref) through = true;
    const Field* field = step->kind == Step::Kind::Field ? program.field(step->field) : nullptr;
    if (field) return (through ? "what " : "") + quoted(field->name) + (through ? " points to" : "");
  }
  if (const Global* global = place.root == Root::Global ? program.global(place.key) : nullptr)
    return quoted(global->name);
  return "'*this'";
}

}  // namespace ferrule
