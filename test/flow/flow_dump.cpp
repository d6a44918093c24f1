// Prints what the judge makes of files as one program: ferrule_flow_dump FILE… [-- CLANG-FLAGS]. A tool for whoever
// works on Ferrule.
#include "checks/detect/dump.h"
#include "test/facts/parse.h"

#include <cstdio>

int main(int argc, char** argv) {
  const ferrule::Program program(ferrule::test::facts_of_arguments("ferrule_flow_dump", argc, argv));
  const std::string text = dump(ferrule::Flow(program));
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}
