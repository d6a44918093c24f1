// Turns the events of all bodies into constraints, and solves them. Heap and calls grow together: what a pointer may be
// is called, and what the callee does changes what pointers may be. For the inside of checks/heap and checks/calls
// alone.
#pragma once

#include "checks/calls/edges.h"
#include "checks/heap/cells.h"
#include "checks/heap/incompleteness.h"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ferrule::heap {

using calls::CallKind;

/// For whom a copy of a body is analysed: for an origin (O2: Liu and others 2021), for one call of a function that
/// returns what it allocates (heap cloning), for one object of a class that keeps what it is given (Milanova and others
/// 2005).
struct Context {
  calls::OriginId origin = 0;
  unsigned site = 0;        ///< number of the call
  CellId object = no_node;  ///< that the function runs on
  unsigned depth = 0;       ///< how many sites and objects stand in each other
  bool operator==(const Context& other) const {
    return origin == other.origin && site == other.site && object == other.object;
  }
};

/// One body as it runs in a context: the nodes of its variables.
struct Instance {
  const Function* function = nullptr;
  unsigned number = 0;
  unsigned context = 0;   ///< number of the context
  NodeId self = no_node;  ///< points to the object that it runs on
  NodeId result = no_node;
  std::vector<NodeId> params = {};
  std::vector<NodeId> locals = {};
  std::vector<NodeId> results = {};  ///< by event; made when first asked for
};

/// Where a place is: in one cell, or wherever a node points to.
struct Where {
  NodeId node = no_node;
  bool is_cell = false;
};

/// What a call hands over: a value of the caller's, or nodes that a library function hands on.
struct Argument {
  const Value* value = nullptr;
  Instance* of = nullptr;
  NodeId content = no_node;  ///< holds what the argument holds
  NodeId address = no_node;  ///< points to where the argument is
  const Type* type = nullptr;
  std::optional<unsigned> number = {};  ///< of the event's arguments
};

/// A call that may run several functions, some of which are found late.
struct Site {
  Instance* in = nullptr;
  unsigned event = 0;
  CallKind kind = CallKind::Call;
  std::vector<Argument> arguments = {};
  NodeId result = no_node;        ///< gets what the callee returns; no_node if nobody asks
  std::set<CellId> tried = {};    ///< what has been looked at as a callable
  std::set<unsigned> bound = {};  ///< instances whose parameters are bound
  const Function* is_virtual = nullptr;
};

/// What one call may run, in terms of the graph.
struct Edge {
  const Function* callee = nullptr;
  CallKind kind = CallKind::Call;
  unsigned instance = 0;            ///< of the callee
  unsigned caller = 0;              ///< instance
  std::set<NodeId> receivers = {};  ///< nodes that point to the object it runs on
  std::set<CellId> receiver_cells = {};
  std::vector<std::optional<unsigned>> arguments = {};  ///< for each parameter, the event's argument that goes there
};

/// Where code runs: `main`, what is called from outside, and each event that starts something.
struct StartedAt {
  CallKind kind = CallKind::Call;
  const Function* function = nullptr;  ///< null for the first two
  unsigned event = 0;
};

class Builder {
 public:
  Builder(const Program& program, const Concurrency& known);

  void run();

  // What the queries read
  Where where(Instance& in, const Place& place);
  /// The cells where a place of one of the function's events may be; nothing if no event names it.
  IdSet cells_at(const Instance& in, const Place& place) const;
  IdSet cells_after(IdSet at, const std::vector<Step>& steps) const;
  IdSet function_named(std::string_view key) const {
    IdSet found;
    if (const auto at = functions_.find(program_.function(key)); at != functions_.end()) found.insert(at->second);
    return found;
  }
  const std::vector<Instance*>& instances_of(const Function* function) const;
  const std::map<std::pair<const Function*, unsigned>, std::vector<Edge>>& edges() const { return edges_; }
  const std::deque<Instance>& instances() const { return instances_; }
  Cells& cells() { return cells_; }
  const Cells& cells() const { return cells_; }
  const std::vector<Incompleteness>& incomplete() const { return incomplete_; }
  const std::set<const Function*>& entries() const { return entries_; }
  static constexpr calls::OriginId main_origin = 0;
  static constexpr calls::OriginId outside_origin = 1;
  /// The origin that all share that are too many to have copies of their own.
  static constexpr calls::OriginId shared_origin = 2;
  const std::vector<StartedAt>& origins() const { return origins_; }
  std::optional<calls::OriginId> origin_at(const Function* function, unsigned event, CallKind kind) const {
    const auto found = origin_numbers_.find({function, event, kind});
    return found == origin_numbers_.end() ? std::nullopt : std::optional(found->second);
  }
  const Context& context(unsigned number) const { return contexts_[number]; }

 private:
  // instances.cpp
  Instance& instance(const Function& function, const Context& context);
  Instance& instance_for(const Function& callee, const Site& site, CellId receiver);
  calls::OriginId origin_of(const Site& site);
  bool returns_allocation(const Function& function);
  bool keeps_or_gives(const Function& function);
  unsigned number_of(const Context& context);
  NodeId result_node(Instance& in, unsigned event);
  void seed_entries();
  void note(const Instance& in, unsigned event, Incompleteness::Kind kind);

