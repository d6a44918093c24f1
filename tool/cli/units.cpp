#include "tool/cli/units.h"

#include "checks/program/program.h"
#include "tool/cli/compiler.h"
#include "tool/cli/flags.h"
#include "tool/cli/git.h"
#include "tool/cli/plain/database.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/unit.h"

#include <llvm/Support/Process.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>
#include <tuple>

namespace ferrule::cli {
namespace {

namespace fs = std::filesystem;

void check_exists(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) throw UsageError("'" + path + "' " + (error ? "cannot be read" : "does not exist"));
}

std::vector<Command> commands_from_dashes(const Arguments& arguments) {
  if (arguments.has("-p")) throw UsageError("'-p' and '--' exclude each other: flags come from one place");
  if (arguments.has("--units")) throw UsageError("'--units' and '--' exclude each other: units come from one place");
  if (arguments.positional.empty()) throw UsageError("'--' gives flags but no file is named before it");
  if (const std::string input = first_input(*arguments.after_dashes); !input.empty())
    throw UsageError("'" + input + "' after '--' is no flag; files stand before it, and the compiler is left out");
  std::vector<Command> commands;
  for (const std::string& file : arguments.positional) {
    std::error_code error;
    check_exists(file);
    if (fs::is_directory(file, error)) throw UsageError("'" + file + "' is a directory, and '--' needs files");
    Command command{fs::current_path().string(), fs::absolute(file).lexically_normal().string(), {compiler_for(file)}};
    command.arguments.insert(command.arguments.end(), arguments.after_dashes->begin(), arguments.after_dashes->end());
    command.arguments.push_back(file);
    commands.push_back(std::move(command));
  }
  return commands;
}

// Where the search for a database begins: in the folder of the first path that is named, or of what is left of it.
fs::path start_of_search(const Arguments& arguments) {
  const std::vector<std::string> units = arguments.values("--units");
  fs::path start = !arguments.positional.empty() ? arguments.positional.front() : units.empty() ? "." : units.front();
  std::error_code error;
  if (!fs::is_directory(start, error)) start = start.parent_path();
  return start.empty() ? "." : start;
}

std::vector<Command> commands_from_database(const Arguments& arguments, const Configuration& configuration,
                                            UnitList& list) {
  const std::vector<std::string> chosen = arguments.values("--units");
  for (const std::string& path : chosen) check_exists(path);
  for (const std::string& path : arguments.positional)
    if (!is_deleted(path)) check_exists(path);
  const std::string given = arguments.value("-p", "");
  const fs::path database = given.empty() ? find_database(start_of_search(arguments)) : database_at(given);
  std::vector<Command> commands = read_database(database);
  for (const Command& command : commands) list.files.push_back(command.file);
  commands = select(std::move(commands), chosen, database);
  list.excluded = std::erase_if(commands, [&](const Command& command) { return configuration.excludes(command.file); });
  if (commands.empty())
    throw UsageError("'" + configuration.file() + "' excludes every unit, and there is nothing to analyse");
  return commands;
}

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

  std::vector<Facts> take() { return std::move(pending_); }

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

// Shares the units among the workers and joins the results in the order of the units.
class Pool {
 public:
  Pool(const std::vector<Unit>& units, const AnalyseOptions& options) : units_(units), options_(options) {}

  Analysis run() {
    const std::size_t workers = std::min<std::size_t>(options_.jobs, units_.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < workers; ++i) threads.emplace_back([this] { work(); });
    work();
    for (std::thread& thread : threads) thread.join();
    if (options_.progress) std::fputs("\r\x1b[K", stderr);
    analysis_.facts = facts_.take();
    return std::move(analysis_);
  }

 private:
  void work() {
    for (std::size_t i = next_++; i < units_.size(); i = next_++) {
      Stopwatch watch;
      UnitResult result = units_[i].failure.empty()
                              ? analyse_unit(units_[i].command, options_.color)
                              : UnitResult{.failure = units_[i].failure};
      const std::lock_guard lock(mutex_);
      analysis_.times.push_back({units_[i].command.file, watch.lap()});
      finished_.emplace(i, std::move(result));
      ++done_;
      if (options_.progress) show_progress(units_[i].command.file);
      for (auto first = finished_.begin(); first != finished_.end() && first->first == joined_;
           first = finished_.erase(first)) {
        join(units_[joined_++], std::move(first->second));
      }
    }
  }

  void join(const Unit& unit, UnitResult result) {
    analysis_.errors += result.errors;
    if (result.failure.empty()) {
      facts_.add(std::move(result.facts));
    } else {
      if (result.errors.empty()) analysis_.errors += unit.command.file + ": error: " + result.failure + "\n";
      analysis_.failed.insert(analysis_.failed.end(), unit.commands, {unit.command.file, result.failure});
    }
  }

  void show_progress(const std::string& file) const {
    constexpr std::size_t width = 30;
    const std::size_t filled = width * done_ / units_.size();
    const std::string bar = std::string(filled, '#') + std::string(width - filled, '.');
    std::string line = "[" + bar + "] " + std::to_string(done_) + "/" + std::to_string(units_.size()) + " " +
                       fs::path(file).filename().string();
    // A longer line would scroll, and stay.
    const unsigned columns = llvm::sys::Process::StandardErrColumns();
    if (columns > 0 && line.size() >= columns) line.resize(columns - 1);
    std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
    std::fflush(stderr);
  }

  const std::vector<Unit>& units_;
  const AnalyseOptions& options_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;                            // guards all below
  std::map<std::size_t, UnitResult> finished_;  // whose turn has not come
  std::size_t joined_ = 0;
  std::size_t done_ = 0;
  MergingFacts facts_;
  Analysis analysis_;
};

}  // namespace

UnitList list_units(const Arguments& arguments, const Configuration& configuration) {
  UnitList list;
  const auto commands = arguments.after_dashes ? commands_from_dashes(arguments)
                                               : commands_from_database(arguments, configuration, list);
  const std::string resource_directory = find_resource_directory();
  std::map<std::tuple<std::string, std::string, std::vector<std::string>>, std::size_t> seen;
  for (const Command& command : commands) {
    Adjusted adjusted = adjust(command, resource_directory);
    if (!adjusted.language.empty()) {
      list.other_languages.push_back({command.file, adjusted.language});
      continue;
    }
    ++list.commands;
    for (const std::string& flag : adjusted.dropped) ++list.dropped_flags[flag];
    if (!adjusted.failure.empty()) {
      list.units.push_back({{command.file, command.directory}, 1, adjusted.failure});
      continue;
    }
    const auto [entry, is_new] =
        seen.try_emplace({command.file, command.directory, adjusted.arguments}, list.units.size());
    if (is_new) {
      list.units.push_back({{command.file, command.directory, std::move(adjusted.arguments)}});
    } else {
      ++list.units[entry->second].commands;
    }
  }
  if (list.units.empty())
    throw UsageError("'" + list.other_languages.front().file + "' is neither C nor C++ (" +
                     list.other_languages.front().reason + "), and there is nothing else to analyse");
  // In a fixed order whatever the database's: of two facts that say the same, the first unit's stays.
  std::ranges::stable_sort(list.units, {}, [](const Unit& unit) { return unit.command.file; });
  return list;
}

Analysis analyse(const std::vector<Unit>& units, const AnalyseOptions& options) { return Pool(units, options).run(); }

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
