#include "tool/cli/analysis.h"

#include "checks/program/program.h"
#include "checks/store/archive.h"
#include "checks/store/facts_bytes.h"
#include "tool/cache/recorder.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/link.h"
#include "tool/cli/plain/workers.h"
#include "tool/cli/unit.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <thread>
#include <utility>

namespace ferrule::cli {
namespace {

std::size_t entity_count(const Facts& facts) {
  return facts.types.size() + facts.records.size() + facts.globals.size() + facts.functions.size();
}

// The facts of all units so far, with what they share (their headers) kept once: a program's facts are far smaller than
// the sum of its units'.
class MergingFacts {
 public:
  void add(Facts facts) {
    pending_entities_ += entity_count(facts);
    pending_.push_back(std::move(facts));
    // Waiting until there is as much new as old keeps the whole cost linear.
    constexpr std::size_t few = 100'000;
    if (pending_entities_ > few + merged_entities_) merge();
  }

  std::vector<Facts> take() { return std::exchange(pending_, {}); }

 private:
  void merge() {
    const Program program(std::move(pending_));
    pending_.clear();
    pending_.push_back(program.facts());
    merged_entities_ = entity_count(pending_.front());
    pending_entities_ = 0;
  }

  std::vector<Facts> pending_;
  std::size_t pending_entities_ = 0;
  std::size_t merged_entities_ = 0;
};

/// How a unit's result goes from one process to another.
struct Result {
  cache::Outcome outcome = {};
  std::string facts = {};
  std::string problem = {};  ///< why it is not kept, "" if it is or should not be
  std::uint64_t microseconds = 0;
};

template <class Archive>
constexpr void visit(Archive& archive, Result& it) {
  archive(it.outcome, it.facts, it.problem, it.microseconds);
}

cache::Digest key_of(const UnitCommand& command) {
  std::vector<std::string> parts{command.file, command.directory};
  parts.insert(parts.end(), command.arguments.begin(), command.arguments.end());
  return cache::unit_key(parts);
}

Result result_of(const UnitCommand& command, const AnalyseOptions& options) {
  std::optional<cache::Recorder> recorder;
  if (options.cache) recorder.emplace();
  const UnitResult unit = analyse_unit(command, options.color, recorder ? &*recorder : nullptr);
  Result result{.outcome = {.failure = unit.failure, .errors = unit.errors}};
  if (unit.failure.empty()) {
    result.facts = to_bytes(unit.facts);
    result.outcome.facts = cache::digest_of(result.facts);
  }
  if (!options.cache || !unit.is_repeatable) return result;
  if (!unit.errors.empty() && options.color) return result;
  if (const auto inputs = recorder->inputs())
    result.problem = options.cache->keep(key_of(command), *inputs, result.outcome, result.facts);
  return result;
}

[[noreturn]] void no_room() {
  throw UsageError("'" + std::filesystem::temp_directory_path().string() +
                   "' has no room for the facts: " + std::strerror(errno));
}

}  // namespace

// Takes the results as they come, and joins them in the order of the units.
class Analyser {
 public:
  Analyser(const std::vector<Unit>& units, const AnalyseOptions& options) : units_(units), options_(options) {
    programs().file_.reset(std::tmpfile());
    if (!programs().file_) no_room();
  }

  Analysis run() {
    std::vector<std::size_t> tasks;
    std::vector<std::pair<std::size_t, Arrived>> known;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (!units_[i].failure.empty()) {
        known.emplace_back(i, Arrived{.outcome = {.failure = units_[i].failure}});
      } else if (auto kept = find(units_[i].command)) {
        known.emplace_back(i, Arrived{.outcome = std::move(kept->outcome), .kept = std::move(kept->facts)});
        ++analysis_.cache.found;
      } else {
        tasks.push_back(i);
      }
    }
    waits_ = tasks.empty() && analysis_.cache.found > 0;
    for (auto& [unit, arrived] : known) take(unit, std::move(arrived));
    run_tasks(tasks);
    if (options_.cache && !tasks.empty()) cache::prune(options_.cache->entries().directory(), cache::size_limit, false);
    return finish();
  }

