#include "test/heap/dump.h"

#include <algorithm>

namespace ferrule::test {
namespace {

const char* word(calls::CallKind kind) {
  switch (kind) {
    case calls::CallKind::Call:
      return "calls";
    case calls::CallKind::Start:
      return "starts";
    case calls::CallKind::Parallel:
      return "runs in parallel";
    case calls::CallKind::Later:
      return "runs later";
    case calls::CallKind::Handler:
      return "installs";
  }
  return "";
}

std::string at(const Location& where) {
  return "@" + where.file.substr(where.file.rfind('/') + 1) + ":" + std::to_string(where.line);
}

std::string list(const heap::Heap& heap, const std::vector<heap::CellId>& cells) {
  std::vector<std::string> names;
  for (const heap::CellId cell : cells) names.push_back(heap.describe(cell) + (heap.is_single(cell) ? "!" : ""));
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return "{" + text + "}";
}

}  // namespace

std::string dump(const Program& program, const heap::Heap& heap) {
  const calls::Origins& origins = heap.origins();
  std::string text;
  for (const Function& function : program.facts().functions) {
    if (!function.has_body()) continue;
    text += function.name + " " + at(function.where) + "  in";
    for (const calls::OriginId id : origins.of(function)) text += " " + std::to_string(id);
    text += heap.calls().runs_once(function) ? " once\n" : "\n";
    for (unsigned i = 0; i < function.events.size(); ++i) {
      const Event& event = function.events[i];
      const std::vector<calls::Callee>& callees = heap.calls().callees(function, i);
      const bool is_named = event.place.known() && event.kind != Event::Kind::Destroy;
      if (!is_named && callees.empty()) continue;
      text += "  " + std::to_string(i) + " " + at(event.where);
      if (is_named) text += " " + list(heap, heap.cells(function, event.place));
      text += "\n";
      for (const calls::Callee& callee : callees)
        text += std::string("      ") + word(callee.kind) + " " + callee.function->name + " on " +
                list(heap, callee.receivers) + "\n";
    }
  }
  for (std::size_t i = 0; i < origins.all().size(); ++i) {
    const calls::Origin& origin = origins.all()[i];
    text += "origin " + std::to_string(i) + (origin.many ? " many" : "");
    if (origin.function) text += " started " + at(origin.function->events[origin.event].where);
    text += ":";
    for (const Function* body : origin.bodies) text += " " + body->name;
    text += "\n";
  }
  for (const heap::Incompleteness& entry : heap.incomplete())
    text += "incomplete: " +
            std::string(entry.kind == heap::Incompleteness::Kind::NoCallee   ? "no callee"
                        : entry.kind == heap::Incompleteness::Kind::NoBody   ? "no body"
                        : entry.kind == heap::Incompleteness::Kind::DeepPath ? "deep path"
                                                                             : "too many copies") +
            " " + at(entry.where) + "\n";
  return text;
}

}  // namespace ferrule::test
