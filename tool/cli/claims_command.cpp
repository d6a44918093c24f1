#include "tool/cli/claims_command.h"

#include "checks/rules/claims.h"
#include "tool/cli/analysis.h"
#include "tool/cli/cache_options.h"
#include "tool/cli/configuration.h"
#include "tool/cli/judge.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/standard_output.h"
#include "tool/cli/scoping.h"
#include "tool/cli/units.h"
#include "tool/report/claims.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>

namespace ferrule::cli {
namespace {

constexpr std::array<OptionSpec, 9> claims_options = {{
    {"-p", "BUILD", "the folder of compile_commands.json, or the file (default: found upwards)"},
    {"--units", "PATH", "analyse only the units in PATH, as if they were the program; may be repeated", true},
    {"--config", "FILE", "the configuration (default: '.ferrule.json', found upwards)"},
    {"-j", "N", "units analysed at once (default: one a processor)"},
    {"--cache", "DIR", "where facts are kept between runs (default: 'ferrule' in $XDG_CACHE_HOME, or in ~/.cache)"},
    {"--no-cache", "", "neither read nor keep anything between runs"},
    {"--format", "text|json", "form of the list"},
    {"--quiet", "", "no progress and no notes"},
    {"--help", "", "this text"},
}};

std::string what_of(const Annotation& annotation) {
  if (const auto question = question_of(annotation)) return std::string(name_of(*question));
  if (annotation.name == "thread_affine") return "bound to its thread";
  return annotation.name == "not_send" ? "not Send" : "not Sync";
}

ClaimState state_of(Claim::State state) {
  switch (state) {
    case Claim::State::Contradicted:
      return ClaimState::Contradicted;
    case Claim::State::Needed:
      return ClaimState::Needed;
    case Claim::State::NotNeeded:
      return ClaimState::NotNeeded;
    case Claim::State::Declared:
      return ClaimState::Declared;
  }
  return ClaimState::Declared;
}

using Listed = std::map<std::tuple<Location, std::string, std::string>, ListedClaim>;

// The instances of a template, and the programs that have a class, share one claim: what is true of the worst is true of
// it.
void add(const std::vector<Claim>& claims, Listed& listed) {
  for (const Claim& claim : claims) {
    const std::string what = what_of(*claim.annotation);
    ListedClaim& entry = listed[{claim.where(), claim.record->name, what}];
    const ClaimState state = state_of(claim.state);
    entry.where = claim.where();
    entry.type = claim.record->name;
    entry.what = what;
    entry.condition = claim.annotation->condition;
    entry.reason = claim.annotation->reason;
    entry.is_configured = claim.annotation->is_configured;
    entry.state = entry.instances.empty() ? state : std::min(entry.state, state);
    if (std::ranges::find(entry.instances, claim.record->spelling) == entry.instances.end())
      entry.instances.push_back(claim.record->spelling);
    for (const Annotation* other : claim.opposites)
      entry.against.insert(
          {other->where ? other->where : claim.record->where, "it is marked '" + other->name + "' here"});
    for (const Reason& reason : claim.against)
      entry.against.insert({reason.where ? reason.where : claim.where(), reason.text});
  }
}

std::vector<ListedClaim> list(Listed listed, const std::vector<const ConfiguredClaim*>& unseen) {
  for (const ConfiguredClaim* claim : unseen)
    for (const Annotation& annotation : claim->annotations) {
      const std::string what = what_of(annotation);
      listed[{annotation.where, claim->type, what}] = {
          annotation.where, claim->type, what, annotation.condition, annotation.reason, true, ClaimState::Unseen};
    }
  std::vector<ListedClaim> all;
  for (auto& [key, entry] : listed) all.push_back(std::move(entry));
  return all;
}

}  // namespace

const CommandSpec claims_spec = {
    "claims",
    "claims [-p BUILD] [PATH…]\n       ferrule claims FILE… -- CLANG-FLAGS",
    "Lists what the program's authors claim of their types, and whether each claim is still needed.\n"
    "In the source and in '.ferrule.json'; with PATHs, only those in them. Exit status: 0, 2 wrong use, 3 some unit was not analysed.",
    claims_options,
};

int run_claims(const Arguments& arguments) {
  const unsigned jobs = job_count(arguments);
  const Configuration configuration = load_configuration(arguments);
  const UnitList units = list_units(arguments, configuration);
  const bool progress = is_terminal(STDERR_FILENO) && !arguments.has("--quiet");
  std::optional<cache::Cache> cache = cache_of(arguments);
  Analysis analysis = analyse(units.units, {.jobs = jobs, .progress = progress, .cache = cache ? &*cache : nullptr});
  std::fwrite(analysis.errors.data(), 1, analysis.errors.size(), stderr);
  const std::string directory = std::filesystem::current_path().string();
  const Report report{.units = units.commands, .failed = std::move(analysis.failed)};
  if (!report.failed.empty()) std::fprintf(stderr, "ferrule: %s\n", not_analysed(report, directory).c_str());

  Listed listed;
  UnseenClaims unseen(configuration);
  for (std::size_t i = 0; i < analysis.programs.size(); ++i) {
    std::vector<Facts> facts = analysis.programs.load(i);
    unseen.see(facts);
    configuration.claim(facts);
    const Program program(std::move(facts));
    const Flow flow(program, configuration.concurrency());
    const Verdicts verdicts(program, &flow, configuration.types());
    add(claims_of({program, flow, verdicts}), listed);
  }
  auto claims = list(std::move(listed), unseen.left());
  Scope scope = scope_of(arguments);
  if (scope.has_paths())
    std::erase_if(claims, [&](const ListedClaim& claim) { return !scope.has_path_of(claim.where.file); });
  const std::string text = arguments.value("--format", "text") == "json" ? json_claims(claims, report, directory)
                                                                         : text_claims(claims, directory);
  print(text);
  return report.failed.empty() ? exit_clean : exit_incomplete;
}

}  // namespace ferrule::cli
