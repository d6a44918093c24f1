#include "tool/cli/ratchet.h"

#include "tool/cli/plain/baseline.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/reports.h"

#include <algorithm>
#include <filesystem>

namespace ferrule::cli {
namespace {

namespace fs = std::filesystem;

// Whether this run would have found it, if it were still there.
class Judged {
 public:
  Judged(const CheckOptions& options, const std::vector<std::string>& files, std::string root)
      : options_(options), files_(files), root_(std::move(root)) {}

  std::string path(const std::string& file) const { return (fs::path(root_) / file).string(); }

  bool holds(const BaselineEntry& entry) const {
    const Configuration& configuration = *options_.configuration;
    const auto& rules = options_.rules.empty() ? configuration.rules() : options_.rules;
    if (!rules.empty() && std::ranges::find(rules, entry.rule) == rules.end()) return false;
    const std::string file = path(entry.file);
    if (configuration.is_off(file) || configuration.excludes(file)) return false;
    if (entry.profile > options_.profile.value_or(configuration.profile_at(file))) return false;
    std::error_code error;
    return std::ranges::binary_search(files_, file) || !fs::exists(file, error);
  }

 private:
  const CheckOptions& options_;
  const std::vector<std::string>& files_;  // sorted
  std::string root_;
};

std::string listed(const std::vector<BaselineEntry>& entries) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < entries.size() && i < shown; ++i)
    text += (i ? ", '" : " '") + entries[i].file + "' (" + entries[i].rule + ")";
  if (entries.size() > shown) text += " and " + std::to_string(entries.size() - shown) + " more";
  return text;
}

}  // namespace

Ratchet::Ratchet(const Arguments& arguments)
    : file_(arguments.value("--baseline", "")),
      updates_(arguments.has("--baseline-update")),
      grows_(arguments.has("--baseline-grow")),
      is_part_(arguments.has("--units")) {
  for (const char* option : {"--baseline-update", "--baseline-grow"})
    if (arguments.has(option) && file_.empty())
      throw UsageError(std::string("'") + option + "' needs '--baseline FILE'");
  if (file_.empty()) return;
  old_ = read_baseline(file_);
  std::ranges::sort(old_);
  if (updates_ || grows_) output_.emplace(file_);
}

void Ratchet::compare(Report& report, const CheckOptions& options, const std::vector<std::string>& files) {
  if (file_.empty()) return;
  const std::string root = report_root();
  const Judged judged(options, files, root);
  const auto exists = [&](const std::string& file) {
    std::error_code error;
    return fs::exists(judged.path(file), error);
  };
  Compared compared = ferrule::compare(old_, std::move(report.findings), root, exists);
  report.has_baseline = true;
  report.findings = std::move(compared.fresh);
  report.known = std::move(compared.known);
  now_ = std::move(compared.kept);
  for (BaselineEntry& entry : compared.left) {
    const bool is_gone = !is_part_ && report.failed.empty() && judged.holds(entry);
    if (is_gone) report.gone.push_back(entry);
    if (!is_gone || !updates_) now_.push_back(std::move(entry));
  }
}

void Ratchet::accept(Report& report) {
  if (!grows_) return;
  const std::string root = report_root();
  added_ = report.findings.size();
  for (Finding& finding : report.findings) {
    now_.push_back(entry_of(finding, root));
    report.known.push_back(std::move(finding));
  }
  report.findings.clear();
}

std::vector<std::string> Ratchet::finish(const Report& report) {
  std::vector<std::string> notes;
  if (file_.empty()) return notes;
  std::ranges::sort(now_);
  if (output_ && now_ != old_) output_->write(baseline_text(now_));
  const std::string name = "'" + file_ + "'";
  if (!report.gone.empty()) {
    const std::string which = count_of(report.gone.size(), "finding") + " of " + name;
    notes.push_back(updates_ ? "taken out of " + name + ", as nothing is found any more:" + listed(report.gone)
                             : which + (report.gone.size() == 1 ? " is" : " are") + " gone:" + listed(report.gone) +
                                   "; '--baseline-update' takes out what is gone");
  }
  if (updates_ && !report.failed.empty())
    notes.push_back("nothing is taken out of " + name + ", as not every unit was analysed");
  if (added_ > 0) notes.push_back(count_of(added_, "finding") + " added to " + name);
  return notes;
}

}  // namespace ferrule::cli
