// GitLab's Code Quality: a list of issues that the merge request compares with its target's.
#include "tool/report/writers.h"

#include <nlohmann/json.hpp>

namespace ferrule {
namespace {

using Json = nlohmann::ordered_json;

std::string description(const Finding& finding) {
  std::string text = finding.message;
  for (const std::string& cure : finding.cures) text += "; cure: " + cure;
  return text;
}

}  // namespace

Written write_gitlab(const Report& report, WriterContext& context) {
  Json issues = Json::array();
  const std::vector<std::string> fingerprints = unique_fingerprints(report.findings);
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const Finding& finding = report.findings[i];
    issues.push_back({
        {"description", description(finding)},
        {"check_name", "ferrule-" + finding.rule},
        {"fingerprint", fingerprints[i]},
        {"severity", finding.profile == Profile::Strict ? "minor" : "major"},
        {"location",
         {{"path", displayed_path(finding.where.file, context.root)}, {"lines", {{"begin", finding.where.line}}}}},
    });
  }
  return {issues.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"};
}

}  // namespace ferrule
