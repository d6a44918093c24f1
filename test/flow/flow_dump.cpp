// Prints what the judge makes of facts: ferrule_flow_dump FACTS… A tool for whoever works on Ferrule.
#include "checks/detect/dump.h"
#include "checks/store/facts_bytes.h"

#include <cstdio>
#include <fstream>
#include <iterator>

int main(int argc, char** argv) {
  std::vector<ferrule::Facts> units;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::optional<ferrule::Facts> facts = ferrule::from_bytes(text);
    if (!facts) {
      std::fprintf(stderr, "'%s' is no fact file\n", argv[i]);
      return 2;
    }
    units.push_back(std::move(*facts));
  }
  const ferrule::Program program(std::move(units));
  const std::string text = dump(ferrule::Flow(program));
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}
