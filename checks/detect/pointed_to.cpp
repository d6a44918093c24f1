#include "checks/detect/pointed_to.h"

#include "checks/flow/engine.h"
#include "checks/heap/heap.h"

#include <set>

namespace ferrule {

std::optional<std::vector<std::string>> types_pointed_to(const Flow& flow, const Function& function,
                                                         const Value& value) {
  if (value.kind == Value::Kind::Literal) return std::vector<std::string>();
  const heap::Heap& heap = flow.engine().heap;
  if (heap.is_partial()) return std::nullopt;
  const std::vector<heap::CellId> cells = heap.pointees(function, value);
  std::set<std::string> types;
  for (const heap::CellId cell : cells) {
    const Type* type = heap.type(cell);
    if (heap.object(cell).kind == heap::Object::Kind::Outside || !type || type->key == "void") return std::nullopt;
    types.insert(type->key);
  }
  if (types.empty()) return std::nullopt;
  return std::vector<std::string>(types.begin(), types.end());
}

std::optional<std::vector<std::string>> types_returned(const Flow& flow, const std::vector<std::string>& functions) {
  std::set<std::string> types;
  for (const std::string& key : functions) {
    const Function* function = flow.engine().program.function(key);
    if (!function || !function->has_body()) return std::nullopt;
    for (const Event& event : function->events) {
      if (event.kind != Event::Kind::Return) continue;
      const auto returned = types_pointed_to(flow, *function, event.value);
      if (!returned) return std::nullopt;
      types.insert(returned->begin(), returned->end());
    }
  }
  if (functions.empty()) return std::nullopt;
  return std::vector<std::string>(types.begin(), types.end());
}

}  // namespace ferrule
