#include "checks/store/consistent.h"

namespace ferrule {

bool is_consistent(const Function& function) {
  std::size_t events = function.events.size();
  std::size_t blocks = function.blocks.size();
  if (blocks != 0 && function.entry >= blocks) return false;
  for (const Block& block : function.blocks) {
    if (block.first > block.last || block.last > events) return false;
    if (block.condition && block.condition->event >= events) return false;
    if (block.condition && block.condition->beside.value_or(0) > events) return false;
    for (unsigned successor : block.successors)
      if (successor >= blocks) return false;
  }
  auto fits = [&](const Place& place) {
    if (place.root == Root::Result) return place.index < events;
    if (place.root == Root::Local) return place.index < function.locals.size();
    if (place.root == Root::Param) return place.index < function.params.size();
    return true;
  };
  for (std::size_t i = 0; i < function.nests.size(); ++i) {
    if (function.nests[i].parent > i) return false;
    for (const Nest::Dependence& dependence : function.nests[i].depends)
      if (!fits(dependence.place)) return false;
  }
  for (const Variable& local : function.locals)
    if (local.nest > function.nests.size()) return false;
  for (const Event& event : function.events) {
    if (event.nest > function.nests.size()) return false;
    if (!fits(event.place) || !fits(event.value.place)) return false;
    for (const Value& argument : event.args)
      if (!fits(argument.place)) return false;
  }
  return true;
}

}  // namespace ferrule