  Analysis join_all(const std::function<Facts(std::size_t)>& read) {
    for (std::size_t i = 0; i < units_.size(); ++i) {
      std::string bytes = to_bytes(read(i));
      const cache::Digest digest = cache::digest_of(bytes);
      take(i, Arrived{.outcome = {.facts = digest}, .facts = std::move(bytes)});
    }
    return finish();
  }

 private:
  Analysis finish() {
    if (options_.progress) std::fputs("\r\x1b[K", stderr);
    if (std::fflush(programs().file_.get()) != 0) no_room();
    if (!waits_) {
      programs().groups_ = link(symbols_);
      if (programs().groups_.size() == 1) programs().whole_ = merged_.take();
    }
    return std::move(analysis_);
  }

  struct Arrived {
    cache::Outcome outcome = {};
    std::string facts = {};
    cache::Entry kept = {};  // instead of `facts`
    double seconds = 0;
    bool is_new = false;
  };

  Programs& programs() { return analysis_.programs; }

  std::optional<cache::KeptUnit> find(const UnitCommand& command) const {
    if (!options_.cache) return std::nullopt;
    auto kept = options_.cache->find(key_of(command));
    if (kept && !kept->outcome.errors.empty() && options_.color) return std::nullopt;  // they are kept without
    return kept;
  }

  void run_tasks(const std::vector<std::size_t>& tasks) {
    analysis_.cache.analysed = tasks.size();
    const auto work = [&](std::size_t task) {
      Stopwatch watch;
      Result result = result_of(units_[tasks[task]].command, options_);
      result.microseconds = static_cast<std::uint64_t>(watch.lap() * 1e6);
      return store::written(result);
    };
    const auto receive = [&](TaskResult received) {
      Arrived arrived{.is_new = true};
      if (auto result = store::read<Result>(received.bytes); result && received.death.empty()) {
        arrived.outcome = std::move(result->outcome);
        arrived.facts = std::move(result->facts);
        arrived.seconds = static_cast<double>(result->microseconds) / 1e6;
        if (!result->problem.empty()) analysis_.cache.problem = std::move(result->problem);
      } else {
        arrived.outcome.failure = "the analysis of it " + (received.death.empty() ? "was lost" : received.death);
      }
      take(tasks[received.task], std::move(arrived));
    };
    if (run_in_workers(tasks.size(), options_.jobs, work, receive)) return;
    analysis_.notes.push_back("no process can be started (" + std::string(std::strerror(errno)) +
                              "), and a unit that crashes will end the run");
    for (std::size_t task = 0; task < tasks.size(); ++task) receive({task, work(task), ""});
  }

  void take(std::size_t unit, Arrived result) {
    finished_.emplace(unit, std::move(result));
    ++done_;
    if (options_.progress) show_progress(units_[unit].command.file);
    for (auto first = finished_.begin(); first != finished_.end() && first->first == joined_;
         first = finished_.erase(first)) {
      join(units_[joined_++], std::move(first->second));
    }
  }

  void join(const Unit& unit, Arrived result) {
    if (result.is_new) analysis_.times.push_back({unit.command.file, result.seconds});
    analysis_.errors += result.outcome.errors;
    analysis_.outcomes.push_back(result.outcome);
    const std::string& failure = result.outcome.failure;
    if (!failure.empty()) {
      if (result.outcome.errors.empty()) analysis_.errors += unit.command.file + ": error: " + failure + "\n";
      analysis_.failed.insert(analysis_.failed.end(), unit.commands, {unit.command.file, failure});
      return;
    }
    const std::string_view bytes = result.kept.file ? result.kept.content : std::string_view(result.facts);
    if (waits_) {
      programs().waiting_.push_back(unit.targets);
    } else {
      auto facts = from_bytes(bytes);
      if (!facts) throw UsageError("the facts of '" + unit.command.file + "' are damaged");
      symbols_.push_back(symbols_of(*facts, unit.targets));
      merged_.add(std::move(*facts));
    }
    store(std::move(result));
  }

