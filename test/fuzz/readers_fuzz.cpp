// What users write, damaged in every way: each reader refuses it with a sentence or takes it, and never crashes.
// The first byte of the input chooses the reader.
#include "checks/knowledge/configuration.h"
#include "checks/knowledge/json_text.h"
#include "checks/model/facts.h"
#include "checks/store/archive.h"
#include "checks/store/consistent.h"
#include "tool/cli/plain/changes.h"
#include "tool/cli/plain/database.h"
#include "tool/cli/plain/error.h"
#include "tool/suppress/suppress.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace ferrule {
namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void read_configuration(const std::string& text) {
  constexpr std::string_view rules[] = {"lock-order", "guard-escape"};
  try {
    const Configuration configuration = Configuration::parse("/p/.ferrule.json", text, rules);
    configuration.profile_at("/p/src/a.cpp");
    configuration.excludes("/p/src/a.cpp");
    check(configuration.file() == "/p/.ferrule.json");
  } catch (const ConfigurationError& error) {
    check(error.what()[0] == '\'');
  } catch (const knowledge::JsonError& error) {
    check(error.what()[0] == '\'');
  }
}

void read_database(const std::string& text) {
  try {
    for (const cli::Command& command : cli::parse_database(text, "/p/compile_commands.json"))
      check(!command.file.empty() && !command.arguments.empty());
  } catch (const cli::UsageError& error) {
    check(error.what()[0] == '\'');
  } catch (const knowledge::JsonError& error) {
    check(error.what()[0] == '\'');
  }
}

void read_suppressions(const std::string& text) {
  const auto end = text.find('\n');
  glob_list_matches(text.substr(0, end), end == std::string::npos ? "ferrule-lock-order" : text.substr(end + 1));
}

void read_changes(const std::string& text) {
  for (const auto& [file, lines] : cli::parse_diff(text, "/p"))
    for (const cli::LineRange& range : lines) cli::is_changed({{file, {range}}}, file, range.first);
}

// What is read is written as it was, whatever it was. The checksum before it would keep the fuzzer out.
void read_facts(const std::string& bytes) {
  if (const auto facts = store::read<Facts>(bytes)) {
    for (const Function& function : facts->functions) is_consistent(function);
    const std::string again = store::written(*facts);
    const auto back = store::read<Facts>(again);
    check(back.has_value() && store::written(*back) == again);
  }
}

}  // namespace
}  // namespace ferrule

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      ferrule::read_configuration(text);
      break;
    case 1:
      ferrule::read_database(text);
      break;
    case 2:
      ferrule::read_suppressions(text);
      break;
    case 3:
      ferrule::read_changes(text);
      break;
    default:
      ferrule::read_facts(text);
      break;
  }
  return 0;
}
