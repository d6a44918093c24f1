#include "checks/flow/split_update.h"

#include "checks/program/flow_graph.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace ferrule {
namespace {

class SplitFinder {
 public:
  SplitFinder(const Function& function, const Program& program, const Concurrency& known)
      : function_(function),
        graph_(function),
        program_(program),
        known_(known),
        kinds_(function.events.size(), Kind::Other) {
    for (unsigned index = 0; index < function.events.size(); ++index) {
      kinds_[index] = kind_of(function.events[index]);
      loads_ |= kinds_[index] == Kind::Load;
      stores_ |= kinds_[index] == Kind::Store;
    }
  }

  std::map<unsigned, SplitUpdate> run() {
    if (!loads_ || !stores_) return {};
    for (unsigned block = 0; block < function_.blocks.size(); ++block)
      for (unsigned index = function_.blocks[block].first; index < function_.blocks[block].last; ++index) {
        if (function_.events[index].kind == Event::Kind::Assign) note_local(block, index);
        if (kinds_[index] == Kind::Store) check_store(block, index);
      }
    return std::move(found_);
  }

 private:
  enum class Kind : unsigned char { Other, Load, Store };

  Kind kind_of(const Event& event) const {
    if (event.kind != Event::Kind::Call || !event.place.known()) return Kind::Other;
    const Function* callee = program_.function(event.callee);
    const Record* record = callee ? program_.record(callee->record) : nullptr;
    const ClassKnowledge* is = record ? known_.record(record->name) : nullptr;
    if (!is || is->is != Is::Atomic) return Kind::Other;
    const std::string_view name = std::string_view(callee->name).substr(callee->name.rfind("::") + 2);
    if (name == "load" || (callee->is_const && name.starts_with("operator "))) return Kind::Load;
    return name == "store" || name == "operator=" ? Kind::Store : Kind::Other;
  }

  // Operands of an expression are evaluated just before it, and stand behind its operator in the text.
  bool is_operand(unsigned index, const Location& of) const {
    const Event& event = function_.events[index];
    const bool reads =
        event.kind == Event::Kind::Call || (event.kind == Event::Kind::Access && event.mode == Event::Mode::Read);
    return reads && event.where.file == of.file &&
           std::pair(event.where.line, event.where.column) > std::pair(of.line, of.column);
  }

  // The load of `atomic` that the operands of event `index` go back to.
  std::optional<unsigned> load_among_operands(unsigned block, unsigned index, const Place& atomic) const {
    for (unsigned at = index; at > function_.blocks[block].first && is_operand(at - 1, function_.events[index].where);
         --at)
      if (const auto load = load_of(at - 1, atomic)) return load;
    return {};
  }

  std::optional<unsigned> load_of(unsigned index, const Place& atomic) const {
    const Event& event = function_.events[index];
    if (kinds_[index] == Kind::Load) return event.place == atomic ? std::optional(index) : std::nullopt;
    if (event.kind != Event::Kind::Access || event.place.root != Root::Local || !event.place.steps.empty()) return {};
    auto it = holds_.find({event.place.index, atomic});
    return it == holds_.end() ? std::nullopt : std::optional(it->second);
  }

  // A local that keeps what was loaded, or what was computed from it.
  void note_local(unsigned block, unsigned index) {
    const Event& event = function_.events[index];
    if (event.place.root != Root::Local || !event.place.steps.empty()) return;
    const unsigned local = event.place.index;
    const Value& value = event.value;
    if (value.kind == Value::Kind::Copy && value.place.root == Root::Result && value.place.steps.empty() &&
        value.place.index < kinds_.size() && kinds_[value.place.index] == Kind::Load)
      holds_[{local, function_.events[value.place.index].place}] = value.place.index;
    if (value.kind != Value::Kind::Literal) return;
    for (unsigned at = index; at > function_.blocks[block].first && is_operand(at - 1, event.where); --at)
      for (const Event& candidate : function_.events)
        if (const unsigned load = static_cast<unsigned>(&candidate - function_.events.data());
            kinds_[load] == Kind::Load && load_of(at - 1, candidate.place)) {
          holds_[{local, candidate.place}] = *load_of(at - 1, candidate.place);
          computed_[{local, candidate.place}] = *load_of(at - 1, candidate.place);
        }
  }

  void check_store(unsigned block, unsigned index) {
    const Event& store = function_.events[index];
    if (store.args.empty()) return;
    const Value& value = store.args.front();
    if (value.kind == Value::Kind::Copy && value.place.root == Root::Local && value.place.steps.empty()) {
      if (auto it = computed_.find({value.place.index, store.place}); it != computed_.end())
        found_[index] = {it->second, false};
    } else if (value.kind != Value::Kind::Copy || value.place.root == Root::Result) {
      if (const auto load = load_among_operands(block, index, store.place)) found_[index] = {*load, false};
    }
    if (found_.contains(index)) return;
    if (value.kind == Value::Kind::Literal && !load_among_any(block, index) && !does_more(block, index)) return;
    for (unsigned test = 0; test < function_.blocks.size(); ++test)
      if (const auto load = tested(test, store.place); load && test != block && decides(test, block))
        found_[index] = {*load, true};
  }

  bool load_among_any(unsigned block, unsigned index) const {
    return index > function_.blocks[block].first && is_operand(index - 1, function_.events[index].where);
  }

  // To set a flag that is not set is idle, however often; to do something for it is not.
  bool does_more(unsigned block, unsigned store) const {
    for (unsigned index = function_.blocks[block].first; index < function_.blocks[block].last; ++index) {
      const Event& event = function_.events[index];
      if (index == store || kinds_[index] != Kind::Other) continue;
      const bool own = event.place.root == Root::Local || !event.place.known();
      if (event.kind == Event::Kind::Call) return true;
      if (!own &&
          ((event.kind == Event::Kind::Access && event.mode != Event::Mode::Read) || event.kind == Event::Kind::Assign))
        return true;
    }
    return false;
  }

  // The load of `atomic` at the end of a block that branches.
  std::optional<unsigned> tested(unsigned block, const Place& atomic) const {
    const Block& of = function_.blocks[block];
    if (of.successors.size() != 2) return {};
    for (unsigned at = of.last; at > of.first; --at) {
      const Event& event = function_.events[at - 1];
      if (const auto load = load_of(at - 1, atomic)) return load;
      const bool reads =
          kinds_[at - 1] == Kind::Load || (event.kind == Event::Kind::Access && event.mode == Event::Mode::Read);
      if (!reads) return {};
    }
    return {};
  }

  // Does one way out of `test` always come to `block`, and the other not? A loop's own test does not count.
  bool decides(unsigned test, unsigned block) const {
    const Block& of = function_.blocks[test];
    const bool first = graph_.avoids(of.successors[0], block);
    const bool second = graph_.avoids(of.successors[1], block);
    return first != second && !graph_.reaches_without(of.successors[first ? 1 : 0], test, block) &&
           !graph_.reaches_without(block, test, test);
  }

  const Function& function_;
  const FlowGraph graph_;
  const Program& program_;
  const Concurrency& known_;
  std::vector<Kind> kinds_;
  bool loads_ = false;
  bool stores_ = false;
  std::map<std::pair<unsigned, Place>, unsigned> holds_;     // (local, atomic) → load
  std::map<std::pair<unsigned, Place>, unsigned> computed_;  // the same, but not just a copy
  std::map<unsigned, SplitUpdate> found_;
};

}  // namespace

std::map<unsigned, SplitUpdate> find_split_updates(const Function& function, const Program& program,
                                                   const Concurrency& known) {
  return SplitFinder(function, program, known).run();
}

}  // namespace ferrule
