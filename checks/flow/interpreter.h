// Runs one function's events over the abstract state: a forward dataflow to a fixed point, then one pass that collects.
#pragma once

#include "checks/flow/engine.h"
#include "checks/flow/frame.h"
#include "checks/flow/split_update.h"
#include "checks/program/flow_graph.h"

#include <optional>
#include <tuple>

namespace ferrule {

/// Of two sums (Step::field): is `a` below `b`, whatever their variables hold?
bool surely_below(const std::string& a, const std::string& b);

class Interpreter {
 public:
  Interpreter(Flow::Engine& engine, const Function& function, FunctionFlow& into);
  void run();

 private:
  /// A callable with all that is needed to run its body here.
  struct Target {
    const Function* body = nullptr;
    Cursor self = {};
    std::vector<Cursor> params = {};
  };

  /// What is joined where a test of an object's state leads, and which test that is.
  struct OptionalJoins {
    const Event* tested = nullptr;
    std::set<PlaceId> joined = {};
  };

  // interpreter.cpp: the dataflow and the simple events
  void assume(const Place& lock, bool shared, State& entry);
  void solve();
  State edge_state(const Block& block, std::size_t successor, const State& out);
  void apply_condition(const Condition& condition, bool taken, State& state);
  std::optional<unsigned> result_tested(unsigned event, const State& state);
  void learn(const Condition& condition, bool answer, State& state);
  void note_returned_tells(const Event& event);

  // conditions.cpp: tests of plain variables, and locks that are held as they come out
  /// A callee's lock that depends on tests, in the caller's terms: `holds` if it is known how they come out.
  struct HeldHere {
    HeldIf held = {};
    std::optional<bool> holds = {};
  };
  struct ConditionsHere {
    std::map<PlaceId, HeldHere> held = {};
    std::set<PlaceId> not_released = {};
    std::map<PlaceId, bool> tests = {};
    std::map<PlaceId, long long> numbers = {};
  };
  PlaceId test_of(PlaceId place, std::string_view relation, bool at_entry = false);
  std::optional<bool> known_outcome(const State& state, PlaceId test) const;
  bool is_private(PlaceId place);
  bool is_as_at_entry(const State& state, PlaceId place) const;
  void learn_outcome(const Condition& condition, bool taken, State& state);
  void note_outcome(State& state, PlaceId test, bool outcome) const;
  void settle_outcomes(State& state, const Outcomes& outcomes, bool hold) const;
  void note_number(PlaceId place, const Value& value);
  void set_number(PlaceId place, long long number);
  void forget_tests(PlaceId place);
  void forget_arguments(const Event& event);
  bool is_exported_test(PlaceId test) const;
  Outcomes exported(const Outcomes& outcomes) const;
  void export_conditions(const State& exit, Summary& summary) const;
  std::optional<long long> constant_argument(PlaceId param, const Function& callee) const;
  std::optional<bool> map_outcomes(const Outcomes& from, const Summary& summary, Frame& frame, const Function& callee,
                                   Outcomes& here);
  ConditionsHere map_conditions(const Summary& summary, Frame& frame, const Function& callee);
  std::set<PlaceId> apply_conditions(const ConditionsHere& here);
  bool acquire_if(PlaceId lock, const HeldHere& here);
  struct CalledBack {
    std::set<PlaceId> released = {};
    Locks acquired = {};
  };
  CalledBack called_back(const Summary& summary, Frame& frame);
  void apply_called_back(const CalledBack& locks);
  void event(unsigned index);
  void access(const Event& event);
  void assign(const Event& event);
  void construct(unsigned index);
  void destroy(unsigned index);
  void returns(const Event& event);
  void collect();
  void summarise(const State& exit);
  void unpack_passed();
  Accessed for_callers(Accessed accessed) const;
  void export_accesses(Summary& summary);
  void export_acquisitions(Summary& summary) const;
  void export_started(const State& exit, Summary& summary);
  void name_what_is_kept(const State& exit);
  void mark_order();
  PlaceId cleared(PlaceId flag) const;
  void publish_by(unsigned index, PlaceId flag, const Value* stored);
  void mark_moved(unsigned index);
  bool is_exported(PlaceId place) const;
  std::optional<Abstract> exported(Abstract value) const;
  bool is_sole_owner(const Place& pointer) const;
  void destroy_pointee(unsigned index, PlaceId pointer);
  bool is_given_away(PlaceId temporary) const;

