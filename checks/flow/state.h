// What is known at one point of a function: locks, aliases, threads that may run. The facts of a forward dataflow.
#pragma once

#include "checks/program/places.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ferrule {

/// What an expression yields, with its place interned. Kinds as in Value; Fresh has become Address.
struct Abstract {
  Value::Kind kind = Value::Kind::Unknown;
  PlaceId place = no_place;
  const Function* function = nullptr;  ///< Kind::Function
  const std::string* type = nullptr;   ///< key, where known
  bool by_reference = false;  ///< Address, Move: a reference is bound to the place itself (no pointer was made)
  bool perhaps_null = false;  ///< Address: on some ways here it is a null pointer instead

  bool operator==(const Abstract& other) const {
    return kind == other.kind && place == other.place && function == other.function &&
           perhaps_null == other.perhaps_null;
  }
};

/// Atomics whose values a result rests on: each with the answer that says that it was set. Of a value that was loaded,
/// the other answer says that it was cleared.
enum class SaysSet : unsigned char { IfTrue, IfTrueElseCleared, Perhaps };
using Tells = std::map<PlaceId, SaysSet>;

/// Locks held, each with "only shared".
using Locks = std::map<PlaceId, bool>;

/// A lock that a call took if it answered true: try_lock, or testing a guard.
struct Tentative {
  std::vector<PlaceId> locks = {};
  bool shared = false;
  PlaceId guard = no_place;
  bool if_false = false;          ///< it was free before: the answer is what the flag was
  std::set<PlaceId> synced = {};  ///< waited for with success if it answered true
  bool operator==(const Tentative&) const = default;
};

struct Guard {
  std::vector<PlaceId> locks = {};
  bool shared = false;
  bool owns = true;
  bool guards_object = false;  ///< it leads to the object that it guards, as the runtime's do, and not to the lock
  bool operator==(const Guard&) const = default;
};

/// A variable whose value another thread or another variable owns by now.
struct Sent {
  const Location* where = nullptr;
  const std::string* sink = nullptr;  ///< null: it was moved, but stayed on this thread
  bool always = true;                 ///< on every way here
  bool into_temporary = false;        ///< which the facts then name as the variable's own value once more
  bool operator==(const Sent&) const = default;
};

/// Where others find an object, and the locks that were held when it was put there.
struct Published {
  PlaceId at = no_place;
  Locks held = {};
  bool operator==(const Published&) const = default;
};

/// A test of a variable, and how it came out. It is named as a part of what is tested: see Interpreter::test_of.
struct Outcome {
  PlaceId test = no_place;
  bool is_true = false;
  bool operator==(const Outcome&) const = default;
};

/// Outcomes that hold together or not at all, each of another test, in the order of the tests.
using Outcomes = std::vector<Outcome>;

/// A lock that is held exactly where the tests come out so.
struct HeldIf {
  Outcomes when = {};
  bool shared = false;
  bool operator==(const HeldIf&) const = default;
};

struct State {
  bool reached = false;
  Locks held = {};  ///< certainly taken since entry
  std::map<PlaceId, HeldIf> held_if = {};
  std::map<PlaceId, bool> tests = {};         ///< tests that came out so on every way here
  std::map<PlaceId, long long> numbers = {};  ///< variables and members that hold a constant
  std::set<std::string_view> rewritten = {};  ///< tested members that were perhaps written since entry, by their keys;
                                              ///< "" stands for what is behind references, and globals
  std::map<PlaceId, Outcomes> released_if = {};  ///< of `released`, those that were given up only if tests came out so
  std::set<PlaceId> released = {};               ///< perhaps given up although the caller may hold it
  std::set<PlaceId> retaken = {};                ///< given up, then taken again: giving it up once more leaves nothing
  std::set<PlaceId> unlocked = {};               ///< certainly given up by an explicit unlock, and not taken again
  std::set<PlaceId> perhaps = {};                ///< taken here on some way, and not given up since
  std::set<PlaceId> told = {};      ///< perhaps taken by a callee, whose result or argument tells, and not given up
  std::set<PlaceId> asserted = {};  ///< said to be held by the caller (AssertHeld)
  std::map<PlaceId, Guard> guards = {};  ///< by the place of the guard object
  std::map<PlaceId, Abstract> points = {};
  std::set<unsigned> live = {};  ///< crossings (index in FunctionFlow::started) that may be running
  std::set<std::pair<unsigned, PlaceId>> stale = {};  ///< (crossing, root): it runs on an earlier object of that name
  std::map<PlaceId, PlaceId> moved_into = {};  ///< variable → the closure or other object its value was moved into
  std::map<PlaceId, Sent> sent = {};
  std::map<PlaceId, Published> published = {};  ///< by object made here
  std::set<PlaceId> joined = {};                ///< thread handles certainly joined since entry
  std::set<PlaceId> zero = {};                  ///< numbers that a test has found to be zero
  std::set<PlaceId> acquired_sync = {};         ///< semaphores, flags, … certainly waited for since entry

  /// Meets `other`, the state of another way here. True if that changed anything.
  bool join(const State& other);
  void forget(PlaceId place, const PlaceTable& places);
  /// What tests have found of `place` and its parts does not hold any more.
  void forget_tests(PlaceId place, const PlaceTable& places);
  /// The same of what is `rewritten`, of whatever object.
  void forget_tests(const std::set<std::string_view>& written, const PlaceTable& places);
};

}  // namespace ferrule
