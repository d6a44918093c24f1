// SARIF 2.1.0: one run, with what GitHub, GitLab, Azure and editors' viewers ask of it.
#include "tool/report/writers.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/Compression.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>

namespace ferrule {
namespace {

using Json = nlohmann::ordered_json;

// GitHub refuses a file with more; see docs/ci.md.
constexpr std::size_t most_results = 25'000;
constexpr std::size_t most_results_shown = 5'000;
constexpr std::size_t most_locations = 1'000;

std::string encoded(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr std::string_view digits = "0123456789ABCDEF";
    const bool is_plain =
        byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("-._~/+,@=").find(c) != std::string_view::npos);
    if (is_plain) {
      uri += c;
    } else {
      uri += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return uri;
}

Json artifact(const std::string& file, const WriterContext& context) {
  const std::string shown = displayed_path(file, context.root);
  if (shown.starts_with('/')) return {{"uri", "file://" + encoded(shown)}};
  return {{"uri", encoded(shown)}, {"uriBaseId", "%SRCROOT%"}};
}

// SARIF counts characters and Clang counts bytes.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

// From the place to the end of the name that stands there.
Json region(const Location& where, SourceCache& sources) {
  const std::string_view line = sources.line(where.file, where.line);
  const std::size_t begin = std::min<std::size_t>(where.column > 0 ? where.column - 1 : 0, line.size());
  const auto in_name = [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  const std::string_view rest = line.substr(begin);
  const auto length = static_cast<std::size_t>(std::ranges::find_if_not(rest, in_name) - rest.begin());
  const std::size_t column = characters(line.substr(0, begin)) + 1;
  return {{"startLine", where.line},
          {"startColumn", column},
          {"endLine", where.line},
          {"endColumn", column + std::max<std::size_t>(1, characters(rest.substr(0, length)))}};
}

Json physical(const Location& where, WriterContext& context) {
  return {{"artifactLocation", artifact(where.file, context)}, {"region", region(where, context.sources)}};
}

// SARIF's texts are sentences; a rule's message has no full stop.
std::string sentence(std::string text) {
  if (!text.empty() && !text.ends_with('.') && !text.ends_with('?') && !text.ends_with('!')) text += '.';
  return text;
}

Json message(const std::string& text) { return {{"text", sentence(text)}}; }

Json location(const Note& note, const Finding& finding, WriterContext& context) {
  return {{"physicalLocation", physical(note.where ? note.where : finding.where, context)},
          {"message", message(note.text)}};
}

Json code_flow(const Finding& finding, WriterContext& context) {
  Json flows = Json::array();
  for (std::size_t i = 0; i < finding.ways.size(); ++i) {
    Json locations = Json::array();
    for (const Note& step : finding.ways[i]) {
      if (locations.size() < most_locations) locations.push_back({{"location", location(step, finding, context)}});
    }
    flows.push_back({{"id", std::to_string(i + 1)},
                     {"message", message(i == 0 ? "The way to this place" : "The way to the place that it meets")},
                     {"locations", std::move(locations)}});
  }
  return {{"message", message("How the threads come to meet")}, {"threadFlows", std::move(flows)}};
}

Json related(const Finding& finding, WriterContext& context) {
  Json list = Json::array();
  for (const Note& note : finding.notes) {
    if (list.size() == most_locations) break;
    Json entry = {{"id", list.size() + 1}};
    entry.update(location(note, finding, context));
    list.push_back(std::move(entry));
  }
  return list;
}

Json fix(const Fix& fix, const Finding& finding, WriterContext& context) {
  const std::string_view line = context.sources.line(fix.where.file, fix.where.line);
  const std::size_t begin = std::min<std::size_t>(fix.where.column - 1, line.size());
  const std::size_t column = characters(line.substr(0, begin)) + 1;
  const Json deleted = {{"startLine", fix.where.line},
                        {"startColumn", column},
                        {"endLine", fix.where.line},
                        {"endColumn", column + characters(line.substr(begin, fix.length))}};
  const Json replacement = {{"deletedRegion", deleted}, {"insertedContent", {{"text", fix.text}}}};
  return {{"description", message(finding.cures.empty() ? finding.message : finding.cures.front())},
          {"artifactChanges", Json::array({{{"artifactLocation", artifact(fix.where.file, context)},
                                            {"replacements", Json::array({replacement})}}})}};
}

const char* level(const Finding& finding) { return finding.profile == Profile::Strict ? "note" : "warning"; }

Json result(const Finding& finding, const std::string& unique, const std::map<std::string_view, std::size_t>& indices,
            WriterContext& context) {
  std::string text = sentence(finding.message);
  for (const std::string& cure : finding.cures) text += " Cure: " + sentence(cure);
  Json entry = {{"ruleId", "ferrule-" + finding.rule}};
  if (const auto index = indices.find(finding.rule); index != indices.end()) entry["ruleIndex"] = index->second;
  entry["level"] = level(finding);
  entry["message"] = {{"text", text}};
  entry["locations"] = Json::array({{{"physicalLocation", physical(finding.where, context)}}});
  // GitHub follows an alert by the first, whatever tool it comes from; the second names ours.
  entry["partialFingerprints"] = {{"primaryLocationLineHash", unique}, {"ferruleFingerprint/v1", fingerprint(finding)}};
  if (!finding.ways.empty()) entry["codeFlows"] = Json::array({code_flow(finding, context)});
  if (!finding.notes.empty()) entry["relatedLocations"] = related(finding, context);
  entry["properties"] = {{"profile", finding.profile == Profile::Strict ? "strict" : "default"}};
  return entry;
}

// It has no line any more.
Json absent(const BaselineEntry& gone, std::size_t number, const std::map<std::string_view, std::size_t>& indices,
            const WriterContext& context) {
  const std::string file = gone.file.starts_with('/') ? gone.file : context.root + "/" + gone.file;
  Json entry = {{"ruleId", "ferrule-" + gone.rule}};
  if (const auto index = indices.find(gone.rule); index != indices.end()) entry["ruleIndex"] = index->second;
  entry["level"] = gone.profile == Profile::Strict ? "note" : "warning";
  entry["message"] = message(gone.message);
  const Json region = {{"startLine", 1}, {"startColumn", 1}, {"endLine", 1}, {"endColumn", 2}};
  entry["locations"] =
      Json::array({{{"physicalLocation", {{"artifactLocation", artifact(file, context)}, {"region", region}}}}});
  entry["partialFingerprints"] = {{"primaryLocationLineHash", gone.fingerprint + "-gone-" + std::to_string(number)},
                                  {"ferruleFingerprint/v1", gone.fingerprint}};
  entry["baselineState"] = "absent";
  return entry;
}

std::string pascal_case(std::string_view name) {
  std::string result;
  bool starts_word = true;
  for (const char c : name) {
    if (c != '-') result += starts_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    starts_word = c == '-';
  }
  return result;
}

Json rule(const RuleText& text) {
  std::string summary = sentence(std::string(text.summary));
  summary[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(summary[0])));
  Json entry = {{"id", "ferrule-" + std::string(text.name)},
                {"name", pascal_case(text.name)},
                {"shortDescription", {{"text", summary}}},
                {"fullDescription", {{"text", summary}}},
                {"defaultConfiguration", {{"level", "warning"}}}};
  if (!text.page.empty()) entry["help"] = {{"text", summary}, {"markdown", text.page}};
  entry["properties"] = {{"tags", {"concurrency", "correctness"}}, {"precision", "high"}};
  return entry;
}

Json of_unit(const FailedUnit& unit, const char* level, const std::string& said, WriterContext& context) {
  return {{"level", level},
          {"message", message("'" + displayed_path(unit.file, context.root) + "' " + said + unit.reason)},
          {"locations", Json::array({{{"physicalLocation", {{"artifactLocation", artifact(unit.file, context)}}}}})}};
}

Json invocation(const Report& report, const std::vector<std::string>& notices, WriterContext& context) {
  Json notifications = Json::array();
  for (const FailedUnit& unit : report.failed)
    notifications.push_back(of_unit(unit, "error", "was not analysed: ", context));
  for (const FailedUnit& unit : report.other_languages)
    notifications.push_back(of_unit(unit, "note", "was left out: it is ", context));
  for (const std::string& notice : notices)
    notifications.push_back({{"level", "warning"}, {"message", message(notice)}});
  Json entry = {{"executionSuccessful", report.failed.empty()}};
  if (!notifications.empty()) entry["toolExecutionNotifications"] = std::move(notifications);
  return entry;
}

struct Entry {
  const Finding* finding;
  const SuppressedFinding* suppressed = nullptr;  ///< null if no comment hides it
  const char* baseline_state = "new";
};

// What matters most comes first, so that what is cut is what matters least.
std::vector<Entry> entries_of(const Report& report, bool visible_only) {
  std::vector<Entry> entries;
  for (const Finding& finding : report.findings) entries.push_back({&finding});
  static const Report nothing;
  const Report& hidden = visible_only ? nothing : report;
  for (const Finding& finding : hidden.known) entries.push_back({&finding, nullptr, "unchanged"});
  for (const SuppressedFinding& one : hidden.suppressed) entries.push_back({&one.finding, &one});
  std::ranges::stable_sort(entries, {}, [&](const Entry& entry) {
    return std::tuple(entry.suppressed != nullptr, std::string_view(entry.baseline_state) != "new",
                      entry.finding->profile);
  });
  return entries;
}

std::vector<std::string> notices_of(const Report& report, std::size_t written, std::size_t results) {
  std::vector<std::string> notices;
  if (results > written) {
    notices.push_back("the SARIF has " + std::to_string(written) + " of " + std::to_string(results) +
                      " results: GitHub refuses more");
  } else if (results > most_results_shown) {
    notices.push_back("GitHub shows " + std::to_string(most_results_shown) + " of the " + std::to_string(results) +
                      " results");
  }
  const auto is_long = [](const Finding& finding) {
    return finding.notes.size() > most_locations ||
           std::ranges::any_of(finding.ways, [](const auto& way) { return way.size() > most_locations; });
  };
  if (const auto n = std::ranges::count_if(report.findings, is_long); n > 0)
    notices.push_back("the SARIF has " + std::to_string(most_locations) + " places each of " +
                      count_of(static_cast<std::size_t>(n), "result") + " that have more: GitHub refuses more");
  return notices;
}

using RuleIndices = std::map<std::string_view, std::size_t>;

Json results_of(const Report& report, const std::vector<Entry>& entries, const RuleIndices& indices,
                WriterContext& context) {
  std::vector<Finding> findings;
  for (const Entry& entry : entries) findings.push_back(*entry.finding);
  const std::vector<std::string> fingerprints = unique_fingerprints(findings);
  Json results = Json::array();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Json entry = result(findings[i], fingerprints[i], indices, context);
    if (const SuppressedFinding* hidden = entries[i].suppressed) {
      Json suppression = {{"kind", "inSource"}};
      if (!hidden->reason.empty()) suppression["justification"] = hidden->reason;
      entry["suppressions"] = Json::array({std::move(suppression)});
    }
    if (const Fix* change = fix_of(report.fixes, findings[i]))
      entry["fixes"] = Json::array({fix(*change, findings[i], context)});
    if (report.has_baseline) entry["baselineState"] = entries[i].baseline_state;
    results.push_back(std::move(entry));
  }
  for (std::size_t i = 0; !context.visible_only && i < report.gone.size() && results.size() < most_results; ++i)
    results.push_back(absent(report.gone[i], i + 1, indices, context));
  return results;
}

Json driver_of(Json rules) {
  Json driver = {{"name", "ferrule"},
                 {"fullName", "Ferrule " FERRULE_VERSION},
                 {"version", FERRULE_VERSION},
                 {"semanticVersion", FERRULE_VERSION}};
  if (constexpr std::string_view home = FERRULE_HOMEPAGE; !home.empty()) driver["informationUri"] = home;
  driver["rules"] = std::move(rules);
  return driver;
}

Written document_of(const Report& report, const std::vector<Entry>& entries, std::size_t all, WriterContext& context) {
  Json rules = Json::array();
  RuleIndices indices;
  for (const RuleText& text : context.rules) {
    indices.emplace(text.name, rules.size());
    rules.push_back(rule(text));
  }
  Written written;
  written.notices = notices_of(report, entries.size(), all);
  std::string root = context.root;
  if (!root.ends_with('/')) root += '/';
  const Json run = {
      {"tool", {{"driver", driver_of(std::move(rules))}}},
      {"invocations", Json::array({invocation(report, written.notices, context)})},
      {"originalUriBaseIds", {{"%SRCROOT%", {{"uri", "file://" + encoded(root)}}}}},
      {"columnKind", "unicodeCodePoints"},
      {"results", results_of(report, entries, indices, context)},
  };
  const Json document = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
  written.text = document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  return written;
}

// GitHub takes the file packed by gzip.
std::size_t packed_size(const std::string& text) {
  namespace zlib = llvm::compression::zlib;
  if (!zlib::isAvailable()) return text.size();
  llvm::SmallVector<std::uint8_t> packed;
  zlib::compress(llvm::arrayRefFromStringRef(text), packed);
  return packed.size();
}

}  // namespace

Written write_sarif(const Report& report, WriterContext& context) {
  std::vector<Entry> entries = entries_of(report, context.visible_only);
  const std::size_t all = entries.size();
  entries.resize(std::min(all, most_results));
  for (;;) {
    Written written = document_of(report, entries, all, context);
    const std::size_t most = context.most_packed_bytes;
    const std::size_t size = written.text.size() <= most ? 0 : packed_size(written.text);
    if (size <= most || entries.size() <= 1) return written;
    // A little less than what should fit, as results differ in size.
    entries.resize(std::max<std::size_t>(1, std::min(entries.size() - 1, entries.size() * most / size * 19 / 20)));
  }
}

}  // namespace ferrule