  // joins.cpp: the ends of threads
  void find_loops();
  void join_in_loop(unsigned block, State& state);
  const Event* tested_by(const Block& block) const;
  bool asks_about(const Event& tested, PlaceId handle);
  void find_optional_joins();
  void note_optional_join(unsigned block);
  void nest_optional_joins();
  bool finds_optional_joins() const;
  bool waits_for_member(const Event& event, const Summary& summary, PlaceId member) const;
  bool base_joins() const;
  void end(PlaceId handle, const Event* by = nullptr);
  bool has_element(PlaceId at) const;
  void copy_handle(PlaceId from, PlaceId to);
  void note_joiner(Started& started, PlaceId at, const Abstract& stored);
  bool is_lost(PlaceId handle) const;
  bool leaves_out(const Event& join, const Started& started) const;
  void end_if(const std::function<bool(const Started&)>& ends);
  void after_wait(PlaceId waited);
  void note_condition_wait(const Event& event, PlaceId condition);
  void note_answer_wait(PlaceId future, const Location& where);
  void note_conditions_told();

  // calls.cpp, opaque.cpp: what a call does
  void call(unsigned index);
  /// Whether `known` holds for this call, by what its first argument is.
  bool applies(const FunctionKnowledge& known, const Event& event) const;
  /// The index of the argument that `known` says is called; the number of arguments if there is none.
  unsigned callable_of(const FunctionKnowledge& known, const Event& event);
  const Function* run_of_object(const FunctionKnowledge& known, const Function& callee, const Event& event) const;
  void known_call(unsigned index, const FunctionKnowledge& known, const Function& callee);
  PlaceId lock_among(const std::vector<Value>& arguments);
  bool known_lock(unsigned index, const FunctionKnowledge& known, PlaceId on);
  bool known_thread(unsigned index, const FunctionKnowledge& known, PlaceId on);
  bool known_sync(unsigned index, const FunctionKnowledge& known, PlaceId on);
  void known_value(unsigned index, const FunctionKnowledge& known, PlaceId on);
  void known_construct(unsigned index, const Function& callee, PlaceId made);
  PlaceId mapped_value(PlaceId element, const Record& map);
  PlaceId union_of(PlaceId place) const;
  void read_copied(const Value& argument);
  void store_insert(unsigned index, PlaceId container);
  void emplace(unsigned index, PlaceId made, std::string_view type, const std::vector<Value>& args);
  const Function* constructor_for(const Record& record, const std::vector<Value>& args) const;
  void opaque_call(unsigned index, const Function& callee);
  void opaque_args(unsigned index, const Function& callee);
  PlaceId used_behind(const Function& callee, std::size_t number, const Abstract& value);
  void access_arguments(unsigned index, const FunctionKnowledge& known);
  void assume_reads(unsigned index, const Function& callee, const Summary* summary);
  void atomic_call(unsigned index, const Function& callee, PlaceId on);
  void call_body(unsigned index, const Function& callee, PlaceId result);
  std::vector<const Function*> dispatched(unsigned index, const Function& callee) const;
  void call_virtual(unsigned index, const Function& callee);
  template <class Items, class Run>
  void one_of(const Items& items, Run run);
  void invoke_by_heap(unsigned index);
  void run_here(unsigned index, const Target& target);
  Target target_of(const calls::Callee& callee, const Event& event);
  void make_guard(unsigned index, PlaceId guard, const std::vector<PlaceId>& locks, bool shared);
  void acquire_together(const std::vector<PlaceId>& locks, bool shared, bool waits = true);
  void construct_guard(const std::vector<Value>& args, PlaceId made, bool shared);
  std::vector<PlaceId> locks_of_guard(PlaceId guard);
  bool guard_is_shared(PlaceId guard, bool otherwise) const;
  std::vector<PlaceId> set_guard(PlaceId guard, bool owns);
  void swap_guards(PlaceId a, PlaceId b);
  void end_guards_in(PlaceId object);
  void end_guards_owned_by(PlaceId pointer, const Record* record);
  void note_owned(PlaceId callees_lock, Frame& frame, bool owns);
  void view_of(unsigned index, PlaceId viewed);

  // own_locks.cpp: locks of the program's own
  void flag_call(unsigned index, const Function& callee, PlaceId on);
  bool looks_like_lock(const Record& record) const;
  bool asserts_own_lock() const;
  using LockClass = Flow::Engine::LockClass;
  /// The locks that locking an object comes to: always, or as a test comes out.
  struct LocksBehind {
    Locks always = {};
    std::map<PlaceId, HeldHere> at_times = {};
  };
  bool may_claim(const Event& event, unsigned depth) const;
  bool may_claim(const Function& function, unsigned depth) const;
  bool looks_before_it_announces(const Function& function) const;
  LockClass lock_class(const Record& record);
  LockClass judged_by_bodies(const Record& record, bool& is_final);
  const Function* lock_method(const Record& record, bool shared, unsigned depth) const;
  LocksBehind locks_behind(PlaceId lock, std::string_view type, bool shared);
  void user_lock_call(unsigned index, const Function& callee, PlaceId on, bool& done);