  // body.cpp
  void build(Instance& in);
  void event(Instance& in, unsigned number);
  void assign(Instance& in, const Place& place, const Value& value, bool initialises);
  void put(const Where& where, NodeId content);
  void construct(Instance& in, unsigned number);
  void construct_parts(Instance& in, unsigned number, const Where& made);
  NodeId content(Instance& in, const Value& value);
  NodeId content_at(const Where& where);
  NodeId address_of(const Where& where);
  NodeId address(Instance& in, const Value& value);
  NodeId pointer_to(CellId cell);
  NodeId box(NodeId content, const Type* type);
  CellId function_cell(const Function* function);
  Where root(Instance& in, const Place& place);
  Where step(const Where& from, StepId step);
  Where loaded(const Where& from);
  NodeId parts_of(NodeId pointers, StepId step);
  NodeId load_of(NodeId pointers, bool deep);

  // arguments
  std::vector<Argument> arguments(Instance& in, const Event& event);
  NodeId content(const Argument& argument);
  NodeId address(const Argument& argument);
  NodeId receivers_of(const Argument& argument);

  // checks/calls/dispatch.cpp
  Site& new_site(Instance& in, unsigned event, CallKind kind, std::vector<Argument> arguments, NodeId result);
  void call(Site& site, const Function& callee, NodeId receivers, CellId receiver);
  void call_on(Site& site, const Function& callee, NodeId receivers, bool is_virtual);
  void call_virtual(Site& site, const Function& callee, CellId object);
  void bind(Site& site, const Function& callee, Instance& to);
  void call_what(Site& site, NodeId callables);
  void call_callable(Site& site, CellId callable);
  void call_bound(Site& site, CellId bound);
  void call_function(Site& site, const Function& function);
  std::vector<const Function*> call_operators(const Record* record, std::size_t arguments) const;
  const Function* override_of(const Function& declared, const Record* dynamic) const;
  const std::vector<const Function*>& overriders(const Function& declared);
  void record_edge(Site& site, const Function& callee, unsigned instance, NodeId receivers, CellId receiver);
  void call_without_objects();
  void note_dead_ends();

  // library.cpp, containers.cpp
  void library_call(Instance& in, unsigned number, const Function& callee);
  void library_construct(Site& site, const Type* type, NodeId made, const std::vector<Argument>& arguments);
  void make_object(Site& site, const Type* type, NodeId made, const std::vector<Argument>& arguments);
  const Function* constructor_for(const Record& record, const std::vector<Argument>& arguments) const;
  void start(Instance& in, unsigned number, const FunctionKnowledge& known, CallKind kind, NodeId handle);
  void start_object(Instance& in, unsigned number, const FunctionKnowledge& known);
  void bind_callable(Instance& in, unsigned number);
  void call_back(Instance& in, unsigned number, CallKind kind, const Type* own, NodeId elements);
  void destroy(Instance& in, unsigned number);
  void destroy_object(Site& site, const Type* type, NodeId objects, bool is_owned, unsigned depth);
  void pointer_call(Site& site, const Type* own, NodeId receivers, const Type* result_type, bool is_constructor);
  void keep(const Type* own, NodeId holders, const Argument& argument);
  void give(const Type* own, NodeId holders, const Type* result_type, NodeId result);
  void free_function(Instance& in, unsigned number, const Function& callee);
  void emplace(Site& site, const Type* own, NodeId holders, bool constructs);
  void keep_callable(NodeId holders, const Argument& argument);
  bool is_callable(const Type* type) const;
  NodeId elements_of(NodeId holders) { return parts_of(holders, Cells::any_element); }
  NodeId elements_like(const Type* own, NodeId holders, const Type* wanted, bool is_key = false);

  const Program& program_;
  const Concurrency& known_;
  Cells cells_;
  Graph& graph_;
  std::deque<Instance> instances_;
  std::unordered_map<const Function*, std::vector<Instance*>> by_function_;
  std::map<std::pair<const Function*, unsigned>, Instance*> by_context_;
  std::vector<Context> contexts_;
  std::map<std::tuple<calls::OriginId, unsigned, CellId>, unsigned> context_numbers_;
  std::map<std::pair<unsigned, unsigned>, unsigned> call_numbers_;  // (instance of the caller, event) -> number
  std::vector<StartedAt> origins_;
  std::map<std::tuple<const Function*, unsigned, CallKind>, calls::OriginId> origin_numbers_;
  std::size_t most_instances_ = 0;
  bool is_over_budget_ = false;
  std::deque<Instance*> to_build_;
  std::deque<Site> sites_;
  std::unordered_map<CellId, NodeId> pointers_;
  std::unordered_map<std::uint64_t, NodeId> parts_of_;
  std::unordered_map<std::uint64_t, NodeId> loads_;
  std::unordered_map<NodeId, NodeId> boxes_;
  std::unordered_map<const Function*, CellId> functions_;
  std::unordered_map<std::string_view, CellId> globals_;
  std::unordered_map<const Function*, std::vector<const Function*>> overriders_;
  std::unordered_map<const Function*, bool> returns_allocation_;
  std::unordered_map<const Function*, bool> keeps_or_gives_;
  std::map<std::pair<const Function*, unsigned>, std::vector<Edge>> edges_;
  std::map<std::pair<const Function*, unsigned>, const Instance*>
      callable_sites_;                                        // calls whose callees are looked for
  std::vector<std::pair<Site*, const Function*>> by_object_;  // calls that are made for each object
  std::set<const Function*> entries_;
  std::vector<Incompleteness> incomplete_;
};

}  // namespace ferrule::heap
