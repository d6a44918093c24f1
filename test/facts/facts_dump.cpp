// Prints the facts of files: ferrule_facts_dump FILE… [-- CLANG-FLAGS]. A tool for whoever works on Ferrule.
#include "checks/store/dump.h"
#include "test/facts/parse.h"

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  for (const ferrule::Facts& facts : ferrule::test::facts_of_arguments("ferrule_facts_dump", argc, argv)) {
    const std::string text = ferrule::dump(facts);
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return 0;
}
