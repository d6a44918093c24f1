// What Ferrule is told of other people's types: which are Send, Sync, Synchronized, and why.
#pragma once

#include "checks/knowledge/documents.h"
#include "checks/model/verdict.h"

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ferrule::knowledge {

/// A document that cannot be used; what() is one sentence that names the document.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One term of a rule. A rule's answer is the worst of its terms'.
struct Term {
  enum class Kind : unsigned char {
    Constant,    ///< `yes`, `if_unique`, `unknown`, `no`
    Ask,         ///< `send(T0)`: the answer of an argument; `send(*T0)`: of what a pointer to the argument may point to
    Pointer,     ///< `pointer(T0)`: as a plain pointer to the argument
    Counted,     ///< `counted(T0)`: may several threads change the count that the argument keeps of its owners?
    Structural,  ///< `structural`: from the bases and members of the definition
  };
  Kind kind = Kind::Constant;
  Answer constant = Answer::Yes;
  Question question = Question::Send;
  unsigned argument = 0;  ///< number of the template argument
  bool rest = false;      ///< `T1...`: this argument and all after it
  bool pointee = false;   ///< `*T0`
  bool doubtful = false;  ///< `…?`: `no` counts as `unknown`, since it depends on what is done with it
};

/// The thread that may use an object of a class.
enum class Affinity : unsigned char {
  None,   ///< any
  Maker,  ///< the one that made it
  Main,   ///< the program's first
};

struct TypeRule {
  std::string name;                               ///< qualified name, or a prefix that ends in `*`
  std::array<std::vector<Term>, 3> answers = {};  ///< by Question
  std::array<std::string, 3> reasons = {};        ///< why not, for people; may be empty
  std::string cure = {};
  std::string source = {};                   ///< where it is documented
  bool is_lock = false;                      ///< holding it protects data: a mutex of any kind
  std::vector<std::string> counted_by = {};  ///< the functions behind `counted`, found by the argument's class
  bool is_count = false;                     ///< a base that keeps such a count
  bool is_synchroniser = false;              ///< orders threads in another way: once_flag, latch, …
  Affinity affinity = Affinity::None;
  std::vector<std::string> unless_called = {};  ///< functions that give objects to other threads, or lock for them
};

/// Rules by the name of the class. Immutable after construction; thread-safe to read.
class Types {
 public:
  /// Throws Error if a document is malformed. Of two rules for one name the later wins. What
  /// the documents do not know is left to `otherwise`, which is kept.
  explicit Types(std::span<const Document> documents, const Types* otherwise = nullptr);

  /// The rule for a class: its exact name first, then the longest prefix. Null if there is none.
  const TypeRule* find(std::string_view qualified_name) const;
  const std::vector<TypeRule>& rules() const { return rules_; }

  /// What is compiled in.
  static const Types& builtin();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };

  void add(TypeRule rule);

  const Types* otherwise_;
  std::vector<TypeRule> rules_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> exact_;
  std::vector<std::pair<std::string, std::size_t>> prefixes_;  // longest first; few
};

/// "all of send(T0), sync(*T1...)" as terms; nullopt if it is not well formed.
std::optional<std::vector<Term>> parse_terms(std::string_view text);

}  // namespace ferrule::knowledge
