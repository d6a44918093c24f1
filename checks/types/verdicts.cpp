#include "checks/types/verdicts.h"

#include "checks/types/verdicts_engine.h"

#include <algorithm>

namespace ferrule {
namespace {

// A chain longer than this helps nobody; what is left out is said.
constexpr unsigned max_depth = 64;
constexpr unsigned max_reasons = 1000;

using Mode = Verdicts::Engine::Mode;

// Questions times modes: a type is asked about as a value or pointee, a class as a value, family or unclaimed.
constexpr std::size_t type_slots = 6, record_slots = 9;
std::size_t type_slot(Question question, Mode mode) {
  return static_cast<std::size_t>(question) * 2 + (mode == Mode::Pointee ? 1 : 0);
}
std::size_t record_slot(Question question, Mode mode) {
  return static_cast<std::size_t>(question) * 3 + (mode == Mode::Family ? 1 : mode == Mode::Unclaimed ? 2 : 0);
}

}  // namespace

Verdicts::Engine::Engine(const Program& program, AccessesOf accesses, const knowledge::Types& types)
    : program_(program), types_(types), evidence_(program, std::move(accesses)) {
  const Facts& facts = program.facts();
  nodes_.push_back({});  // number 0 is none
  type_infos_.resize(facts.types.size());
  record_infos_.resize(facts.records.size());
  type_ids_.resize((facts.types.size() + 1) * type_slots);  // the last is for a type that is not there
  record_ids_.resize(facts.records.size() * record_slots);
  index_families();
}

void Verdicts::Engine::index_families() {
  for (const Record& record : program_.facts().records)
    for (const Base& base : record.bases)
      if (const Record* of = program_.record_of_type(base.type)) derived_[of].push_back(&record);
}

const Verdicts::Engine::TypeInfo& Verdicts::Engine::info(const Type& type) {
  TypeInfo& info = type_infos_[static_cast<std::size_t>(&type - program_.facts().types.data())];
  if (!info.is_ready) {
    info.is_ready = true;
    info.kind = type.kind;
    info.is_const = type.is_const;
    if (!type.target.empty()) info.target = program_.type(type.target);
    if (!type.record.empty()) info.record = program_.record(type.record);
  }
  return info;
}

const Verdicts::Engine::RecordInfo& Verdicts::Engine::outline(const Record& record) {
  RecordInfo& info = slot(record);
  if (info.is_known) return info;
  info.is_known = true;
  info.rule = types_.find(record.name);
  info.has_annotations = !record.annotations.empty();
  info.arguments = static_cast<std::uint32_t>(arguments_.size());
  info.argument_count = static_cast<std::uint32_t>(record.arguments.size());
  if (info.rule || info.has_annotations)
    for (const TemplateArgument& argument : record.arguments)
      arguments_.push_back({program_.type(argument.type), !argument.type.empty()});
  return info;
}

void Verdicts::Engine::note_lock(const Type* type, Locks& locks) {
  const Record* part = type ? info(*type).record : nullptr;
  if (!part) return;
  const knowledge::TypeRule* rule = rule_of(*part);
  const bool is_own_lock = part->is_capability || (part->has_lock_methods && !part->is_scoped_capability && !rule);
  const bool is_lock = is_own_lock || (rule && rule->is_lock);
  locks.has_lock |= is_lock;
  locks.has_synchroniser |= is_lock || (rule && rule->is_synchroniser);
}

/// A lock among the bases and fields, or inherited: the lock of a base guards what is derived from it, too.
Locks Verdicts::Engine::locks_of(const Record& record, std::span<const Member> members) {
  constexpr unsigned deepest = 16;
  Locks locks;
  for (const Member& member : members) note_lock(member.type, locks);
  std::vector<std::pair<const Base*, unsigned>> open;
  const auto inherit = [&](const Record& from, unsigned depth) {
    for (const Base& base : from.bases) open.emplace_back(&base, depth);
  };
  inherit(record, 1);
  const bool has_own_lock = locks.has_lock;
  while (!open.empty() && !locks.has_lock) {
    const auto [base, depth] = open.back();
    open.pop_back();
    const Type* type = program_.type(base->type);
    const Record* of = type ? info(*type).record : nullptr;
    if (!of) continue;
    note_lock(type, locks);
    for (const Field& field : of->fields) note_lock(program_.type(field.type), locks);
    if (depth < deepest) inherit(*of, depth + 1);
  }
  locks.is_inherited = locks.has_lock && !has_own_lock;
  return locks;
}

const Verdicts::Engine::RecordInfo& Verdicts::Engine::info(const Record& record) {
  RecordInfo& info = slot(record);
  if (info.evidence) return info;
  outline(record);
  info.members = static_cast<std::uint32_t>(members_.size());
  for (const Base& base : record.bases) members_.push_back({program_.type(base.type)});
  for (const Field& field : record.fields) members_.push_back({program_.type(field.type), field.is_mutable});
  info.member_count = static_cast<std::uint32_t>(members_.size()) - info.members;
  info.evidence = &evidence_.of(record, locks_of(record, std::span(members_).subspan(info.members)));
  info.is_plain = is_plain(record, *info.evidence);
  return info;
}

bool Verdicts::Engine::is_plain(const Record& record, const ClassEvidence& evidence) {
  return record.is_complete && record.annotations.empty() && !rule_of(record) && !record.is_closure &&
         !record.is_union && !evidence.locks.has_synchroniser && evidence.not_send.empty() &&
         evidence.not_sync.empty() && evidence.guards.empty();
}

NodeId Verdicts::Engine::intern(NodeId& slot, Node node) {
  if (slot == 0) {
    slot = static_cast<NodeId>(nodes_.size());
    nodes_.push_back(node);
  }
  return slot;
}

NodeId Verdicts::Engine::node(const Type* type, Question question, Mode mode) {
  if (!type) return intern(type_ids_[program_.facts().types.size() * type_slots], {.question = question});
  const TypeInfo& of = info(*type);
  // Nobody can write through a reference to const: all that is left is to use it as const together.
  if (question == Question::Synchronized && of.is_const && of.kind != TypeKind::Reference) question = Question::Sync;
  if (of.kind == TypeKind::Array) return node(of.target, question, mode);
  if (of.kind == TypeKind::Atomic) return node(of.target, Question::Send);
  if (of.kind == TypeKind::Record) {
    if (mode == Mode::Value || !of.record) return node(of.record, question);
    const bool has_family = of.record->is_polymorphic && !of.record->is_final && !rule_of(*of.record);
    if (!has_family) return node(of.record, question);
  } else {
    mode = Mode::Value;
  }
  const std::size_t number = static_cast<std::size_t>(type - program_.facts().types.data());
  return intern(type_ids_[number * type_slots + type_slot(question, mode)],
                {.type = type, .question = question, .mode = mode});
}

NodeId Verdicts::Engine::node(const Record* record, Question question, Mode mode) {
  if (!record) return node(static_cast<const Type*>(nullptr), question);
  const std::size_t number = static_cast<std::size_t>(record - program_.facts().records.data());
  return intern(record_ids_[number * record_slots + record_slot(question, mode)],
                {.record = record, .question = question, .mode = mode});
}

Answer Verdicts::Engine::value(const Part& part) const {
  switch (part.kind) {
    case Part::Kind::Leaf:
      return part.answer;
    case Part::Kind::Same:
      return nodes_[part.child].answer;
    case Part::Kind::Capped:
      return std::min(nodes_[part.child].answer, Answer::Unknown);
    case Part::Kind::Best:
      return std::min(nodes_[part.child].answer, nodes_[part.base].answer);
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
    std::uint32_t next = 0;
  };
  std::vector<Frame> frames;
  std::vector<NodeId> stack, component;
  Derivation derivation;
  const auto enter = [&](NodeId id) {
    derivation.parts.clear();
    derive(nodes_[id], derivation);
    Node& node = nodes_[id];
    node.first_part = static_cast<std::uint32_t>(parts_.size());
    node.part_count = static_cast<std::uint32_t>(derivation.parts.size());
    parts_.insert(parts_.end(), derivation.parts.begin(), derivation.parts.end());
    node.index = node.low = ++discovered_;
    node.open = true;
    stack.push_back(id);
    frames.push_back({id});
  };
  enter(start);
  while (!frames.empty()) {
    const NodeId id = frames.back().id;
    if (frames.back().next < 2 * nodes_[id].part_count) {
      const std::uint32_t next = frames.back().next++;
      const Part& part = parts_of(id)[next / 2];
      const bool second = next % 2 != 0;
      if (part.kind == Part::Kind::Leaf || (second && !part.has_base())) continue;
      const NodeId child = second ? part.base : part.child;
      if (nodes_[child].index == 0)
        enter(child);
      else if (nodes_[child].open)
        nodes_[id].low = std::min(nodes_[id].low, nodes_[child].index);
      continue;
    }
    const Node& node = nodes_[id];
    frames.pop_back();
    if (!frames.empty()) {
      Node& above = nodes_[frames.back().id];
      above.low = std::min(above.low, node.low);
    }
    if (node.low != node.index) continue;
    component.clear();
    do {
      component.push_back(stack.back());
      nodes_[stack.back()].open = false;
      stack.pop_back();
    } while (component.back() != id);
    settle(component);
  }
  return nodes_[start].answer;
}

/// The least solution within one component: start from yes (recursion alone is no reason) and raise until it holds.
void Verdicts::Engine::settle(const std::vector<NodeId>& component) {
  // A component's numbers of discovery are consecutive from its root's on, which was discovered first.
  const std::uint32_t root = nodes_[component.back()].index;
  std::vector<std::pair<std::uint32_t, NodeId>> users;  // (number of what is used, user)
  const auto use = [&](NodeId used, NodeId user) {
    if (!nodes_[used].solved && nodes_[used].index >= root) users.emplace_back(nodes_[used].index, user);
  };
  for (NodeId id : component)
    for (const Part& part : parts_of(id)) {
      if (part.kind != Part::Kind::Leaf) use(part.child, id);
      if (part.has_base()) use(part.base, id);
    }
  std::sort(users.begin(), users.end());
  std::vector<NodeId> open = component;
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    Answer answer = Answer::Yes;
    for (const Part& part : parts_of(id)) answer = std::max(answer, value(part));
    if (answer == nodes_[id].answer) continue;
    nodes_[id].answer = answer;
    auto user = std::lower_bound(users.begin(), users.end(), std::pair{nodes_[id].index, NodeId{0}});
    for (; user != users.end() && user->first == nodes_[id].index; ++user) open.push_back(user->second);
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
    const NodeId cause = part.has_base() ? part.base : part.child;
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
