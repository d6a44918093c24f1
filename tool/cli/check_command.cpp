#include "tool/cli/check_command.h"

#include "checks/rules/check.h"
#include "tool/cli/analysis.h"
#include "tool/cli/cache_options.h"
#include "tool/cli/configuration.h"
#include "tool/cli/judge.h"
#include "tool/cli/kept_judgement.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/rules.h"
#include "tool/cli/plain/timing.h"
#include "tool/cli/ratchet.h"
#include "tool/cli/reports.h"
#include "tool/cli/scoping.h"
#include "tool/cli/units.h"
#include "tool/report/report.h"
#include "tool/report/tables.h"
#include "tool/suppress/suppress.h"
#include "tool/suppress/unused.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>

namespace ferrule::cli {
namespace {

constexpr std::array<OptionSpec, 23> check_options = {{
    {"-p", "BUILD", "the folder of compile_commands.json, or the file (default: found upwards)"},
    {"--profile", "default|strict", "what to report: where there is evidence, or all that is not proved"},
    {"--changed-since", "REV", "only findings in what Git says has changed since it left REV"},
    {"--units", "PATH", "analyse only the units in PATH, as if they were the program; may be repeated", true},
    {"--config", "FILE", "the configuration (default: '.ferrule.json', found upwards)"},
    {"--rules", "LIST", "only these rules, separated by commas; may be repeated", true},
    {"-j", "N", "units analysed at once (default: one a processor)"},
    {"--cache", "DIR", "where facts are kept between runs (default: 'ferrule' in $XDG_CACHE_HOME, or in ~/.cache)"},
    {"--no-cache", "", "neither read nor keep anything between runs"},
    {"--format", "text|concise|json|sarif|github|gitlab|junit",
     "form of the report; may be repeated, each with its --output", true},
    {"--output", "FILE", "where the --format before it goes (default: standard output)", true},
    {"--baseline", "FILE", "hides the findings that are in the file; 'ferrule baseline' writes it"},
    {"--baseline-update", "", "takes out of the baseline what is not found any more"},
    {"--baseline-grow", "", "puts into the baseline what is new"},
    {"--visible-only", "", "SARIF without what NOLINT or the baseline hides"},
    {"--require-reasons", "", "report NOLINT comments of Ferrule's rules that do not say why"},
    {"--color", "auto|always|never", "colours in text (default: on a terminal)"},
    {"--incomplete", "note|fail", "units that cannot be analysed: only noted, or status 3 (default)"},
    {"--explain-incomplete", "", "each place where the analysis stopped, on standard error"},
    {"--quiet", "", "no progress and no notes; incomplete runs still say what is missing"},
    {"--statistics", "", "findings by rule and by file, and what the cache had, on standard error"},
    {"--timing", "", "seconds by stage, unit and rule, and peak memory, on standard error"},
    {"--help", "", "this text"},
}};

void print_timing(const Timing& timing) {
  std::fputs(timing_text(timing).c_str(), stderr);
  rusage usage{};
  rusage workers{};
  getrusage(RUSAGE_SELF, &usage);
  getrusage(RUSAGE_CHILDREN, &workers);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  std::fprintf(
      stderr, "ferrule: %.2f s of CPU time, %ld MB in a process at most\n",
      seconds(usage.ru_utime) + seconds(usage.ru_stime) + seconds(workers.ru_utime) + seconds(workers.ru_stime),
      std::max(usage.ru_maxrss, workers.ru_maxrss) / 1024);
}

void print_incomplete(const std::vector<Incompleteness>& places) {
  const std::string directory = std::filesystem::current_path().string();
  for (const Incompleteness& place : places)
    std::fprintf(stderr, "%s:%u:%u: note: %s%s\n", displayed_path(place.where.file, directory).c_str(),
                 place.where.line, place.where.column, place.what.c_str(),
                 place.function.empty() ? "" : (", in '" + place.function + "'").c_str());
}

// What NOLINT hides, and which NOLINTs hide nothing.
void apply_suppressions(Report& report, std::vector<Finding> below, SourceCache& sources, const CheckOptions& options,
                        const Arguments& arguments, const std::vector<std::string>& files) {
  Suppressions suppressions(sources);
  report.suppressed = suppressions.take_from(report.findings);
  suppressions.take_from(below);  // a comment may hide what another profile reports
  const auto& run = options.rules.empty() ? options.configuration->rules() : options.rules;
  if (!run.empty() && std::ranges::find(run, "unused-suppression") == run.end()) return;
  const std::vector<std::string_view> rules = rule_names();
  const bool is_whole = report.failed.empty() && !arguments.after_dashes && !arguments.has("--units");
  WrongSuppressions wrong = wrong_suppressions(
      suppressions, sources, files,
      {.rules = rules, .run = run, .is_whole = is_whole, .wants_reasons = arguments.has("--require-reasons")});
  std::erase_if(wrong.findings,
                [&](const Finding& finding) { return options.configuration->is_off(finding.where.file); });
  std::ranges::move(suppressions.take_from(wrong.findings), std::back_inserter(report.suppressed));
  std::ranges::move(wrong.findings, std::back_inserter(report.findings));
  report.fixes = std::move(wrong.fixes);
  std::ranges::stable_sort(report.findings, {}, &Finding::where);
}

// Each program runs every rule.
void add_time(std::vector<Timed>& rules, std::string_view rule, double seconds) {
  const auto known = std::ranges::find(rules, rule, &Timed::name);
  if (known == rules.end()) {
    rules.push_back({std::string(rule), seconds});
  } else {
    known->seconds += seconds;
  }
}

void print_notes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) std::fprintf(stderr, "ferrule: note: %s\n", note.c_str());
}

