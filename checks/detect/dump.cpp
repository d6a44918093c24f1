#include "checks/detect/dump.h"

#include "checks/detect/exposure.h"
#include "checks/flow/engine.h"

namespace ferrule {
namespace {

class Dump {
 public:
  explicit Dump(const Flow::Engine& engine) : engine_(engine), exposures_(engine) {}

  std::string run() {
    for (const std::string& field : engine_.executed_fields) out_ += "executed: " + field + '\n';
    for (const FunctionFlow* flow : engine_.all()) function(*flow);
    return std::move(out_);
  }

 private:
  std::string name(PlaceId place) const {
    if (place == no_place) return "nothing";
    const Place full = engine_.places.expand(place);
    static constexpr const char* roots[] = {"?", "this", "param", "local", "global", "result"};
    std::string text = roots[static_cast<int>(full.root)];
    if (full.root != Root::This) text += full.key.empty() ? std::to_string(full.index) : ' ' + full.key;
    for (const Step& step : full.steps)
      text += step.kind == Step::Kind::Deref     ? "->"
              : step.kind == Step::Kind::Element ? "[]"
                                                 : '.' + step.field.substr(step.field.rfind('.') + 1);
    return text;
  }

  void line(const std::string& text) { out_ += "    " + text + '\n'; }

  std::string access(const Accessed& a) const {
    std::string text = std::string(a.write ? "write " : "read ") + name(a.place) + (a.atomic ? " atomic" : "");
    for (const auto& [lock, shared] : a.locks) text += (shared ? " shared " : " holding ") + name(lock);
    for (PlaceId lock : a.released) text += " released " + name(lock);
    for (PlaceId handle : a.joined) text += " joined " + name(handle);
    for (PlaceId object : a.sync_before) text += " after " + name(object);
    for (PlaceId object : a.sync_after) text += " before " + name(object);
    if (a.on_thread) text += " on-thread";
    return text + " @" + std::to_string(a.where->line);
  }

  void started(const Started& s, unsigned id) {
    line("crossing " + std::to_string(id) + ' ' + s.sink + " handle " + name(s.handle) + " owner " + name(s.owner) +
         (s.repeats ? " repeats" : "") + " @" + std::to_string(s.where->line));
    for (const Accessed& a : s.accesses) line("  " + access(a));
    for (const Reference& r : s.references) line("  refers to " + name(r.place) + " as " + r.name);
    for (const Deferred& d : s.deferred) line("  calls " + name(d.callable));
    for (const Function* body : s.bodies) line("  runs " + body->name);
  }

  void function(const FunctionFlow& flow) {
    static constexpr const char* names[] = {"none", "unknown", "shared"};
    out_ += flow.function->key + " exposure " + names[static_cast<int>(exposures_.any(flow.function))] + " outside " +
            names[static_cast<int>(exposures_.outside(flow.function))] + '\n';
    for (const Touch& touch : flow.touches) {
      std::string live;
      for (unsigned id : touch.live) live += " live " + std::to_string(id);
      line(access(touch.accessed) + live + (touch.before_start ? " before-start" : "") +
           (touch.accessed.hops ? " imported" : ""));
    }
    for (unsigned id = 0; id < flow.started.size(); ++id) started(flow.started[id], id);
    for (unsigned id : flow.live_at_exit) line("live at exit: " + std::to_string(id));
    for (const CallSite& site : flow.sites)
      line("calls " + site.callee->name + (site.has_receiver ? " on " + name(site.receiver) : "") +
           (!site.held.empty() ? " locked" : ""));
    const Summary& summary = flow.summary;
    for (const auto& [lock, shared] : summary.acquired) line("acquires " + name(lock));
    for (PlaceId lock : summary.released) line("releases " + name(lock));
    for (PlaceId handle : summary.joined) line("joins " + name(handle));
    for (PlaceId object : summary.waits) line("waits " + name(object));
    for (const Store& s : summary.stores) line("stores " + name(s.place) + " = " + name(s.value.place));
    for (const Store& s : summary.inserts) line("inserts " + name(s.place) + " = " + name(s.value.place));
    for (const Deferred& d : summary.deferred) line("calls back " + name(d.callable));
    if (summary.returns) line("returns " + name(summary.returns->place));
  }

  const Flow::Engine& engine_;
  Exposures exposures_;
  std::string out_;
};

}  // namespace

std::string dump(const Flow& flow) { return Dump(flow.engine()).run(); }

}  // namespace ferrule
