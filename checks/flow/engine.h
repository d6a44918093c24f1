// Summaries of all functions, made on demand, and what the races and rules read off them.
#pragma once

#include "checks/flow/call_order.h"
#include "checks/flow/flow.h"
#include "checks/flow/summary.h"
#include "checks/heap/heap.h"
#include "checks/knowledge/concurrency.h"
#include "checks/model/incompleteness.h"

#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ferrule {

/// An access as the function (or a callee, then `accessed.hops` is not empty) makes it, with the threads that may run.
struct Touch {
  Accessed accessed;
  Shared<std::set<unsigned>> live = {};
  Shared<std::set<std::pair<unsigned, PlaceId>>> stale = {};
  SharedPlaces unlocked = {};  ///< locks that were given up explicitly before it and are taken again after it
  SharedPlaces asserted = {};  ///< locks that the function says its caller holds
  unsigned event = 0;
  bool before_start = false;  ///< a crossing of this function starts later, and none runs yet
};

/// What holds right before an event.
struct Moment {
  bool reached = false;
  Shared<Locks> held = {};
  SharedPlaces released = {};            ///< locks given up since entry
  Shared<std::set<unsigned>> live = {};  ///< crossings that may be running
  SharedPlaces joined = {};              ///< thread handles certainly joined since entry
  SharedPlaces awaited = {};             ///< semaphores, flags, … certainly waited for since entry
};

/// An event by which other threads may know how far this one has come, by itself or in what it calls.
struct Signal {
  enum class Kind : unsigned char {
    Lock,         ///< a lock is taken, so it is given up later
    PerhapsLock,  ///< the same on some ways only
    Release,      ///< a semaphore, flag, latch, … is set
  } kind = Kind::Lock;
  unsigned event = 0;
  PlaceId object = no_place;
};

/// A call of a function whose body is known.
struct CallSite {
  const Function* callee = nullptr;
  PlaceId receiver = no_place;      ///< no_place: no receiver, or unknown
  std::vector<PlaceId> given = {};  ///< without a receiver: what its reference and pointer arguments refer to
  bool has_receiver = false;
  bool on_new_thread = false;  ///< the body of a crossing
  const Location* where = nullptr;
  Shared<std::set<unsigned>> live = {};
  Shared<Locks> held = {};
  SharedPlaces synced = {};  ///< semaphores, flags, … certainly waited for since entry
  bool once = false;         ///< at most one call of many runs the body
};

/// Two crossings that may run at once; `first == second` for one that repeats.
struct Together {
  unsigned first = 0;
  unsigned second = 0;
  Shared<std::set<std::pair<unsigned, PlaceId>>> stale = {};
};

/// A crossing refers to something whose life ends while it may still run.
struct Dangling {
  unsigned started = 0;
  Reference reference = {};
  const Location* ends = nullptr;  ///< where the life ends; null: at the end of the function
};

/// A variable is used after its value was moved to another thread, or (without `sink`) to another variable.
struct SentUse {
  std::string name = {};
  const Location* sent = nullptr;
  const Location* used = nullptr;
  std::string sink = {};
  bool always = false;  ///< on every way to the use
};

/// A lock is held while the function waits for something that may need it, or suspends.
struct HeldWait {
  enum class For : unsigned char { Resumption, Thread } what = For::Resumption;
  PlaceId lock = no_place;
  const Location* where = nullptr;
  const Location* started = nullptr;  ///< For::Thread: where the thread that takes the lock starts
};

/// A condition is waited for while other locks than its own are held.
struct ConditionWait {
  PlaceId condition = no_place;
  std::set<PlaceId> locks = {};
  const Location* where = nullptr;
  bool is_answer = false;  ///< the condition is a promise, which its future waits for
};

/// Who waits for the condition is told, by a function that takes these locks before it does, or holds them then.
struct ConditionTold {
  PlaceId condition = no_place;
  std::set<PlaceId> locks = {};
  const Location* where = nullptr;
};

