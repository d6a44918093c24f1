#include "checks/judge/verdicts.h"

#include "checks/judge/verdicts_engine.h"

#include <algorithm>

namespace ferrule {
namespace {

// A chain longer than this helps nobody; what is left out is said.
constexpr unsigned max_depth = 64;
constexpr unsigned max_reasons = 1000;

}  // namespace

Verdicts::Engine::Engine(const Program& program, AccessesOf accesses, const knowledge::Types& types)
    : program_(program), types_(types), evidence_(program, std::move(accesses), types) {
  index_families();
}

void Verdicts::Engine::index_families() {
  for (const Record& record : program_.facts().records)
    for (const Base& base : record.bases)
      if (const Record* of = program_.record_of_type(base.type)) derived_[of].push_back(&record);
}

NodeId Verdicts::Engine::intern(const Key& key, Node node) {
  auto [it, is_new] = ids_.try_emplace(key, static_cast<NodeId>(nodes_.size()));
  if (is_new) nodes_.push_back(std::move(node));
  return it->second;
}

NodeId Verdicts::Engine::node(const Type* type, Question question, Mode mode) {
  if (!type) return intern({nullptr, question, Mode::Value}, {std::monostate(), question});
  return intern({type, question, mode}, {type, question, mode});
}

NodeId Verdicts::Engine::node(const Record* record, Question question, Mode mode) {
  if (!record) return node(static_cast<const Type*>(nullptr), question);
  return intern({record, question, mode}, {record, question, mode});
}

NodeId Verdicts::Engine::type_node(std::string_view type_key, Question question, Mode mode) {
  return node(program_.type(type_key), question, mode);
}

Answer Verdicts::Engine::value(const Part& part) const {
  switch (part.kind) {
    case Part::Kind::Leaf:
      return part.answer;
    case Part::Kind::Same:
      return nodes_[part.child].answer;
    case Part::Kind::Capped:
      return std::min(nodes_[part.child].answer, Answer::Unknown);
    case Part::Kind::Shared:
      if (nodes_[part.child].answer == Answer::Yes) return Answer::Yes;
      return std::max(nodes_[part.base].answer, Answer::IfUnique);
  }
  return Answer::Unknown;
}

/// Tarjan's strongly connected components without recursion: classes nest deeper than stacks.
Answer Verdicts::Engine::solve(NodeId start) {
  if (nodes_[start].solved) return nodes_[start].answer;
  struct Frame {
    NodeId id;
    std::size_t next = 0;
  };
  struct Mark {
    std::uint32_t index = 0, low = 0;
    bool open = false;
  };
  std::unordered_map<NodeId, Mark> marks;
  std::vector<Frame> frames;
  std::vector<NodeId> stack, component;
  std::uint32_t counter = 0;
  const auto enter = [&](NodeId id) {
    Derivation derivation;
    derive(nodes_[id], derivation);
    nodes_[id].parts = std::move(derivation.parts);
    ++counter;
    marks[id] = {counter, counter, true};
    stack.push_back(id);
    frames.push_back({id});
  };
  enter(start);
  while (!frames.empty()) {
    Frame& frame = frames.back();
    const NodeId id = frame.id;
    const std::vector<Part>& parts = nodes_[id].parts;
    if (frame.next < 2 * parts.size()) {
      const Part& part = parts[frame.next / 2];
      const bool second = frame.next++ % 2;
      if (part.kind == Part::Kind::Leaf || (second && part.kind != Part::Kind::Shared)) continue;
      const NodeId child = second ? part.base : part.child;
      if (nodes_[child].solved) continue;
      const auto mark = marks.find(child);
      if (mark == marks.end()) {
        enter(child);
      } else if (mark->second.open) {
        Mark& own = marks[id];
        own.low = std::min(own.low, mark->second.index);
      }
      continue;
    }
    const Mark mark = marks[id];
    frames.pop_back();
    if (!frames.empty()) {
      Mark& above = marks[frames.back().id];
      above.low = std::min(above.low, mark.low);
    }
    if (mark.low != mark.index) continue;
    component.clear();
    do {
      component.push_back(stack.back());
      marks[stack.back()].open = false;
      stack.pop_back();
    } while (component.back() != id);
    settle(component);
  }
  return nodes_[start].answer;
}

/// The least solution within one component: start from yes (recursion alone is no reason) and raise until it holds.
void Verdicts::Engine::settle(const std::vector<NodeId>& component) {
  std::unordered_map<NodeId, std::vector<NodeId>> users;
  if (component.size() > 1) {
    const std::unordered_set<NodeId> inside(component.begin(), component.end());
    for (NodeId id : component)
      for (const Part& part : nodes_[id].parts) {
        if (part.kind == Part::Kind::Leaf) continue;
        if (inside.contains(part.child)) users[part.child].push_back(id);
        if (part.kind == Part::Kind::Shared && inside.contains(part.base)) users[part.base].push_back(id);
      }
  }
  std::vector<NodeId> open = component;
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    Answer answer = Answer::Yes;
    for (const Part& part : nodes_[id].parts) answer = std::max(answer, value(part));
    if (answer == nodes_[id].answer) continue;
    nodes_[id].answer = answer;
    open.push_back(id);
    if (auto it = users.find(id); it != users.end()) open.insert(open.end(), it->second.begin(), it->second.end());
  }
  for (NodeId id : component) nodes_[id].solved = true;
}

