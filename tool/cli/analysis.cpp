#include "tool/cli/analysis.h"

#include "checks/program/program.h"
#include "checks/store/facts_bytes.h"
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

// How a unit's result goes from one process to another: two texts with their sizes and the time before them, and the
// facts.
std::string packed(const UnitResult& result, double seconds) {
  std::string bytes = std::to_string(result.failure.size()) + " " + std::to_string(result.errors.size()) + " " +
                      std::to_string(static_cast<std::size_t>(seconds * 1e6)) + "\n";
  return bytes + result.failure + result.errors + (result.failure.empty() ? to_bytes(result.facts) : "");
}

struct Unpacked {
  std::string failure;
  std::string errors;
  std::string facts;
  double seconds = 0;
};

Unpacked unpacked(const std::string& bytes) {
  std::size_t failure = 0;
  std::size_t errors = 0;
  const std::size_t start = bytes.find('\n') + 1;
  const char* end = bytes.data() + start;
  const char* next = std::from_chars(bytes.data(), end, failure).ptr;
  next = std::from_chars(std::min(next + 1, end), end, errors).ptr;
  std::size_t microseconds = 0;
  std::from_chars(std::min(next + 1, end), end, microseconds);
  return {bytes.substr(start, failure), bytes.substr(start + failure, errors), bytes.substr(start + failure + errors),
          static_cast<double>(microseconds) / 1e6};
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
    // What cannot be analysed needs no process.
    std::vector<std::size_t> tasks;
    for (std::size_t i = 0; i < units_.size(); ++i)
      if (units_[i].failure.empty()) tasks.push_back(i);
    for (std::size_t i = 0; i < units_.size(); ++i)
      if (!units_[i].failure.empty()) take(i, {.failure = units_[i].failure, .errors = {}, .facts = {}, .seconds = 0});
    const auto work = [&](std::size_t task) {
      Stopwatch watch;
      const UnitResult result = analyse_unit(units_[tasks[task]].command, options_.color);
      return packed(result, watch.lap());
    };
    const auto receive = [&](TaskResult result) {
      Unpacked unit = result.death.empty() ? unpacked(result.bytes) : Unpacked{"the analysis of it " + result.death, "", "", 0};
      take(tasks[result.task], std::move(unit));
    };
    if (!run_in_workers(tasks.size(), options_.jobs, work, receive)) {
      analysis_.notes.push_back("no process can be started (" + std::string(std::strerror(errno)) +
                                "), and a unit that crashes will end the run");
      for (std::size_t task = 0; task < tasks.size(); ++task) receive({task, work(task), ""});
    }
    if (options_.progress) std::fputs("\r\x1b[K", stderr);
    link_programs();
    return std::move(analysis_);
  }

 private:
  Programs& programs() { return analysis_.programs; }

  [[noreturn]] static void no_room() {
    throw UsageError("'" + std::filesystem::temp_directory_path().string() + "' has no room for the facts: " +
                     std::strerror(errno));
  }

  void take(std::size_t unit, Unpacked result) {
    finished_.emplace(unit, std::move(result));
    ++done_;
    if (options_.progress) show_progress(units_[unit].command.file);
    for (auto first = finished_.begin(); first != finished_.end() && first->first == joined_;
         first = finished_.erase(first)) {
      join(units_[joined_++], std::move(first->second));
    }
  }

  void join(const Unit& unit, Unpacked result) {
    analysis_.times.push_back({unit.command.file, result.seconds});
    std::optional<Facts> facts;
    if (result.failure.empty()) facts = from_bytes(result.facts);
    if (result.failure.empty() && !facts) result.failure = "the analysis of it failed: its facts are damaged";
    analysis_.errors += result.errors;
    if (!result.failure.empty()) {
      if (result.errors.empty()) analysis_.errors += unit.command.file + ": error: " + result.failure + "\n";
      analysis_.failed.insert(analysis_.failed.end(), unit.commands, {unit.command.file, result.failure});
      return;
    }
    std::FILE* file = programs().file_.get();
    programs().units_.push_back({std::ftell(file), result.facts.size()});
    if (std::fwrite(result.facts.data(), 1, result.facts.size(), file) != result.facts.size()) no_room();
    symbols_.push_back(symbols_of(*facts, unit.targets));
    merged_.add(std::move(*facts));
  }

  void link_programs() {
    if (std::fflush(programs().file_.get()) != 0) no_room();
    programs().groups_ = link(symbols_);
    if (programs().size() == 1) programs().whole_ = merged_.take();
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
  std::map<std::size_t, Unpacked> finished_;  // whose turn has not come
  std::size_t joined_ = 0;
  std::size_t done_ = 0;
  std::vector<UnitSymbols> symbols_;  // of the units that were analysed
  MergingFacts merged_;               // of all: most databases are one program
  Analysis analysis_;
};

std::vector<Facts> Programs::load(std::size_t program) {
  if (size() == 1) return std::exchange(whole_, {});
  MergingFacts merged;
  std::string bytes;
  for (const std::size_t unit : groups_[program]) {
    bytes.resize(units_[unit].size);
    std::fseek(file_.get(), units_[unit].offset, SEEK_SET);
    if (std::fread(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
      throw UsageError("'" + std::filesystem::temp_directory_path().string() + "' no longer has the facts");
    if (auto facts = from_bytes(bytes)) merged.add(std::move(*facts));
  }
  return merged.take();
}

Analysis analyse(const std::vector<Unit>& units, const AnalyseOptions& options) {
  return Analyser(units, options).run();
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