  void store(Arrived result) {
    if (result.kept.file) {
      programs().units_.push_back({.kept = std::move(result.kept)});
      return;
    }
    std::FILE* file = programs().file_.get();
    programs().units_.push_back({std::ftell(file), result.facts.size()});
    if (std::fwrite(result.facts.data(), 1, result.facts.size(), file) != result.facts.size()) no_room();
  }

  void show_progress(const std::string& file) const {
    constexpr std::size_t width = 30;
    const std::size_t filled = width * done_ / units_.size();
    const std::string bar = std::string(filled, '#') + std::string(width - filled, '.');
    std::string line = "[" + bar + "] " + std::to_string(done_) + "/" + std::to_string(units_.size()) + " " +
                       std::filesystem::path(file).filename().string();
    // A longer line would scroll, and stay.
    winsize window{};  // llvm::sys::Process asks only the environment, which programs seldom get
    const bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
    if (is_known && line.size() >= window.ws_col) line.resize(window.ws_col - 1u);
    std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
    std::fflush(stderr);
  }

  const std::vector<Unit>& units_;
  const AnalyseOptions& options_;
  std::map<std::size_t, Arrived> finished_;  // whose turn has not come
  std::size_t joined_ = 0;
  std::size_t done_ = 0;
  bool waits_ = false;                // all facts are there: perhaps nobody needs them
  std::vector<UnitSymbols> symbols_;  // of the units that were analysed
  MergingFacts merged_;               // of all: most databases are one program
  Analysis analysis_;
};

std::string Programs::read(const Bytes& unit) const {
  if (unit.kept.file) return std::string(unit.kept.content);
  std::string bytes(unit.size, '\0');
  std::fseek(file_.get(), unit.offset, SEEK_SET);
  if (std::fread(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
    throw UsageError("'" + std::filesystem::temp_directory_path().string() + "' no longer has the facts");
  return bytes;
}

void Programs::link_all() {
  const auto targets = std::exchange(waiting_, {});
  if (targets.empty()) return;
  std::vector<UnitSymbols> symbols;
  MergingFacts merged;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    auto facts = from_bytes(read(units_[i]));
    if (!facts) throw UsageError("the facts of a unit are damaged");
    symbols.push_back(symbols_of(*facts, targets[i]));
    merged.add(std::move(*facts));
  }
  groups_ = link(symbols);
  if (groups_.size() == 1) whole_ = merged.take();
}

std::size_t Programs::size() {
  link_all();
  return groups_.size();
}

std::vector<Facts> Programs::load(std::size_t program) {
  if (size() == 1) return std::exchange(whole_, {});
  MergingFacts merged;
  for (const std::size_t unit : groups_[program])
    if (auto facts = from_bytes(read(units_[unit]))) merged.add(std::move(*facts));
  return merged.take();
}

Analysis analyse(const std::vector<Unit>& units, const AnalyseOptions& options) {
  return Analyser(units, options).run();
}

Analysis analysis_of(const std::vector<Unit>& units, const std::function<Facts(std::size_t unit)>& read) {
  const AnalyseOptions options;
  return Analyser(units, options).join_all(read);
}

bool is_terminal(int descriptor) {
  const char* terminal = std::getenv("TERM");
  return isatty(descriptor) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

unsigned job_count(const Arguments& arguments) {
  if (!arguments.has("-j")) return std::max(1u, std::thread::hardware_concurrency());
  const std::string text = arguments.value("-j", "");
  unsigned jobs = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), jobs);
  if (error != std::errc() || end != text.data() + text.size() || jobs == 0) {
    throw UsageError("'" + text + "' is not a number of jobs; '-j' takes a whole number from 1");
  }
  return jobs;
}

}  // namespace ferrule::cli
