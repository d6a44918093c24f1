// The command line, split into options and the rest.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule::cli {

struct OptionSpec {
  std::string_view name;   ///< "--profile" or "-p"
  std::string_view value;  ///< "default|strict": what it takes, "" if it is a flag
  std::string_view help;
  bool may_repeat = false;  ///< else a second value is refused: none is forgotten in silence
};

struct CommandSpec {
  std::string_view name;
  std::string_view synopsis;  ///< "check [-p BUILD] [PATH…]"
  std::string_view help;
  std::span<const OptionSpec> options;
};

struct Option {
  std::string_view name;
  std::string value;
};

struct Arguments {
  std::vector<Option> options = {};  ///< in the order given
  std::vector<std::string> positional = {};
  std::optional<std::vector<std::string>> after_dashes = {};  ///< what follows "--", if it is there

  bool has(std::string_view name) const;
  /// The last value given, or `otherwise`.
  std::string value(std::string_view name, std::string_view otherwise) const;
  /// All values given, in their order.
  std::vector<std::string> values(std::string_view name) const;
};

/// Splits `args` (without the program and the command). Long options take "--name value" and "--name=value", short
/// ones "-j 2" and "-j2". Throws UsageError for what `command` does not know.
Arguments parse_arguments(const CommandSpec& command, std::span<const std::string> args);

/// The help of a command: synopsis, what it does, its options.
std::string help(const CommandSpec& command);

}  // namespace ferrule::cli
