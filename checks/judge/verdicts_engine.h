// The equations behind Verdicts: one node for each question about a type or class, solved for the least answer.
#pragma once

#include "checks/judge/verdicts.h"
#include "checks/judge/verdicts_evidence.h"

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

namespace ferrule {

using NodeId = std::uint32_t;

/// What a node's answer is at least, in terms of other nodes. Every kind is monotone, so the least solution is unique
/// and does not depend on the order of anything.
struct Part {
  enum class Kind : unsigned char {
    Leaf,    ///< `answer`
    Same,    ///< the answer of `child`
    Capped,  ///< the same, but `unknown` instead of `no`: what would excuse it is in bodies that are not here
    Shared,  ///< a pointer: yes if `child` (Synchronized) is yes, else at least if_unique and the answer of `base`
  };
  Kind kind = Kind::Leaf;
  Answer answer = Answer::Yes;
  NodeId child = 0;
  NodeId base = 0;
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
    std::variant<std::monostate, const Type*, const Record*> subject = {};
    Question question = Question::Send;
    Mode mode = Mode::Value;
    bool solved = false;
    Answer answer = Answer::Yes;
    std::vector<Part> parts = {};
  };

  NodeId node(const Type* type, Question question, Mode mode = Mode::Value);
  NodeId node(const Record* record, Question question, Mode mode = Mode::Value);
  NodeId type_node(std::string_view type_key, Question question, Mode mode = Mode::Value);

  Answer solve(NodeId id);
  const Verdict& explain(NodeId id);

  // How one node follows from others (verdicts_derive.cpp). With `labels` the words are made too, one for each part.
  struct Derivation {
    std::vector<Part> parts = {};
    std::vector<Reason>* labels = nullptr;
    template <class MakeLabel>
    void add(const Part& part, MakeLabel&& label) {
      parts.push_back(part);
      if (labels) labels->push_back(label());
    }
  };
  void derive(const Node& node, Derivation& into);
  void derive_type(const Type& type, Question question, Derivation& into);
  void derive_pointee(const Type& type, Question question, Derivation& into);
  void derive_family(const Record& record, Question question, Derivation& into);
  void derive_record(const Record& record, Question question, bool claims, Derivation& into);
  bool derive_annotated(const Record& record, Question question, bool claims, Derivation& into);
  void derive_known(const Record& record, const knowledge::TypeRule& rule, Question question, Derivation& into);
  void derive_argument(const Record& record, const knowledge::TypeRule& rule, const knowledge::Term& term,
                       const std::string& type_key, Question question, Derivation& into);
  void derive_members(const Record& record, Question question, Derivation& into);
  void derive_field(const Record& record, const Field& field, Question question, Derivation& into);
  bool derive_special(const Record& record, Question question, Derivation& into);
  void pointer(std::string_view target_key, Question question, Reason label, Derivation& into);

  const Program& program_;

 private:
  struct Key {
    const void* subject;
    Question question;
    Mode mode;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return std::hash<const void*>()(key.subject) * 31 + static_cast<unsigned>(key.question) * 7 +
             static_cast<unsigned>(key.mode);
    }
  };
  struct Explanation {
    std::unordered_set<NodeId> expanded;
    unsigned left;
  };

  NodeId intern(const Key& key, Node node);
  Answer value(const Part& part) const;
  void settle(const std::vector<NodeId>& component);
  std::vector<Reason> reasons(NodeId id, unsigned depth, Explanation& so_far);
  void index_families();

  const knowledge::Types& types_;
  Evidence evidence_;
  std::unordered_map<const Record*, std::vector<const Record*>> derived_;  // direct
  std::deque<Node> nodes_;
  std::unordered_map<Key, NodeId, Hash> ids_;
  std::unordered_map<NodeId, Verdict> explained_;
};

}  // namespace ferrule
