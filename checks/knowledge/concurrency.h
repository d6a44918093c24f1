// What library functions and classes mean for concurrency: thread starts, joins, locks, guards, synchronisation.
#pragma once

#include "checks/knowledge/types.h"
#include "checks/model/function.h"
#include "checks/model/type.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ferrule {

/// What a call does. The names are those of `data/concurrency.json`; each is explained in docs/knowledge.md.
enum class Does : unsigned char {
  Nothing,
  Start,
  Scope,
  CallParallel,
  Send,
  Join,
  Detach,
  TestJoinable,
  Lock,
  Unlock,
  TryLock,
  LockAll,
  GuardLock,
  GuardTryLock,
  GuardUnlock,
  GuardTest,
  GuardRelease,
  GuardMutex,
  GuardSwap,
  GuardAssign,
  MakeGuard,
  WithLock,
  View,
  Once,
  Wait,
  AcquireSync,
  TrySync,
  SetCount,
  SetKind,
  ReleaseSync,
  Sync,
  ShareSync,
  Atomic,
  Make,
  Allocate,
  Address,
  Deref,
  SelfPointer,
  Read,
  Fence,
  InvokeReceiver,
  Invoke,
  Bind,
  Later,
  Insert,
  Emplace,
  Remove,
  Link,
  Clear,
  ThreadOwn,
  UseState,
  OwnNumber,
  Access,
};

struct FunctionKnowledge {
  static constexpr unsigned first_callable = ~0u;  ///< as `callable`: the first argument that can be called

  Does does = Does::Nothing;
  std::optional<unsigned> on = {};  ///< argument that stands where the receiver would
  unsigned callable = 0;            ///< index of the callable argument; those after it are passed to it
  unsigned message = 0;
  enum class Handle : unsigned char { None, This, Receiver, Result, Argument } handle = Handle::None;
  unsigned handle_argument = 0;
  std::string runs = {};                   ///< Start: the virtual member function of its object that the thread runs
  std::string skip = {};                   ///< type whose argument before the callable does not count
  std::vector<std::string> only_for = {};  ///< says nothing of calls whose first argument is of another class
  std::string sink = {};                   ///< name for people, if not the function's
  std::string state = {};                  ///< UseState: what the library keeps between calls, for people
  std::vector<unsigned> reads = {};        ///< Access: arguments that point to what it reads
  std::vector<unsigned> writes = {};       ///< Access: and to what it writes; the others it does not follow
  /// Access: from this argument on, each that points leads to what it reads or writes.
  std::optional<unsigned> reads_rest = {};
  std::optional<unsigned> writes_rest = {};
  bool shared = false;
  bool zero_is_success = false;
  bool joins_on_destroy = false;
  bool interrupts = false;  ///< runs what it starts within a thread, as a signal handler does
  bool is_static = false;   ///< what it takes must not borrow from the caller's frame, joined or not
  bool checked = false;     ///< the function's own constraints refuse types that are known not to be Send
};

enum class Is : unsigned char {
  Other,
  Lock,
  Guard,
  Handle,
  Atomic,
  Synchronized,
  Pointer,
  Callable,
  Container,
  Exclusive,  ///< data behind a library's functions: each that takes a pointer to it changes it
};

struct ClassKnowledge {
  Is is = Is::Other;  ///< Other: data like any other, but for the flags
  bool shared = false;
  bool joins_on_destroy = false;
  bool blocks_holder = false;  ///< a lock whose holder waits for ever when it locks again
  bool is_view = false;        ///< only points to what it was made from, and owns nothing
  bool is_sole_owner = false;  ///< a pointer whose object nobody else owns
  bool elements_stay = false;  ///< a container whose elements stay where they are when others come and go
  bool holds_inside = false;   ///< a pointer to an object that it contains itself, as `std::optional`
  bool names_element = false;  ///< its first template argument is what a container that uses it contains: an allocator
  bool is_placeholder =
      false;  ///< stands for an argument of the call of what `bind` makes; its template argument says which
};

/// May two threads race for an object of the class? Locks, atomics and the like are made for several.
inline bool is_data(const ClassKnowledge* known) {
  return !known || known->is == Is::Other || known->is == Is::Pointer || known->is == Is::Callable ||
         known->is == Is::Container || known->is == Is::Exclusive;
}

/// The words for what a function does and what a class is.
std::span<const std::string_view> words_for_does();
std::span<const std::string_view> words_for_is();

/// Immutable after construction; safe to share.
class Concurrency {
 public:
  /// The built-in knowledge. Throws std::runtime_error with one sentence if it is damaged (a build error).
  static const Concurrency& built_in();

  /// Null if nothing is known. Names as in Function::name and Record::name.
  const FunctionKnowledge* function(std::string_view name) const;
  /// The same for a call of `callee`: a function of the program's own may have a name of the C library's, as `read`.
  const FunctionKnowledge* of_call(const Function& callee) const;
  const ClassKnowledge* record(std::string_view name) const;

  /// Does an object of the class only point to what it was made from? Besides those that are known for it, a library's
  /// iterators do. False for null, as the next.
  bool is_view(const Record* record) const;
  bool is_sole_owner(const Record* record) const;

  /// What libraries keep to themselves between calls, each as a global that no unit declares: its key is the `state`.
  std::vector<Global> hidden_state() const;

  /// Reads one document and adds to what is known; of two entries for one name the later wins. Throws
  /// std::runtime_error that says where it is wrong.
  void read(std::string_view json);

  /// Classes of these rules that several threads may change at once, and that nothing else is known of.
  void read_shared_types(std::span<const knowledge::TypeRule> rules);

 private:
  std::unordered_map<std::string, FunctionKnowledge> functions_;
  std::unordered_map<std::string, ClassKnowledge> classes_;
};

}  // namespace ferrule
