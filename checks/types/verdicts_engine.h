// The equations behind Verdicts: one node for each question about a type or class, solved for the least answer.
#pragma once

#include "checks/types/verdicts.h"
#include "checks/types/verdicts_evidence.h"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ferrule {

using NodeId = std::uint32_t;

/// What a node's answer is at least, in terms of other nodes. Every kind is monotone, so the least solution is unique
/// and does not depend on the order of anything.
struct Part {
  enum class Kind : unsigned char {
    Leaf,    ///< `answer`
    Same,    ///< the answer of `child`
    Capped,  ///< the same, but `unknown` instead of `no`: what would excuse it is in bodies that are not here, or in
             ///< use
    Best,    ///< of `child` and `base`: either is enough
    Shared,  ///< a pointer: yes if `child` (Synchronized) is yes, else at least if_unique and the answer of `base`
  };
  Kind kind = Kind::Leaf;
  Answer answer = Answer::Yes;
  NodeId child = 0;
  NodeId base = 0;

  bool has_base() const { return kind == Kind::Shared || kind == Kind::Best; }
};

struct Verdicts::Engine {
  Engine(const Program& program, AccessesOf accesses, const knowledge::Types& types);

  enum class Mode : unsigned char {
    Value,      ///< an object of exactly this type
    Pointee,    ///< what a pointer to the type may point to
    Family,     ///< a class and all known classes that derive from it
    Unclaimed,  ///< the class, its own claims left aside
  };
  struct Node {
    const Type* type = nullptr;  // one of the two; neither for what the program does not have
    const Record* record = nullptr;
    Question question = Question::Send;
    Mode mode = Mode::Value;
    Answer answer = Answer::Yes;
    bool solved = false;
    bool open = false;        // on the stack of the search for components
    std::uint32_t index = 0;  // order of discovery, 0: not yet
    std::uint32_t low = 0;
    std::uint32_t first_part = 0;  // in parts_
    std::uint32_t part_count = 0;
  };

  NodeId node(const Type* type, Question question, Mode mode = Mode::Value);
  NodeId node(const Record* record, Question question, Mode mode = Mode::Value);
  NodeId type_node(std::string_view type_key, Question question, Mode mode = Mode::Value) {
    return node(program_.type(type_key), question, mode);
  }

  Answer solve(NodeId id);
  const Verdict& explain(NodeId id);

  /// Keys followed once: looking them up is most of the work. What is asked often is here, so that the facts
  /// themselves, which are large and lie far apart, are read once.
  struct TypeInfo {
    const Type* target = nullptr;
    const Record* record = nullptr;
    TypeKind kind = TypeKind::Unknown;
    bool is_const = false;
    bool is_ready = false;
  };
  struct Member {
    const Type* type = nullptr;
    bool is_mutable = false;
  };
  struct Argument {
    const Type* type = nullptr;
    bool is_type = false;
  };
  struct RecordInfo {
    const knowledge::TypeRule* rule = nullptr;
    const ClassEvidence* evidence = nullptr;  // null: not asked yet, and `members` neither
    std::uint32_t members = 0;                // in members_: the bases, then the fields
    std::uint32_t member_count = 0;
    std::uint32_t arguments = 0;  // in arguments_
    std::uint32_t argument_count = 0;
    bool is_known = false;  // asked: `rule`, `arguments` and `has_annotations`
    bool has_annotations = false;
    bool is_plain = false;  // nothing but its members has a say
  };
  const TypeInfo& info(const Type& type);
  const RecordInfo& info(const Record& record);
  RecordInfo& slot(const Record& record) {  // what info() fills
    return record_infos_[static_cast<std::size_t>(&record - program_.facts().records.data())];
  }
  const knowledge::TypeRule* rule_of(const Record& record) { return outline(record).rule; }
  const RecordInfo& outline(const Record& record);  // `info` without its members
  Locks locks_of(const Record& record, std::span<const Member> members);
  void note_lock(const Type* type, Locks& locks);
  bool is_plain(const Record& record, const ClassEvidence& evidence);

  // How one node follows from others (verdicts_derive.cpp). With `labels` the words are made too, one for each part.
  struct Derivation {
    std::vector<Part> parts = {};
    std::vector<Reason>* labels = nullptr;
    template <class MakeLabel>
    void add(const Part& part, MakeLabel&& label) {
      parts.push_back(part);
      if (labels) labels->push_back(label());
    }
    /// A label that starts with the type's name; nothing if no labels are wanted.
    Reason text(const std::string& type, const char* rest) const {
      return labels ? Reason{"'" + type + "'" + rest} : Reason{};
    }
  };
  void derive(Node node, Derivation& into);
  void derive_type(const Type& type, Question question, Derivation& into);
  void derive_pointee(const Type& type, Question question, Derivation& into);
  void derive_family(const Record& record, Question question, Derivation& into);
  void derive_record(const Record& record, Question question, bool claims, Derivation& into);
  bool derive_annotated(const Record& record, Question question, bool claims, Derivation& into);
  void derive_condition(const Record& record, const Annotation& claim, Question question, Derivation& into);
  void derive_demand(const Record& record, bool send, std::string_view type_key, Derivation& into);
  void derive_known(const Record& record, const knowledge::TypeRule& rule, Question question, Derivation& into);
  void derive_argument(const Record& record, const knowledge::TypeRule& rule, const knowledge::Term& term,
                       std::size_t number, Question question, Derivation& into);
  void derive_counted(const Record& record, const knowledge::TypeRule& rule, const Record* counted, Derivation& into);
  void derive_members(const Record& record, Question question, Derivation& into);
  void derive_base(const Record& record, const Base& base, const Type* type, Question question, Derivation& into);
  void derive_field(const Record& record, const Field& field, const Type* type, Question question, Derivation& into);
  bool derive_guarded(const Field& field, const Type* type, const Agreement& guard, bool asks_for_const,
                      Derivation& into);
  void derive_plain(const RecordInfo& known, Question question, Derivation& into);
  bool derive_special(const Record& record, Question question, Derivation& into);
  void pointer(const Type* target, Question question, Reason label, Derivation& into);

  const knowledge::Types& types() const { return types_; }

  const Program& program_;

 private:
  struct Explanation {
    std::unordered_set<NodeId> expanded;
    unsigned left;
  };

  NodeId intern(NodeId& slot, Node node);
  Answer value(const Part& part) const;
  std::span<const Part> parts_of(NodeId id) const {
    return std::span(parts_).subspan(nodes_[id].first_part, nodes_[id].part_count);
  }
  void settle(const std::vector<NodeId>& component);
  std::vector<Reason> reasons(NodeId id, unsigned depth, Explanation& so_far);
  void index_families();

  const knowledge::Types& types_;
  Evidence evidence_;
  std::unordered_map<const Record*, std::vector<const Record*>> derived_;  // direct
  std::vector<Node> nodes_;
  std::vector<Part> parts_;
  std::vector<NodeId> type_ids_;    // by type, question and mode; 0: no node yet
  std::vector<NodeId> record_ids_;  // likewise
  std::vector<TypeInfo> type_infos_;
  std::vector<RecordInfo> record_infos_;
  std::vector<Member> members_;
  std::vector<Argument> arguments_;
  std::uint32_t discovered_ = 0;
  std::unordered_map<NodeId, Verdict> explained_;
};

}  // namespace ferrule
