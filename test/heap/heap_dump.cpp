// Prints what the heap knows of one or more files: ferrule_heap_dump FILE… [-- CLANG-FLAGS]. A tool for whoever works
// on Ferrule.
#include "test/facts/parse.h"
#include "test/heap/dump.h"

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  std::vector<std::string> files, flags;
  bool in_flags = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--") == 0)
      in_flags = true;
    else
      (in_flags ? flags : files).emplace_back(argv[i]);
  }
  if (files.empty()) {
    std::fprintf(stderr, "usage: ferrule_heap_dump FILE... [-- CLANG-FLAGS]\n");
    return 2;
  }
  std::vector<ferrule::Facts> units;
  for (const std::string& file : files) {
    std::optional<ferrule::Facts> facts = ferrule::test::facts_of_file(file, flags);
    if (!facts) {
      std::fprintf(stderr, "'%s' does not parse\n", file.c_str());
      return 1;
    }
    units.push_back(std::move(*facts));
  }
  const ferrule::Program program(std::move(units));
  const ferrule::heap::Heap heap(program);
  std::fputs(ferrule::test::dump(program, heap).c_str(), stdout);
  return 0;
}
