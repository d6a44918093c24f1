// compile_commands.json: what to analyse, and how it is compiled.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule::cli {

/// One unit and its command. `arguments[0]` is the compiler.
struct Command {
  std::string directory;
  std::string file;  ///< absolute and normal
  std::vector<std::string> arguments = {};
  std::string output = {};  ///< absolute, "" if the entry does not say

  auto operator<=>(const Command&) const = default;
};

/// The database that `given` names (a folder or the file itself). Throws UsageError if there is none.
std::filesystem::path database_at(const std::filesystem::path& given);

/// The nearest compile_commands.json, in `start`, its `build` folder, or the same of a parent. Throws UsageError if
/// there is none.
std::filesystem::path find_database(const std::filesystem::path& start);

/// Reads a database. Throws UsageError with one sentence if it cannot be read, is malformed, or has no entry.
std::vector<Command> read_database(const std::filesystem::path& path);

/// The same of its text; `path` is what it is called, and where its relative paths begin. No file is looked at.
std::vector<Command> parse_database(std::string_view text, const std::filesystem::path& path);

/// Splits a command as a POSIX shell would, without expansions.
std::vector<std::string> split_command(std::string_view text);

/// Only the commands whose file is one of `paths` or below one; all if there are none. Throws UsageError for a path that
/// does not exist or that no command compiles.
std::vector<Command> select(std::vector<Command> commands, const std::vector<std::string>& paths,
                            const std::filesystem::path& database);

}  // namespace ferrule::cli
