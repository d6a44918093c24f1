#include "tool/cli/plain/database.h"

#include "checks/program/program.h"
#include "checks/knowledge/json_text.h"
#include "tool/cli/plain/error.h"
#include "tool/cli/plain/scope.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ferrule::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* database_name = "compile_commands.json";

std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

std::string member_string(const Json& entry, const char* name) {
  const auto found = entry.find(name);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : "";
}

std::vector<std::string> entry_arguments(const Json& entry) {
  if (const auto list = entry.find("arguments"); list != entry.end() && list->is_array()) {
    return list->get<std::vector<std::string>>();
  }
  return split_command(member_string(entry, "command"));
}

Command read_entry(const Json& entry, std::size_t index, const fs::path& path) {
  const auto refuse = [&](const std::string& problem) {
    throw UsageError(quoted(path) + " is malformed: entry " + std::to_string(index + 1) + " " + problem);
  };
  if (!entry.is_object()) refuse("is not an object");
  const std::string file = member_string(entry, "file");
  if (file.empty()) refuse("has no 'file'");
  // CMake always gives an absolute directory; others may leave it out or relative to the database.
  const fs::path directory = (path.parent_path() / member_string(entry, "directory")).lexically_normal();
  const Json arguments = entry.value("arguments", Json::array());
  if (!std::ranges::all_of(arguments, [](const Json& argument) { return argument.is_string(); }))
    refuse("has 'arguments' that are not all strings");
  Command command{directory.string(), (directory / file).lexically_normal().string(), entry_arguments(entry)};
  if (command.arguments.empty()) refuse("has neither 'command' nor 'arguments'");
  if (const std::string output = member_string(entry, "output"); !output.empty())
    command.output = (directory / output).lexically_normal().string();
  return command;
}

// A database that was made in a container, or before its build was moved, names nothing that is here.
void check_place(const std::vector<Command>& commands, const fs::path& path) {
  const auto is_elsewhere = [](const Command& command) {
    std::error_code error;
    return !fs::exists(command.directory, error) && !error;
  };
  if (std::ranges::all_of(commands, is_elsewhere))
    throw UsageError(quoted(path) + " belongs to another place: the folder " + quoted(fs::path(commands.front().directory)) +
                     " of its first command does not exist here");
}

}  // namespace

fs::path database_at(const fs::path& given) {
  std::error_code error;
  if (!fs::exists(given, error)) throw UsageError(quoted(given) + " does not exist");
  if (!fs::is_directory(given, error)) return fs::absolute(given).lexically_normal();
  const fs::path file = given / database_name;
  if (!fs::exists(fs::symlink_status(file, error))) {
    if (error && error != std::errc::no_such_file_or_directory) throw UsageError(quoted(given) + " cannot be read");
    throw UsageError(quoted(given) + " has no compile_commands.json");
  }
  return fs::absolute(file).lexically_normal();
}

fs::path find_database(const fs::path& start) {
  for (fs::path folder = fs::absolute(start).lexically_normal();; folder = folder.parent_path()) {
    for (const fs::path& candidate : {folder / database_name, folder / "build" / database_name}) {
      std::error_code error;
      if (fs::exists(fs::symlink_status(candidate, error))) return candidate;
    }
    if (folder == folder.parent_path()) break;
  }
  throw UsageError(quoted(start) +
                   " and the folders above it have no compile_commands.json; name its folder with -p, "
                   "or give the flags after '--'");
}

std::vector<Command> read_database(const fs::path& path) try {
  std::vector<Command> commands =
      parse_database(knowledge::read_json_text(path.string(), "a compile database"), path);
  check_place(commands, path);
  return commands;
} catch (const knowledge::JsonError& error) {
  throw UsageError(error.what());
}

std::vector<Command> parse_database(std::string_view text, const fs::path& path) {
  const Json document = knowledge::parse_json(path.string(), text);
  if (!document.is_array()) throw UsageError(quoted(path) + " is malformed: it is not a list of commands");
  if (document.empty()) throw UsageError(quoted(path) + " is empty: it has no compile command");
  std::vector<Command> commands;
  for (const Json& entry : document) commands.push_back(read_entry(entry, commands.size(), path));
  return commands;
}

std::vector<std::string> split_command(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool has_next = i + 1 < text.size();
    if (quote == '\'' ? c == '\'' : quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      in_word = true;
    } else if (quote != '\'' && c == '\\' && has_next &&
               (quote == 0 || std::string_view("\"\\$`").find(text[i + 1]) != std::string_view::npos)) {
      word += text[++i];
      in_word = true;
    } else if (quote == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return words;
}

std::vector<Command> select(std::vector<Command> commands, const std::vector<std::string>& paths,
                            const fs::path& database) {
  if (paths.empty()) return commands;
  Scope scope;
  for (const std::string& path : paths) scope.add_path(path);
  std::vector<std::string> files;
  for (const Command& command : commands) files.push_back(command.file);
  for (const std::string& path : scope.without_files(files))
    throw UsageError("'" + path + "' is compiled by no command of " + quoted(database) +
                     (is_header(path) && fs::is_regular_file(path) ? "; name a unit that includes it" : ""));
  std::erase_if(commands, [&](const Command& command) { return !scope.has_path_of(command.file); });
  return commands;
}

}  // namespace ferrule::cli