  // starts.cpp: callables and crossings
  std::optional<Target> target(const Abstract& callable, const std::vector<Abstract>& args, bool copied,
                               unsigned depth = 0);
  const Function* call_operator_of(PlaceId object, const Abstract& callable) const;
  void defer(PlaceId callable, std::vector<Abstract> args, Locks held, const Location& where);
  void invoke(unsigned index, const Abstract& callable, const std::vector<Abstract>& args);
  static std::optional<Accessed> mapped(const Accessed& from, Frame& frame);
  std::vector<Abstract> mapped_all(const std::vector<Abstract>& values, Frame& frame);
  std::vector<Abstract> exported_all(std::vector<Abstract> values) const;
  bool adds_context() const;
  bool stays_the_same(const Accessed& from, Frame& frame) const;
  void import(const Summary& summary, const Function& callee, Frame& frame, const Location* where);
  void import_state(const Summary& summary, Frame& frame, PlaceId result, const Function& callee);
  void import_started(const Started& from, const Function& callee, Frame& frame, unsigned index, unsigned which);
  void limit_to_handler(Started& started) const;
  bool is_signal_safe(PlaceId place) const;
  void start(unsigned index, const FunctionKnowledge& known, PlaceId handle, std::string_view sink,
             bool joins_on_destroy, std::vector<Abstract> args, unsigned first);
  Abstract carried_function(const Abstract& callable) const;
  void start_body(Started& started, const Abstract& callable, const std::vector<Abstract>& args, unsigned depth = 0);
  void start_by_heap(Started& started, const Abstract& callable);
  void start_target(Started& started, const Target& target, const Abstract& callable, const std::vector<Abstract>& args,
                    unsigned depth);
  void hand_to_executors(unsigned index, const Summary& summary, const Function& callee, Frame& frame);
  void add_references(Started& started, const Abstract& value, const Location* where, const std::string& name);
  void add_items(Started& started, const Abstract& callable, const std::vector<Abstract>& args, const Location& where);
  bool owns(const std::string& type_key) const;
  bool is_same_start(const Started& a, const Started& b) const;
  bool is_isolated(const Abstract& value) const;
  unsigned begin(unsigned index, unsigned which, Started started);
  SharedPlaces named_outside(const SharedPlaces& numbers);
  std::vector<Accessed> thread_accesses(const Summary& summary, const Function& body, Frame& frame,
                                        const Location* where);

  // shared helpers
  Follower follower() { return {places_, state_, results_, is_reference_}; }
  PlaceId resolve(PlaceId place) { return follower().resolve(place); }
  Abstract abstract(const Value& value);
  std::vector<Abstract> abstract_all(const std::vector<Value>& values);
  PlaceId result_place(unsigned index) { return places_.root(Root::Result, index); }
  void record(PlaceId place, bool write, const Location& where, bool atomic = false, bool increment = false,
              bool assumed = false);
  void record_imported(Accessed accessed);
  void disbelieve_assumed(PlaceId taken, Shared<Locks>& held) const;
  void note_perhaps_held(Accessed& accessed) const;
  void add_held(Shared<Locks>& locks, const SharedPlaces& released);
  void touch_now(Touch& touch);
  void store(PlaceId place, Abstract value);
  void relocate(PlaceId from, PlaceId to);
  void renew(PlaceId root);
  void acquire(PlaceId lock, bool shared, bool waits = true);
  void note_waits_holding(HeldWait::For what, const Location& where, const Started* thread);
  void note_join_holding(PlaceId handle, const std::set<PlaceId>& released, const Location& where);
  void note_escape(const Event& event, const Abstract& value);

  // outlived.cpp: what a guard leads to, when the guard is gone
  PlaceId object_of_guard(PlaceId guard);
  void end_of_guard(const Event& event, PlaceId guard);
  void note_outlived(PlaceId place, const Location& where);
  void note_returned_from(const Event& event, const Abstract& value);

  void hand_over(unsigned index, PlaceId into, const Abstract& callable);
  bool can_wait_for(unsigned index) const;
  bool is_collected(unsigned index) const;
  void note_stored_callable(PlaceId place, const Abstract& value);

  // once.cpp: what runs once, before anybody gets past it
  struct Initialiser {
    unsigned guard;  ///< the block that asks whether it has to run
    unsigned first;  ///< its events
    unsigned last;
    PlaceId made;
  };
  void find_static_initialisers();
  void pass_initialiser(unsigned block, State& state) const;
  void run_once(unsigned index, PlaceId flag, const Abstract& callable, const std::vector<Abstract>& args);
  void note_once(Accessed& accessed) const;

