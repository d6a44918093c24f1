// A function body as a graph of events. This is all that the judge sees of code: no Clang behind it.
#pragma once

#include "checks/model/location.h"
#include "checks/model/place.h"
#include "checks/model/type.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace ferrule {

/// One thing that happens in a body, in evaluation order. The number of an event is its index in Function::events.
struct Event {
  enum class Kind : unsigned char {
    Access,     ///< `place` is read or written (`mode`); for scalars and whole objects of class type alike
    Assign,     ///< `value` is stored in `place` (initialisation of a local, `=`, a constructor's member initialiser);
                ///< implies a write of `place` unless `is_initialisation`
    Call,       ///< `callee` runs with receiver `place` and `args`; operators of class type are calls too
    Construct,  ///< an object of class type is made by constructor `callee`; its place is Result(this event),
                ///< or `place` if it is constructed in place (local, member, global). A closure expression is a
                ///< Construct with callee "" and type = its record; captures are the args, in the order of its fields.
    Destroy,    ///< `place` (a local, temporary, or `*ptr` of a delete) ends; `callee` is its destructor if it has one
    Return,     ///< `value` is returned; of a number that is worked out, `args` are the results that it rests on
    Suspend,    ///< co_await / co_yield
  };
  enum class Mode : unsigned char { Read, Write, ReadWrite };

  Kind kind = Kind::Access;
  Location where = {};
  Place place = {};
  Mode mode = Mode::Read;
  std::string callee = {};
  std::string type = {};  ///< Call: key of the result type; Construct/Destroy: key of the object's type
  std::vector<Value> args = {};
  std::vector<std::string> template_types = {};  ///< keys of the callee's explicit or deduced type arguments
  Value value = {};
  bool is_virtual = false;         ///< Call: dispatched at run time
  bool is_indirect = false;        ///< Call through the function pointer / member pointer at `place` (callee "")
  bool is_initialisation = false;  ///< Assign: the place had no value before
  bool is_discarded = false;       ///< Call, Construct: the result is a temporary that nothing uses
  bool is_increment = false;       ///< Access ReadWrite: `++`, `--`, `+=`, `-=`
  unsigned nest = 0;               ///< the innermost of Function::nests around it, counted from one; 0 for none
};

/// What a block's last condition tested, so that `if (!m.try_lock()) return;` can be followed.
struct Condition {
  unsigned event = 0;  ///< the call (or access) whose result is tested
  bool negated = false;
  bool compared = false;  ///< in a way that does not ask for one value: `<`, with another variable, in a `switch`
  bool nonzero = false;   ///< with a constant other than zero: where it is another, it need not be zero
  std::optional<unsigned> beside = {};  ///< the other result that it is compared with
  std::string relation = {};  ///< to a constant: "==3", ">0"; "" if it is asked whether it is true, or nothing simple.
                              ///< Then `negated` and the order of the successors hold although it is `compared`
};

/// A basic block: events [first, last) of the function, then control goes to one of `successors`.
/// With a condition that is not `compared`, successors[0] is taken if it is true and successors[1] if false.
struct Block {
  unsigned first = 0;
  unsigned last = 0;
  std::vector<unsigned> successors = {};
  std::optional<Condition> condition = {};
};

/// A part of a body that has its own number of rounds, or its own threads: a loop that counts, the branch of a
/// comparison, a construct of OpenMP's.
struct Nest {
  enum class Kind : unsigned char {
    Loop,     ///< `index` counts from `lower` to `upper`
    Share,    ///< such a loop, whose rounds the threads of a team share
    Lanes,    ///< such a loop, several rounds of which are done at once
    Branch,   ///< runs only where `lower` is not negative
    Section,  ///< one thread of the team runs it
    Single,   ///< the same, and it stands alone
    Master,   ///< the first thread of the team runs it
    Task,     ///< runs later, perhaps on another thread
    Group,    ///< ends when the tasks in it have
  };
  struct Dependence {
    Place place = {};
    bool writes = false;
  };
  Kind kind = Kind::Loop;
  unsigned parent = 0;  ///< the nest around it, counted from one; 0 for none
  Location where = {};
  std::string index = {};  ///< as in Step::field: `%i@7`
  std::string lower = {};  ///< sums as in Step::field; "" if unknown
  std::string upper = {};  ///< inclusive
  unsigned step = 1;
  bool counts_down = false;              ///< it starts at `upper`
  unsigned distance = 0;                 ///< Lanes: rounds that are done at once are less than this apart (0: any)
  bool is_static = false;                ///< Share: which thread gets which round depends on nothing but their number
  std::vector<Dependence> depends = {};  ///< Task
};

