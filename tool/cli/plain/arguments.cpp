#include "tool/cli/plain/arguments.h"

#include "checks/model/nearest.h"
#include "tool/cli/plain/error.h"

#include <algorithm>

namespace ferrule::cli {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

const OptionSpec* find(const CommandSpec& command, std::string_view name) {
  const auto found = std::ranges::find(command.options, name, &OptionSpec::name);
  return found == command.options.end() ? nullptr : &*found;
}

// "-q" and "-quiet" are short for "--quiet".
std::string_view long_form(const CommandSpec& command, std::string_view name) {
  if (name.size() < 2 || name[1] == '-') return "";
  std::string_view found;
  for (const OptionSpec& option : command.options) {
    if (!option.name.starts_with("--") || !option.name.substr(2).starts_with(name.substr(1))) continue;
    if (!found.empty()) return "";
    found = option.name;
  }
  return found;
}

bool is_compiler_flag(std::string_view name) {
  return name.size() > 2 && name[1] != '-' && std::string_view("DIUWOfgmnsx").find(name[1]) != std::string_view::npos;
}

[[noreturn]] void unknown_option(const CommandSpec& command, std::string_view name) {
  std::vector<std::string_view> names;
  for (const OptionSpec& option : command.options)
    if (name.starts_with("--") == option.name.starts_with("--")) names.push_back(option.name);
  const std::string_view whole = long_form(command, name);
  std::string hint = name.size() == 2 ? "" : did_you_mean(name, names);
  if (!whole.empty()) {
    hint = "; did you mean " + quoted(whole) + "?";
  } else if (is_compiler_flag(name)) {
    hint = "; the compiler's flags stand after '--', behind the files";
  }
  throw UsageError(quoted(name) + " is not an option of 'ferrule " + std::string(command.name) + "'" + hint);
}

void refuse_second(const Arguments& parsed, const OptionSpec& option, std::string_view value) {
  if (option.may_repeat || option.value.empty() || !parsed.has(option.name)) return;
  throw UsageError(quoted(option.name) + " is given twice, with " + quoted(parsed.value(option.name, "")) + " and " +
                   quoted(value) + "; it takes one value");
}

// "--jobs=2", "-j2" and "-j=2" carry their value; "--jobs 2" and "-j 2" have it in the next word.
struct Word {
  std::string_view name;
  std::optional<std::string_view> value = {};
};

Word split(const CommandSpec& command, std::string_view word) {
  if (word.starts_with("--")) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) return {word};
    return {word.substr(0, equals), word.substr(equals + 1)};
  }
  if (word == "-h") return {"--help"};
  if (word.size() > 2 && find(command, word.substr(0, 2)) != nullptr)
    return {word.substr(0, 2), word.substr(word[2] == '=' ? 3 : 2)};
  return {word};
}

void check_choice(const OptionSpec& option, std::string_view value) {
  if (option.value.find('|') == std::string_view::npos) return;
  std::vector<std::string_view> choices;
  for (std::string_view rest = option.value;;) {
    const auto bar = rest.find('|');
    choices.push_back(rest.substr(0, bar));
    if (bar == std::string_view::npos) break;
    rest.remove_prefix(bar + 1);
  }
  if (std::ranges::find(choices, value) != choices.end()) return;
  std::string list;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) list += i + 1 == choices.size() ? " or " : ", ";
    list += choices[i];
  }
  throw UsageError(quoted(value) + " is not a value of '" + std::string(option.name) + "', which takes " + list +
                   did_you_mean(value, choices));
}

}  // namespace

bool Arguments::has(std::string_view name) const {
  return std::ranges::find(options, name, &Option::name) != options.end();
}

std::string Arguments::value(std::string_view name, std::string_view otherwise) const {
  std::string last(otherwise);
  for (const Option& option : options) {
    if (option.name == name) last = option.value;
  }
  return last;
}

std::vector<std::string> Arguments::values(std::string_view name) const {
  std::vector<std::string> all;
  for (const Option& option : options)
    if (option.name == name) all.push_back(option.value);
  return all;
}

Arguments parse_arguments(const CommandSpec& command, std::span<const std::string> args) {
  Arguments parsed;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string& word = args[i];
    if (word == "--") {
      parsed.after_dashes.emplace(args.begin() + static_cast<std::ptrdiff_t>(i) + 1, args.end());
      break;
    }
    if (!word.starts_with('-') || word == "-") {
      parsed.positional.push_back(word);
      continue;
    }
    const Word split_word = split(command, word);
    const OptionSpec* option = find(command, split_word.name);
    if (option == nullptr) unknown_option(command, split_word.name);
    if (option->value.empty()) {
      if (split_word.value) throw UsageError(quoted(option->name) + " takes no value");
      parsed.options.push_back({option->name, ""});
      continue;
    }
    if (!split_word.value && i + 1 == args.size()) {
      throw UsageError(quoted(option->name) + " needs a value: " + std::string(option->value));
    }
    const std::string value = split_word.value ? std::string(*split_word.value) : args[++i];
    if (value.empty()) throw UsageError(quoted(option->name) + " needs a value: " + std::string(option->value));
    check_choice(*option, value);
    refuse_second(parsed, *option, value);
    parsed.options.push_back({option->name, value});
  }
  return parsed;
}

std::string help(const CommandSpec& command) {
  std::string text = "usage: ferrule " + std::string(command.synopsis) + "\n\n" + std::string(command.help) + "\n";
  if (command.options.empty()) return text;
  text += "\noptions:\n";
  constexpr std::size_t column = 30;
  for (const OptionSpec& option : command.options) {
    std::string left = "  " + std::string(option.name);
    if (!option.value.empty()) left += " " + std::string(option.value);
    left += left.size() < column - 1 ? std::string(column - left.size(), ' ') : "\n" + std::string(column, ' ');
    text += left + std::string(option.help) + "\n";
  }
  return text;
}

}  // namespace ferrule::cli
