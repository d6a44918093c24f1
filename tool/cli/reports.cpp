#include "tool/cli/reports.h"

#include "tool/cli/plain/error.h"
#include "tool/cli/plain/rules.h"
#include "tool/cli/plain/standard_output.h"
#include "tool/cli/analysis.h"
#include "tool/report/writers.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace ferrule::cli {
namespace {

namespace fs = std::filesystem;

}  // namespace

bool wants_color(const Arguments& arguments, int descriptor) {
  const std::string when = arguments.value("--color", "auto");
  return when == "always" || (when == "auto" && is_terminal(descriptor) && std::getenv("NO_COLOR") == nullptr);
}

std::string report_root() {
  const fs::path current = fs::current_path();
  for (fs::path folder = current;; folder = folder.parent_path()) {
    std::error_code error;
    if (fs::exists(folder / ".git", error)) return folder.string();
    if (folder == folder.parent_path()) return current.string();
  }
}

Reports::Reports(const Arguments& arguments, std::string_view form)
    : color_(wants_color(arguments, STDOUT_FILENO)),
      quiet_(arguments.has("--quiet")),
      visible_only_(arguments.has("--visible-only")) {
  for (ReportOption& option : report_options(arguments)) {
    if (!form.empty()) option.form = form;
    reports_.push_back({std::move(option)});
  }
}

void Reports::open(const std::vector<std::string>& read) {
  for (const One& one : reports_)
    if (!one.option.file.empty()) refuse_input_as_output(one.option.file, read);
  for (One& one : reports_)
    if (!one.option.file.empty()) one.file.emplace(one.option.file);
}

void Reports::write(const Report& report, SourceCache& sources) {
  const std::vector<RuleText> rules = rule_texts();
  const bool has_standard_output = std::ranges::any_of(reports_, [](const One& one) { return !one.file; });
  std::string problem;
  std::vector<std::string> notices;
  for (One& one : reports_) {
    WriterContext context{sources,      rules, fs::current_path().string(), report_root(), color_ && !one.file,
                          visible_only_};
    const Written written = std::ranges::find(forms(), one.option.form, &Form::name)->write(report, context);
    notices.insert(notices.end(), written.notices.begin(), written.notices.end());
    if (!one.file) {
      print(written.text);
      continue;
    }
    try {
      one.file->write(written.text);
    } catch (const UsageError& error) {
      if (!has_standard_output && problem.empty()) print(written.text);  // hours of analysis must not be lost
      if (problem.empty()) problem = error.what();
    }
  }
  if (!problem.empty()) throw UsageError(problem);
  for (const std::string& notice : notices)
    if (!quiet_) std::fprintf(stderr, "ferrule: note: %s\n", notice.c_str());
}

}  // namespace ferrule::cli
