// Lists the races that the heap and the origins show: ferrule_origin_races FILE… [-- CLANG-FLAGS]. A tool for whoever
// works on Ferrule.
#include "checks/detect/races_by_origin.h"
#include "test/facts/parse.h"

#include <cstdio>
#include <string>
#include <vector>

namespace {

void print(const ferrule::OriginAccess& access, const ferrule::heap::Heap& heap) {
  std::string origins, locks;
  for (const ferrule::calls::OriginId id : access.origins) {
    std::string name = id == ferrule::heap::Heap::main_origin      ? "main"
                       : id == ferrule::heap::Heap::outside_origin ? "outside"
                                                                   : "";
    const ferrule::calls::Origin& origin = heap.origins().all()[id];
    if (origin.function) name = "started at line " + std::to_string(origin.function->events[origin.event].where.line);
    if (origins.find(name) == std::string::npos) origins += (origins.empty() ? "" : ", ") + name;
  }
  for (const std::string& lock : access.locks) locks += " " + lock;
  std::printf("  %s:%u: %s in %s; %s%s%s\n", access.where.file.c_str(), access.where.line,
              access.is_write ? "written" : "read", access.function->name.c_str(), origins.c_str(),
              locks.empty() ? "" : "; holds", locks.c_str());
}

std::string doubts(const ferrule::OriginRace& race) {
  std::string text;
  if (race.is_by_element) text += " (elements of unknown index)";
  if (!race.is_one_object) text += " (perhaps two objects)";
  if (race.is_guarded_perhaps) text += " (perhaps under one lock)";
  if (race.is_passed_around) text += " (passed around)";
  if (race.is_handed_over) text += " (handed over)";
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const ferrule::Program program(ferrule::test::facts_of_arguments("ferrule_origin_races", argc, argv));
  const ferrule::Flow flow(program);
  const ferrule::heap::Heap heap(program);
  for (const ferrule::OriginRace& race : ferrule::find_races_by_origin(flow, heap)) {
    std::printf("%s%s\n", race.name.c_str(), doubts(race).c_str());
    print(race.first, heap);
    print(race.second, heap);
  }
  return 0;
}
