// Findings as text or JSON. Every writer is deterministic: equal reports give equal bytes.
#pragma once

#include "checks/model/finding.h"
#include "tool/source/source.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

/// A unit that was not analysed, and why.
struct FailedUnit {
  std::string file;
  std::string reason;  ///< a short phrase: "it does not parse"
};

struct Report {
  std::vector<Finding> findings = {};
  std::size_t units = 0;  ///< all that were asked for
  std::size_t suppressed = 0;
  std::size_t elsewhere = 0;   ///< findings that are not asked for: they lie in other paths or lines
  std::size_t turned_off = 0;  ///< findings where the configuration's profile is "off"
  std::size_t excluded = 0;    ///< units that the configuration leaves out; not among `units`
  std::vector<FailedUnit> failed = {};
  std::vector<FailedUnit> other_languages = {};  ///< what Ferrule does not read, with its language
};

/// `path` relative to `directory` where it is below it, else unchanged.
std::string displayed_path(const std::string& path, std::string_view directory);

struct TextOptions {
  bool color = false;
  std::string directory = {};  ///< paths below it are shown relative to it
};

/// Clang's form: "file:line:column: warning: message [ferrule-rule]", the source line with a caret, then the notes,
/// then the cures as notes.
std::string text_report(const Report& report, SourceCache& sources, const TextOptions& options);

/// One line for people: how many findings in how many units, and what was not analysed.
std::string summary(const Report& report, std::string_view directory);

/// What was not analysed: "not analysed: 1 of 2 units: 'b.cpp' (it does not parse)"; "" if nothing.
std::string not_analysed(const Report& report, std::string_view directory);

/// See docs/json.md.
std::string json_report(const Report& report, std::string_view directory);

}  // namespace ferrule