struct Variable {
  std::string name;
  std::string type;
  Location where = {};
  bool is_reference = false;
  std::vector<Annotation> annotations = {};  ///< of a parameter
  unsigned nest = 0;                         ///< of a local: as Event::nest; each round has one of its own
};

enum class Visibility : unsigned char { Public, Protected, Private, None };

/// Declared thread-safety of a function (Clang's attributes), as places relative to This and Param.
struct LockAttributes {
  std::vector<Place> requires_held = {};
  std::vector<Place> requires_shared = {};
  std::vector<Place> acquires = {};  ///< an empty place list with `acquires_this`: the capability is *this
  std::vector<Place> releases = {};
  std::vector<Place> excludes = {};
  bool acquires_this = false;
  bool acquires_shared = false;
  bool releases_this = false;
  bool asserts_held = false;
  bool not_analysed = false;        ///< no_thread_safety_analysis
  bool acquires_if_true = false;    ///< try_acquire: held only if the result is true
  std::vector<Place> asserts = {};  ///< assert_capability: held after the call, whoever took it
};

/// A function, member function, or closure body. Functions that are only called have no body (blocks is empty).
struct Function {
  std::string key;
  std::string name;  ///< qualified, without inline namespaces and template arguments: "std::thread::join"
  Location where = {};
  std::string record = {};  ///< key of the class it is a member of ("" if none)
  std::string result = {};  ///< key of the result type
  std::vector<Variable> params = {};
  std::vector<Variable> locals = {};
  std::vector<Event> events = {};
  std::vector<Block> blocks = {};  ///< blocks[entry] is where it starts; exit has no successors
  std::vector<Nest> nests = {};
  unsigned entry = 0;
  std::vector<std::string> overrides = {};  ///< keys of the virtual functions it overrides (directly)
  std::vector<Annotation> annotations = {};
  LockAttributes locks = {};
  Visibility visibility = Visibility::None;
  bool is_constructor = false;
  bool is_destructor = false;
  bool is_assignment = false;  ///< copy or move assignment
  bool is_const = false;
  bool consumes_object = false;  ///< declared with `&&` or as consuming (Clang's typestate): the object is spent
  bool is_static = false;
  bool is_virtual = false;
  bool is_closure_body = false;
  bool is_coroutine = false;
  bool is_system = false;  ///< declared in a system header
  bool is_defaulted = false;
  bool is_noreturn = false;
  /// Some unit has another body for the key: the units make up several programs, or one source was compiled in several
  /// ways, and which body a caller gets cannot be told.
  bool is_ambiguous = false;
  bool has_hidden_parts = false;  ///< atomic and other built-ins that write, or assembler: they leave no events
  bool is_region = false;         ///< not a function: a region of OpenMP's, which all threads of a team run
  bool is_initialiser = false;    ///< not a function: the initialisation of the global in its key, before `main`

  bool has_body() const { return !blocks.empty(); }
  /// Do constructs of OpenMP's stand in it? Then where in it a thread is makes a difference.
  bool has_constructs() const {
    return is_region || std::any_of(nests.begin(), nests.end(), [](const Nest& nest) {
             return nest.kind != Nest::Kind::Loop && nest.kind != Nest::Kind::Branch;
           });
  }
};

}  // namespace ferrule