/// A lock is held while a thread is joined that some other function started.
struct HeldJoin {
  PlaceId lock = no_place;
  PlaceId handle = no_place;
  const Location* where = nullptr;
};

/// A reference, pointer or view into a place is returned while a guard of this function's own holds a lock.
struct Escape {
  PlaceId place = no_place;
  PlaceId lock = no_place;
  const Location* where = nullptr;
};

/// What a guard leads to is used, or returned by reference, when the guard is gone.
struct Outlived {
  PlaceId lock = no_place;
  const Location* where = nullptr;
  bool is_returned = false;
};

/// A callable that the program stores in a member, with the locks that it takes, if they are its object's own.
struct StoredCallable {
  const Function* body = nullptr;
  std::set<PlaceId> own_locks = {};  ///< as that object's member functions name them
  auto operator<=>(const StoredCallable&) const = default;
};

struct FunctionFlow {
  const Function* function = nullptr;
  Summary summary = {};
  std::vector<Touch> touches = {};
  std::vector<Moment> moments = {};  ///< by event
  std::vector<Signal> signals = {};
  std::set<PlaceId> once_flags = {};  ///< of `call_once`: what is done under one comes before what gets past it
  std::vector<Started> started = {};
  std::vector<CallSite> sites = {};
  std::vector<Together> together = {};
  std::vector<Dangling> dangling = {};
  std::vector<Acquisition> acquisitions = {};  ///< its own and its callees'
  std::vector<SentUse> sent_uses = {};
  std::vector<HeldWait> held_waits = {};
  std::vector<HeldJoin> held_joins = {};
  std::vector<ConditionWait> condition_waits = {};
  std::vector<ConditionTold> conditions_told = {};
  std::vector<Escape> escapes = {};
  std::vector<Outlived> outlived = {};
  std::set<const std::string*> filled_fields = {};  ///< their keys: it puts something there, or into what they hold
  std::set<unsigned> live_at_exit = {};
};

struct Race;
struct RaceContext;

struct Flow::Engine {
  Engine(const Program& of, const Concurrency& knowledge);

  const Program& program;
  const Concurrency& known;
  const heap::Heap heap;
  mutable PlaceTable places;

  /// Keys of fields whose elements a thread calls: who puts a callable there has sent it to that thread.
  std::set<std::string> executed_fields;
  /// Those of them that several threads take from.
  std::set<std::string> pooled_fields;
  std::map<std::string, std::set<StoredCallable>> stored_callables;  ///< by the key of the member
  std::unordered_map<const Function*, std::unique_ptr<FunctionFlow>> flows;
  /// Keys of the atomic fields and globals that the program uses as locks: claimed on a condition, and given back.
  std::set<std::string> flag_locks;
  std::map<std::string, bool> full_semaphores;       ///< by the same key: whether it starts with one
  std::set<std::string, std::less<>> tested_fields;  ///< keys of the fields that some branch asks about
  std::set<std::string> configured_locks;            ///< "": one that has no such name
  /// What a class with lock() and unlock() of the program's own is: a lock by its name, because its bodies are not
  /// there or are a lock's own making; known by the locks that its bodies take; or none, as its bodies keep nobody out.
  enum class LockClass : unsigned char { ByName, ByBodies, Fake };
  std::unordered_map<const Record*, LockClass> lock_classes;
  std::set<const Function*> called;  ///< that some other function's text calls
  /// Functions whose address is taken: anybody may call them.
  std::set<const Function*> address_taken;
  bool has_constructs = false;  ///< of OpenMP's, in some body: then indices tell threads apart
  std::vector<Crossing> crossings;
  std::set<Incompleteness> incomplete;  ///< of this engine; the heap has its own
  mutable std::unordered_map<const Function*, std::vector<TracedAccess>> traced;
  mutable std::shared_ptr<const RaceContext> race_context;  ///< once asked for
  mutable std::shared_ptr<const std::vector<Race>> races;   ///< once asked for

