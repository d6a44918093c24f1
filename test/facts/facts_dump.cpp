// Prints the facts of one file: ferrule_facts_dump FILE [-- CLANG-FLAGS]. A tool for whoever works on Ferrule.
#include "checks/facts/extract.h"
#include "checks/store/facts_text.h"
#include "test/facts/parse.h"

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  bool as_json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
  int first = as_json ? 2 : 1;
  if (argc <= first) {
    std::fprintf(stderr, "usage: ferrule_facts_dump [--json] FILE [-- CLANG-FLAGS]\n");
    return 2;
  }
  std::vector<std::string> flags;
  for (int i = first + 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--") != 0) flags.emplace_back(argv[i]);
  std::optional<ferrule::Facts> facts = ferrule::test::facts_of_file(argv[first], flags);
  if (!facts) {
    std::fprintf(stderr, "'%s' does not parse\n", argv[first]);
    return 1;
  }
  std::string text = as_json ? ferrule::to_json(*facts) : ferrule::dump(*facts);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}