// The same findings, whether they are judged anew or were kept.
Judged judge_or_find(Analysis& analysis, const UnitList& list, const CheckOptions& options, cache::Cache* cache) {
  if (!cache) return judge(analysis.programs, options);
  const cache::Digest key = judgement_key(list.units, analysis.outcomes, options);
  if (auto kept = find_judgement(*cache, key)) {
    analysis.cache.has_judgement = true;
    return std::move(*kept);
  }
  Judged judged = judge(analysis.programs, options);
  const std::string problem = keep_judgement(*cache, key, judged);
  if (!problem.empty()) analysis.cache.problem = problem;
  return judged;
}

void print_cache_use(const CacheUse& use, const cache::Entries& entries) {
  std::fprintf(stderr, "cache: facts of %s kept, of %s made; findings %s; %s\n", count_of(use.found, "unit").c_str(),
               count_of(use.analysed, "unit").c_str(), use.has_judgement ? "kept" : "judged",
               (count_of(entries.damaged(), "damaged file") + " removed").c_str());
}

std::vector<std::string> files_read(const Arguments& arguments, const UnitList& list,
                                    const Configuration& configuration, const Ratchet& ratchet) {
  std::vector<std::string> files{configuration.file(), arguments.value("-p", ""), ratchet.file()};
  for (const Unit& unit : list.units) files.push_back(unit.command.file);
  return files;
}

}  // namespace

const CommandSpec check_spec = {
    "check",
    "check [-p BUILD] [PATH…]\n       ferrule check FILE… -- CLANG-FLAGS",
    "Analyses the units of a compile database as one program and reports what is not safe between threads.\n"
    "With PATHs, only what has one of its places in them is reported. Exit status: 0 clean, 1 findings, 2 wrong use, 3 "
    "some unit was not analysed.",
    check_options,
};

int run_check(const Arguments& arguments) { return run_check(arguments, ""); }

int run_check(const Arguments& arguments, std::string_view form) {
  std::optional<cache::Cache> cache = cache_of(arguments);
  return report_on(
      arguments, form,
      {.configuration = [&] { return load_configuration(arguments); },
       .units = [&](const Configuration& configuration) { return list_units(arguments, configuration); },
       .facts = [](const UnitList& list, const AnalyseOptions& options) { return analyse(list.units, options); },
       .cache = cache ? &*cache : nullptr});
}