  // elements.cpp: which element of a container is meant
  const std::string* element_named(const Place& place) const;
  const std::string* named_element(PlaceId place);
  const Place* text_of(PlaceId place);
  bool is_advanced(const Place& iterator) const;
  void note_removal(const Event& event);
  void note_locked_element(PlaceId lock);
  void keep_to_element(Accessed& accessed);

  void record_published(const Accessed& accessed);
  bool is_sole_by_count(PlaceId place) const;
  void publish(PlaceId place, const Abstract& value);
  void record_late_initialisation(PlaceId place, const Location& where);

  // moved.cpp: variables whose value went elsewhere
  bool is_tracked(PlaceId place) const;
  bool is_spent_by_move(const Record* record, unsigned depth = 0) const;
  bool takes_argument(const Function* callee, std::size_t argument) const;
  PlaceId moved_part(PlaceId place) const;
  void mark_sent(const Abstract& value, const Started& started);
  void mark_taken(unsigned index);
  void check_sent(unsigned index);
  void use_sent(PlaceId moved, const Location& where);
  void renew_sent(PlaceId place);

  void release(PlaceId lock);
  void unlock(PlaceId lock);
  void release_guard(PlaceId guard);
  void check_dangling(PlaceId ending, const Location* where);
  bool points_to(const std::string& type_key) const;
  bool is_concurrency_object(PlaceId place, const std::string& type_key) const;

  Flow::Engine& engine_;
  const Program& program_;
  PlaceTable& places_;
  const Function& function_;
  const FlowGraph graph_;
  const bool has_constructs_;  ///< of OpenMP's
  bool meets_itself_ = false;  ///< tasks or lanes of its own run beside it
  FunctionFlow& into_;

  State state_;
  std::vector<State> at_entry_;                       // per block
  std::vector<Abstract> results_;                     // per event
  std::vector<bool> is_reference_;                    // per event: the result is a reference
  std::vector<std::optional<Tentative>> tentative_;   // per event
  std::vector<std::optional<PlaceId>> tests_handle_;  // per event: joinable()
  std::vector<Tells> tells_;                          // per event
  std::vector<std::vector<unsigned>> loop_joins_;     // per block that heads a loop: events in it that join
  std::map<unsigned, OptionalJoins> optional_joins_;  // per block that a test of an object leads to
  std::map<std::pair<unsigned, unsigned>, unsigned> started_at_;
  std::vector<std::pair<unsigned, PlaceId>> releases_sync_;  // (event, object), collected
  std::vector<std::pair<unsigned, PlaceId>> acquires_;       // (event, lock), collected
  std::map<unsigned, SplitUpdate> splits_;                   // per store that completes one
  std::set<PlaceId> assumed_;
  std::set<PlaceId> counted_;                                 // shared pointers whose owners were counted
  std::set<PlaceId> sole_;                                    // and then ordered by a fence
  std::set<PlaceId> removed_;                                 // containers that elements were taken from
  std::map<PlaceId, std::set<std::string>> locked_elements_;  // lock of an element → which elements' it is
  std::set<PlaceId> waits_;
  std::set<PlaceId> returned_from_;
  std::vector<std::pair<unsigned, Passed>> passed_on_;  // (event of the call, access)
  std::vector<Acquisition> acquisitions_;
  std::vector<Deferred> deferred_;
  unsigned nested_callables_ = 0;  ///< that are imported at hand, one called by the other
  std::set<std::tuple<PlaceId, std::vector<PlaceId>, Locks>> deferred_at_;
  std::vector<Store> inserts_;
  std::vector<Initialiser> initialisers_;  ///< of static locals
  std::vector<PlaceId> inside_once_;       ///< flags of what runs once at hand
  std::optional<Abstract> returned_;
  bool returned_differ_ = false;
  std::optional<std::set<std::pair<Root, unsigned>>> referred_to_;  // variables whose address is taken
  bool always_locks_ = true;                                        // every way out of it holds some lock
  std::optional<Tentative> returned_try_;
  Tells returned_tells_;
  Accessed last_;  // whose sets the next access probably shares
  Touch last_touch_;
  Repeats repeats_;
  unsigned now_ = 0;
  bool collecting_ = false;
};

template <class Items, class Run>
void Interpreter::one_of(const Items& items, Run run) {
  if (items.empty()) return;
  const State before = items.size() > 1 ? state_ : State();
  State after;
  for (const auto& item : items) {
    if (&item != &items.front()) state_ = before;
    run(item);
    after.join(state_);
  }
  state_ = std::move(after);
}

}  // namespace ferrule