std::vector<Reason> Verdicts::Engine::reasons(NodeId id, unsigned depth, Explanation& so_far) {
  std::vector<Reason> found;
  if (!so_far.expanded.insert(id).second) return found;
  std::vector<Reason> labels;
  Derivation derivation;
  derivation.labels = &labels;
  derive(nodes_[id], derivation);
  for (std::size_t at = 0; at < derivation.parts.size() && so_far.left > 0; ++at) {
    const Part& part = derivation.parts[at];
    Reason& label = labels[at];
    label.answer = value(part);
    if (part.kind == Part::Kind::Leaf) {
      // A yes with words is a claim or a fact that somebody else vouches for.
      if (label.text.empty() || (label.answer == Answer::Yes && nodes_[id].answer != Answer::Yes)) continue;
      --so_far.left;
      found.push_back(std::move(label));
      continue;
    }
    if (label.answer == Answer::Yes && (nodes_[id].answer != Answer::Yes || !label.text.empty())) continue;
    const NodeId cause = part.kind == Part::Kind::Shared ? part.base : part.child;
    const bool has_cause = nodes_[cause].answer != Answer::Yes || label.answer == Answer::Yes;
    const bool met_before = has_cause && so_far.expanded.contains(cause);
    if (has_cause && depth < max_depth) {
      std::vector<Reason> causes = reasons(cause, depth + 1, so_far);
      std::move(causes.begin(), causes.end(), std::back_inserter(label.because));
    }
    if (label.text.empty()) {
      std::move(label.because.begin(), label.because.end(), std::back_inserter(found));
      continue;
    }
    if (met_before) label.text += ", as above";
    --so_far.left;
    found.push_back(std::move(label));
  }
  std::stable_sort(found.begin(), found.end(), [](const Reason& a, const Reason& b) { return a.answer > b.answer; });
  return found;
}

const Verdict& Verdicts::Engine::explain(NodeId id) {
  auto [it, is_new] = explained_.try_emplace(id);
  if (is_new) {
    it->second.answer = solve(id);
    Explanation so_far{{}, max_reasons};
    it->second.reasons = reasons(id, 0, so_far);
  }
  return it->second;
}

Verdicts::Verdicts(const Program& program, AccessesOf accesses, const knowledge::Types& types)
    : engine_(std::make_unique<Engine>(program, std::move(accesses), types)) {}

Verdicts::~Verdicts() = default;

const Verdict& Verdicts::of(Question question, std::string_view type_key) const {
  return engine_->explain(engine_->type_node(type_key, question));
}

Answer Verdicts::answer(Question question, std::string_view type_key) const {
  return engine_->solve(engine_->type_node(type_key, question));
}

const Verdict& Verdicts::of_record(Question question, std::string_view record_key) const {
  return engine_->explain(engine_->node(engine_->program_.record(record_key), question));
}

const Verdict& Verdicts::without_claims(Question question, std::string_view record_key) const {
  return engine_->explain(engine_->node(engine_->program_.record(record_key), question, Engine::Mode::Unclaimed));
}

const Verdict& Verdicts::of_pointee(Question question, std::string_view type_key) const {
  return engine_->explain(engine_->type_node(type_key, question, Engine::Mode::Pointee));
}

std::string_view name_of(Question question) {
  switch (question) {
    case Question::Send:
      return "Send";
    case Question::Sync:
      return "Sync";
    case Question::Synchronized:
      return "Synchronized";
  }
  return "";
}

}  // namespace ferrule