int report_on(const Arguments& arguments, std::string_view form, const FactSource& source) {
  CheckOptions options;
  if (arguments.has("--profile"))
    options.profile = arguments.value("--profile", "") == "strict" ? Profile::Strict : Profile::Default;
  for (const std::string& list : arguments.values("--rules"))
    for (std::string& rule : parse_rules(list)) options.rules.push_back(std::move(rule));
  Reports reports(arguments, form);
  const unsigned jobs = job_count(arguments);
  const bool quiet = arguments.has("--quiet");
  const Configuration configuration = source.configuration();
  options.configuration = &configuration;
  Scope scope = scope_of(arguments);
  const UnitList list = source.units(configuration);
  Ratchet ratchet(arguments);
  std::vector<std::string> read = files_read(arguments, list, configuration, ratchet);
  read.insert(read.end(), source.files.begin(), source.files.end());
  reports.open(read);
  if (!quiet) print_dropped_flags(list);
  Timing timing;
  Stopwatch watch;

  Analysis analysis = source.facts(
      list, {jobs, is_terminal(STDERR_FILENO) && !quiet, wants_color(arguments, STDERR_FILENO), source.cache});
  std::fwrite(analysis.errors.data(), 1, analysis.errors.size(), stderr);

  for (Timed& unit : analysis.times)
    timing.units.push_back({displayed_path(unit.name, std::filesystem::current_path().string()), unit.seconds});
  timing.stages.push_back({"parsing and facts of the units", watch.lap()});
  options.timed = [&](std::string_view rule, double seconds) { add_time(timing.rules, rule, seconds); };
  Judged judged = judge_or_find(analysis, list, options, source.cache);
  timing.stages.push_back({"judge and rules (what several rules use, the first of them pays)", watch.lap()});
  judged.files.merge(files_of(list));
  if (!quiet) {
    print_notes(analysis.notes);
    print_notes(notes_on_cache(analysis.cache, source.cache));
    // Of a part of the program's units it says nothing that they lack a class.
    if (!arguments.after_dashes && !arguments.has("--units")) print_notes(judged.notes);
    print_notes(notes_on_paths(scope, arguments, configuration, judged.files));
  }

  const std::vector<FailedUnit> not_in_database = not_compiled(arguments, list);
  Report report{.units = list.commands + not_in_database.size(),
                .failed = std::move(analysis.failed),
                .other_languages = list.other_languages};
  report.failed.insert(report.failed.end(), not_in_database.begin(), not_in_database.end());
  report.excluded = list.excluded;
  report.turned_off = judged.turned_off.size();
  report.findings = std::move(judged.findings);
  report.incomplete = std::move(judged.incomplete);
  SourceCache sources;
  const std::vector<std::string> files(judged.files.begin(), judged.files.end());
  apply_suppressions(report, std::move(judged.below), sources, options, arguments, files);
  ratchet.compare(report, options, files);
  report.elsewhere = scope.take_from(report.findings);
  scope.take_from(report.known);
  std::erase_if(report.suppressed, [&](const SuppressedFinding& hidden) { return !scope.holds(hidden.finding); });
  ratchet.accept(report);
  reports.write(report, sources);
  const std::vector<std::string> ratchet_notes = ratchet.finish(report);
  if (!quiet) print_notes(ratchet_notes);
  if (!quiet || !report.failed.empty()) {
    std::fprintf(stderr, "ferrule: %s\n", summary(report, std::filesystem::current_path().string()).c_str());
  }
  if (arguments.has("--explain-incomplete")) print_incomplete(report.incomplete);
  if (!quiet && form.empty()) std::fputs(rule_table(report).c_str(), stderr);
  if (arguments.has("--statistics"))
    std::fputs(statistics(report, std::filesystem::current_path().string()).c_str(), stderr);
  if (arguments.has("--statistics") && source.cache) print_cache_use(analysis.cache, source.cache->entries());
  timing.stages.push_back({"reports", watch.lap()});
  if (arguments.has("--timing")) print_timing(timing);
  if (!report.failed.empty() && arguments.value("--incomplete", "fail") == "fail") return exit_incomplete;
  return report.findings.empty() ? exit_clean : exit_findings;
}

}  // namespace ferrule::cli
