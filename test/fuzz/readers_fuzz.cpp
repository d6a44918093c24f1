// What users write, damaged in every way: each reader refuses it with a sentence or takes it, and never crashes.
// The first byte of the input chooses the reader.
#include "checks/knowledge/configuration.h"
#include "checks/knowledge/json_text.h"
#include "checks/model/facts.h"
#include "checks/store/archive.h"
#include "checks/store/consistent.h"
#include "tool/cli/plain/baseline.h"
#include "tool/cli/plain/changes.h"
#include "tool/cli/plain/database.h"
#include "tool/cli/plain/error.h"
#include "tool/report/snippet.h"
#include "tool/suppress/suppress.h"
#include "tool/suppress/unused.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {
namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void read_configuration(const std::string& text) {
  constexpr std::string_view rules[] = {"lock-order", "guard-escape"};
  try {
    const Configuration configuration = Configuration::parse("/p/.ferrule.json", text, rules);
    configuration.profile_at("/p/src/a.cpp");
    configuration.excludes("/p/src/a.cpp");
    check(configuration.file() == "/p/.ferrule.json");
  } catch (const ConfigurationError& error) {
    check(error.what()[0] == '\'');
  } catch (const knowledge::JsonError& error) {
    check(error.what()[0] == '\'');
  }
}

void read_database(const std::string& text) {
  try {
    for (const cli::Command& command : cli::parse_database(text, "/p/compile_commands.json"))
      check(!command.file.empty() && !command.arguments.empty());
  } catch (const cli::UsageError& error) {
    check(error.what()[0] == '\'');
  } catch (const knowledge::JsonError& error) {
    check(error.what()[0] == '\'');
  }
}

// What is read is written as it was, but for its order.
void read_baseline(const std::string& text) {
  std::vector<BaselineEntry> entries;
  try {
    entries = cli::parse_baseline(text, "known.json");
  } catch (const cli::UsageError& error) {
    check(error.what()[0] == '\'');
    return;
  }
  std::ranges::sort(entries);
  check(cli::parse_baseline(baseline_text(entries), "known.json") == entries);
}

// The comments of a file: found, used, complained of.
void read_suppressions(const std::string& text) {
  constexpr std::string_view rules[] = {"lock-order", "guard-escape", "unused-suppression"};
  const std::vector<std::string> files = {"/p/a.cpp"};
  SourceCache sources;
  sources.add(files[0], text);
  Suppressions suppressions(sources);
  std::vector<Finding> findings(3);
  for (unsigned i = 0; i < findings.size(); ++i) {
    findings[i].rule = rules[i];
    findings[i].where = {files[0], i + 1, 1};
  }
  check(suppressions.take_from(findings).size() + findings.size() == 3);
  const WrongSuppressions wrong =
      wrong_suppressions(suppressions, sources, files, {.rules = rules, .is_whole = true, .wants_reasons = true});
  for (const Finding& finding : wrong.findings) {
    const std::string_view line = sources.line(finding.where.file, finding.where.line);
    check(line.substr(finding.where.column - 1).starts_with("NOLINT"));
    const Fix* fix = fix_of(wrong.fixes, finding);
    check(fix == nullptr || fix->where.column - 1 + fix->length <= line.size());
  }
}

// A line of the user's, as a terminal gets it.
void read_source_line(const std::string& text) {
  const unsigned column = text.empty() ? 0 : static_cast<unsigned char>(text[0]);
  const Snippet shown = snippet(text, column, 40);
  check(std::ranges::none_of(shown.line, [](char c) { return c >= 0 && c < ' '; }));
  check(shown.caret <= 42);
}

void read_globs(const std::string& text) {
  const auto end = text.find('\n');
  glob_list_matches(text.substr(0, end), end == std::string::npos ? "ferrule-lock-order" : text.substr(end + 1));
}

void read_changes(const std::string& text) {
  for (const auto& [file, lines] : cli::parse_diff(text, "/p"))
    for (const cli::LineRange& range : lines) cli::is_changed({{file, {range}}}, file, range.first);
}

// What is read is written as it was, whatever it was. The checksum before it would keep the fuzzer out.
void read_facts(const std::string& bytes) {
  if (const auto facts = store::read<Facts>(bytes)) {
    for (const Function& function : facts->functions) is_consistent(function);
    const std::string again = store::written(*facts);
    const auto back = store::read<Facts>(again);
    check(back.has_value() && store::written(*back) == again);
  }
}

}  // namespace
}  // namespace ferrule

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr void (*readers[])(const std::string&) = {
      ferrule::read_configuration, ferrule::read_database, ferrule::read_globs,        ferrule::read_changes,
      ferrule::read_facts,         ferrule::read_baseline, ferrule::read_suppressions, ferrule::read_source_line};
  readers[data[0] % std::size(readers)](text);
  return 0;
}
