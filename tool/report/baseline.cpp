#include "tool/report/baseline.h"

#include "tool/report/writers.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace ferrule {
namespace {

using Json = nlohmann::ordered_json;

// Pairs entries and findings that have one fingerprint, each with one at most.
struct Matcher {
  const std::vector<BaselineEntry>& entries;
  const std::vector<BaselineEntry>& findings;
  std::vector<bool> entry_taken = std::vector<bool>(entries.size());
  std::vector<bool> finding_taken = std::vector<bool>(findings.size());

  void match(const std::function<bool(const BaselineEntry&, const BaselineEntry&)>& alike) {
    std::multimap<std::string_view, std::size_t> by_fingerprint;
    for (std::size_t i = 0; i < entries.size(); ++i)
      if (!entry_taken[i]) by_fingerprint.emplace(entries[i].fingerprint, i);
    for (std::size_t i = 0; i < findings.size(); ++i) {
      if (finding_taken[i]) continue;
      const auto [first, last] = by_fingerprint.equal_range(findings[i].fingerprint);
      const auto found = std::find_if(first, last, [&](const auto& entry) {
        return !entry_taken[entry.second] && alike(entries[entry.second], findings[i]);
      });
      if (found == last) continue;
      entry_taken[found->second] = true;
      finding_taken[i] = true;
    }
  }
};

}  // namespace

BaselineEntry entry_of(const Finding& finding, std::string_view root) {
  return {displayed_path(finding.where.file, root), finding.rule, finding.message, fingerprint(finding),
          finding.profile};
}

std::string baseline_text(std::vector<BaselineEntry> entries) {
  std::ranges::sort(entries);
  std::string text = "{\n\"version\": " + std::to_string(baseline_version) + ",\n\"findings\": [\n";
  for (const BaselineEntry& entry : entries) {
    Json json = {
        {"file", entry.file}, {"rule", entry.rule}, {"message", entry.message}, {"fingerprint", entry.fingerprint}};
    if (entry.profile == Profile::Strict) json["profile"] = "strict";
    text += json.dump(-1, ' ', false, Json::error_handler_t::replace) + ",\n";
  }
  return text + "null\n]\n}\n";  // an end that never changes: else the last line but one would, whenever the last goes
}

Compared compare(const std::vector<BaselineEntry>& entries, std::vector<Finding> findings, std::string_view root,
                 const std::function<bool(const std::string& file)>& exists) {
  std::vector<BaselineEntry> now;
  for (const Finding& finding : findings) now.push_back(entry_of(finding, root));
  Matcher matcher{entries, now};
  matcher.match([](const BaselineEntry& entry, const BaselineEntry& finding) { return entry.file == finding.file; });
  matcher.match([&](const BaselineEntry& entry, const BaselineEntry&) { return !exists(entry.file); });

  Compared compared;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (matcher.finding_taken[i]) compared.kept.push_back(now[i]);
    (matcher.finding_taken[i] ? compared.known : compared.fresh).push_back(std::move(findings[i]));
  }
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (!matcher.entry_taken[i]) compared.left.push_back(entries[i]);
  return compared;
}

Written write_baseline(const Report& report, WriterContext& context) {
  std::vector<BaselineEntry> entries;
  for (const Finding& finding : report.findings) entries.push_back(entry_of(finding, context.root));
  return {baseline_text(std::move(entries))};
}

}  // namespace ferrule
