// Prints what the heap knows of one or more files: ferrule_heap_dump FILE… [-- CLANG-FLAGS]. A tool for whoever works
// on Ferrule.
#include "test/facts/parse.h"
#include "test/heap/dump.h"

#include <cstdio>

int main(int argc, char** argv) {
  const ferrule::Program program(ferrule::test::facts_of_arguments("ferrule_heap_dump", argc, argv));
  const ferrule::heap::Heap heap(program);
  std::fputs(ferrule::test::dump(program, heap).c_str(), stdout);
  return 0;
}