  /// The field of the program's own that `place` ends with, if it does: those of `std::pair` say nothing.
  const Field* own_field(PlaceId place) const;

  /// The flow of a function with a body; made on first use. Null without a body.
  /// Of a function whose own analysis is under way, what is known of it so far.
  const FunctionFlow* flow(const Function& function);
  /// The same without making one: null if nobody has asked for it yet.
  const FunctionFlow* known_flow(const Function& function) const {
    const auto found = flows.find(&function);
    return found == flows.end() ? nullptr : found->second.get();
  }
  void note_incomplete(const Function& function, std::string what);
  /// What the heap says that an event may run, and how: functions with bodies, sorted by key.
  /// None of them if there are more than `most_callees`, and that is noted: a table of a hundred commands makes all
  /// functions call one another, and what all of them may do says little about what one call does.
  std::vector<const calls::Callee*> callees(const Function& function, unsigned event, calls::CallKind kind);

  /// A copy for summaries to refer to, with the number of its effect.
  std::shared_ptr<const Accessed> numbered(const Accessed& accessed);
  /// The calls from the function whose summary has it to its text.
  Hops way(const Passed& passed) const;
  /// Is it of a recursive component that is being summarised, and not known to return so far?
  bool is_unsettled(const FunctionFlow& flow) const {
    return flow.summary.never_returns && settling_.contains(flow.function);
  }
  /// Is its summary not the last one yet?
  bool is_settling(const Function& function) const { return settling_.contains(&function); }
  /// Is this entity judged by knowledge alone: of a system header, or of the runtime?
  static bool is_opaque(const Function& function);
  bool is_flag_lock(PlaceId place) const;
  /// A semaphore that starts with more than nothing: whoever gets past it has not waited for anybody's work.
  /// True if it starts with one: then it is a lock. Nothing if it starts with nothing, as far as is known.
  std::optional<bool> full_semaphore(PlaceId place, const Function& function) const;
  /// A lock that was made with attributes of its own, such as being recursive.
  bool has_own_kind(PlaceId lock) const;
  const ClassKnowledge* class_of_type(std::string_view type_key) const;
  const ClassKnowledge* class_of(const Record& record) const { return known.record(record.name); }

  /// Keys of the fields of a lock class of the user's own that its member functions lock: `mu_` of `port::Mutex`.
  const std::vector<std::string>& wrapped_locks(const Record& wrapper) const;

  /// The places that bodies lock when an annotation names `lock`: the lock inside it, if its class is a wrapper.
  std::vector<PlaceId> named_lock(const Place& lock) const;

  /// The key of the field that holds what a map has for a key: `second` of the pair that is its element. "" for others.
  const std::string& mapped_field(const Record& map) const;

  /// All functions with bodies, in the order of their keys.
  std::vector<const FunctionFlow*> all() const;

 private:
  void note_taken_addresses(const Event& event);
  void analyse_all();
  static constexpr std::size_t most_callees = 24;
  std::vector<const calls::Callee*> callees(const Function& function, unsigned event) const;
  void order_by_heap();
  std::set<const Function*> putting_into_executed() const;
  void analyse_again(std::set<const Function*> changed);
  void settle(const Component& component);
  bool analyse(const Function& function);
  void find_executed_fields();
  void find_flag_locks();
  void find_settings();
  void list_crossings();
  bool is_joined_by_destructor(const Function& starter, PlaceId handle) const;

  mutable std::unordered_map<const Record*, std::vector<std::string>> wrapped_;
  mutable std::unordered_map<const Record*, std::string> mapped_;
  std::vector<const Function*> in_progress_;                              // innermost last
  std::set<std::shared_ptr<const Accessed>, ByEffect> effects_;           // of each effect the first that was numbered
  std::set<const Function*> settling_;                                    // the recursive component at hand
  std::unordered_map<const Function*, std::set<const Function*>> users_;  // those that asked for its summary
  std::vector<CallEdge> found_calls_;  // calls that their callers' text does not show, and that recur
};

}  // namespace ferrule
