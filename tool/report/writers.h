// A report in each of its forms. Every writer is deterministic: equal reports give equal bytes.
#pragma once

#include "tool/report/report.h"
#include "tool/source/source.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

/// What a report says of a rule, whether it has found something or not.
struct RuleText {
  std::string_view name;     ///< without the prefix
  std::string_view summary;  ///< one line
  std::string_view page;     ///< Markdown; "" if there is none
};

struct WriterContext {
  SourceCache& sources;
  std::span<const RuleText> rules = {};
  std::string directory = {};  ///< the current one: people's forms show paths below it relative to it
  std::string root = {};       ///< the repository's: the services' forms show paths relative to it
  bool color = false;
  bool visible_only = false;                   ///< SARIF has nothing that a comment or the baseline hides
  std::size_t most_packed_bytes = 10'000'000;  ///< of a SARIF file, gzipped: what GitHub takes
};

struct Written {
  std::string text;
  std::vector<std::string> notices = {};  ///< what the reader of this form will not see, one sentence each
};

/// One form of the report.
struct Form {
  std::string_view name;
  Written (*write)(const Report& report, WriterContext& context);
};

/// All forms, by their names.
std::span<const Form> forms();

Written write_text(const Report& report, WriterContext& context);      // Clang's form, with carets, notes and cures
Written write_concise(const Report& report, WriterContext& context);   // one line a finding
Written write_json(const Report& report, WriterContext& context);      // docs/json.md
Written write_sarif(const Report& report, WriterContext& context);     // SARIF 2.1.0
Written write_github(const Report& report, WriterContext& context);    // workflow commands: annotations
Written write_gitlab(const Report& report, WriterContext& context);    // Code Quality
Written write_junit(const Report& report, WriterContext& context);     // JUnit's XML
Written write_baseline(const Report& report, WriterContext& context);  // what `--baseline` reads

}  // namespace ferrule
