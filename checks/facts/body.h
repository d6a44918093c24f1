// One function body: Clang's CFG lowered to a graph of events.
#pragma once

#include "checks/facts/unit.h"

#include <map>

namespace ferrule {

/// What an expression denotes once it has been evaluated.
struct Operand {
  Place place = {};  ///< of a glvalue, or of the object that a class prvalue makes
  Value value = {};  ///< of a prvalue
  int event = -1;    ///< the call or access that yielded it, for conditions
  bool negated = false;
  bool compared = false;      ///< as in Condition
  bool nonzero = false;       ///< as in Condition
  int beside = -1;            ///< as in Condition
  std::string relation = {};  ///< as in Condition
  bool moved = false;         ///< an xvalue: what is there may be taken
  bool in_place = false;      ///< made directly in its target: nothing is left to assign
  bool temporary = false;     ///< a scalar temporary that a reference is bound to; `value` is what it holds
};

/// Lowers the body of one function. Used once, then thrown away.
class BodyLowering {
 public:
  BodyLowering(Unit& unit, const clang::FunctionDecl* function, Function& facts);
  /// False if Clang makes no CFG of the body.
  bool run();
  /// The initialiser of a global variable, as the body of a function of its own.
  bool run_initialiser(const clang::VarDecl* variable);

 private:
  using Expr = clang::Expr;

  /// A sum, as Step::field holds its text.
  struct Sum {
    std::map<std::string, std::int64_t> terms = {};
    std::int64_t constant = 0;
    bool loaded = false;  ///< something was read from an element
    /// False if the numbers get too large.
    bool add(const Sum& other, std::int64_t factor);
    std::string text() const;
  };

  // body.cpp: the graph
  bool lower_graph(const clang::Decl* decl, clang::Stmt* body);
  std::vector<const clang::CFGBlock*> reverse_post_order(const clang::CFG& graph);
  void lower_block(const clang::CFGBlock& block, size_t facts_block);
  void link_blocks(const clang::CFGBlock& block);
  void enter_try(const clang::CFGElement& element, const clang::CFGBlock& block);
  void lower_element(const clang::CFGElement& element);
  void end_temporary(const clang::CFGTemporaryDtor& end);
  void end_part(const clang::CFGElement& element);
  void lower_statement(const clang::Stmt* statement);
  void set_condition(const clang::CFGBlock& block, Block& facts);
  void lower_return(const clang::ReturnStmt* statement);
  void add_tested(const Expr* expr, std::vector<Value>& into) const;
  void end_variables(const clang::CFGBlock& block, unsigned& index);
  void note_range_end(const clang::CFGBlock& block);
  void end_range(const clang::CXXForRangeStmt* loop);
  void end_variable(const clang::VarDecl* variable, const clang::CXXDestructorDecl* destructor,
                    clang::SourceLocation where);

  // prepare.cpp: one walk over the body before its graph is read
  void prepare(const clang::Stmt* statement);
  void prepare_children(const clang::Stmt* statement);
  void prepare_expression(const Expr* expr);
  void prepare_choice(const clang::AbstractConditionalOperator* expr);
  void prepare_read_choice(const clang::AbstractConditionalOperator* expr);
  void prepare_discards(const clang::Stmt* statement);
  void prepare_lambda(const clang::LambdaExpr* expr);
  void prepare_local_class(const clang::CXXRecordDecl* record);
  void prepare_variable(const clang::VarDecl* variable);
  void prepare_range_for(const clang::CXXForRangeStmt* loop);
  void prepare_decomposition(const clang::DecompositionDecl* variable);
  void ignore(const clang::Stmt* statement);
  void mark_discarded(const clang::Stmt* statement);
  void set_target(const Expr* init, const Place& target);

  // parallel.cpp: OpenMP's directives
  bool prepare_directive(const clang::Stmt* statement);
  void leave_out(const clang::Stmt* body);
  void enter_exclusive(const clang::Stmt* statement);
  Place exclusive_lock(const clang::Stmt* directive);
  void call_runtime(const char* name, std::vector<Value> args, const clang::Stmt* directive);
  void lower_directive(const clang::Stmt* statement);
  void lower_standalone(const clang::OMPExecutableDirective* directive);
  void add_region(const clang::OMPExecutableDirective* directive);
  std::vector<Nest::Dependence> dependences(const clang::OMPExecutableDirective* directive);
  void find_directive_nests(const clang::OMPExecutableDirective* directive, unsigned nest);
  void find_work_nests(const clang::OMPExecutableDirective* directive, unsigned nest);
  void find_shared_loops(const clang::OMPExecutableDirective* directive, Nest::Kind kind, unsigned nest);
  void find_sections(const clang::Stmt* body, unsigned nest);
  void privatise(const clang::OMPExecutableDirective* directive, unsigned nest);

  // nests.cpp
  void find_nests(const clang::Stmt* statement, unsigned nest);
  unsigned add_nest(Nest::Kind kind, unsigned parent, clang::SourceLocation location);
  unsigned add_loop(const clang::ForStmt* loop, Nest::Kind kind, unsigned parent);
  unsigned add_branches(const clang::IfStmt* statement, bool holds, unsigned nest);
  void add_bounds(const Expr* condition, bool holds, unsigned nest, std::vector<Sum>& bounds);
  void enter_nest(const clang::Stmt* statement);

  // declarations.cpp
  void lower_declaration(const clang::DeclStmt* statement);
  void lower_variable(const clang::VarDecl* variable);
  void bind_reference(const clang::VarDecl* variable);
  void lower_initialiser(const clang::CXXCtorInitializer* initialiser);
  void initialise(const Place& target, const Expr* init, clang::QualType type, clang::SourceLocation where);
  Place variable_place(const clang::ValueDecl* variable);
  Place local_place(const clang::VarDecl* variable);
  Place binding_place(const clang::BindingDecl* binding);
  std::optional<Place> capture_place(const clang::ValueDecl* variable);

  // expressions.cpp
  const Operand& lower(const Expr* expr);
  Operand lower_new(const Expr* expr);
  Operand lower_other(const Expr* expr);
  Operand lower_reference(const clang::DeclRefExpr* expr);
  Operand lower_member(const clang::MemberExpr* expr);
  Operand lower_cast(const clang::CastExpr* expr);
  Operand lower_unary(const clang::UnaryOperator* expr);
  Operand lower_binary(const clang::BinaryOperator* expr);
  Operand lower_comparison(const clang::BinaryOperator* expr);
  Place bound_at_start(const clang::VarDecl* variable);
  std::optional<llvm::APSInt> compared_constant(const Expr* side) const;
  static Operand tested_for(const Operand& tested, const llvm::APSInt& constant, bool equal, bool is_bool);
  static void relate(Operand& result, llvm::APSInt constant, clang::BinaryOperatorKind kind, bool is_unsigned);
  std::string constant_text(const Expr* expr) const;
  Operand lower_this();
  Operand lower_conditional(const clang::AbstractConditionalOperator* expr);
  Operand lower_temporary(const clang::MaterializeTemporaryExpr* expr);
  Operand lower_inlined(const Expr* expr);
  Operand lower_subscript(const clang::ArraySubscriptExpr* expr);
  Operand read(Operand operand, const Expr* expr);
  Operand field_of(const Place& base, const clang::FieldDecl* field, const Expr* expr);
  void assign_arm(const Expr* expr, const Operand& operand);

  // indices.cpp
  std::string index_name(const Expr* index);
  std::string index_text(char sign, const clang::VarDecl* variable);
  std::optional<Sum> sum_of(const Expr* expr, unsigned nest);
  std::optional<Sum> sum_of_variable(const clang::DeclRefExpr* named, unsigned nest);
  bool is_unchanging(const clang::VarDecl* variable);
  static bool is_changed_in(const clang::Stmt* body, const clang::VarDecl* variable);

  // objects.cpp
  Operand lower_construct(const clang::CXXConstructExpr* expr);
  Operand lower_inherited_construct(const clang::CXXInheritedCtorInitExpr* expr);
  Operand lower_lambda(const clang::LambdaExpr* expr);
  Operand lower_init_list(const clang::InitListExpr* expr);
  Operand lower_initializer_list(const clang::CXXStdInitializerListExpr* expr);
  Operand lower_allocation(const clang::CXXNewExpr* expr);
  Operand lower_delete(const clang::CXXDeleteExpr* expr);
  Operand finish_construct(Event event, const Expr* expr);

  // calls.cpp
  Operand lower_call(const clang::CallExpr* expr);
  std::optional<Operand> lower_transparent(const clang::CallExpr* expr, const clang::FunctionDecl* callee);
  void lower_callee(const clang::CallExpr* expr, Event& event, unsigned& first_argument);
  void lower_method(const clang::CallExpr* expr, const clang::CXXMethodDecl* method, const Expr* object, bool is_arrow,
                    bool is_qualified, Event& event);
  std::optional<Operand> lower_dependent_operator(const clang::CXXOperatorCallExpr* expr);
  bool lower_unresolved(const clang::CallExpr* expr, Event& event, unsigned& first_argument);
  Operand call_result(const clang::CallExpr* expr, unsigned event);

  // values
  Value argument(const Expr* expr);
  Value initial_value(const Expr* expr, clang::QualType target);
  Place pointee(const Value& value) const;
  unsigned add(Event event);
  unsigned access(const Place& place, Event::Mode mode, clang::SourceLocation where);
  Location where(clang::SourceLocation location) { return unit_.keys().where(location); }

  Unit& unit_;
  clang::ASTContext& context_;
  const clang::FunctionDecl* function_;
  const clang::CXXRecordDecl* closure_ = nullptr;
  Function& facts_;
  std::unordered_map<const Expr*, Operand> done_;
  std::unordered_map<const Expr*, Place> targets_;
  llvm::DenseMap<const clang::ValueDecl*, Place> variables_;
  llvm::DenseMap<const clang::ValueDecl*, clang::FieldDecl*> captures_;
  clang::FieldDecl* this_capture_ = nullptr;
  llvm::DenseSet<const Expr*> discarded_;
  llvm::DenseSet<const Expr*> suspends_;
  llvm::DenseSet<const Expr*> elided_;            // temporaries that are the object they seem to be copied to
  llvm::DenseSet<const clang::VarDecl*> silent_;  // helpers that Clang declares: range-for's, bindings'
  llvm::DenseMap<const Expr*, const clang::VarDecl*> range_elements_;  // `*__begin` -> the range's variable
  std::unordered_map<const Expr*, Place> arms_;                        // arm of `?:` -> where its result goes
  struct Choice {
    Place holder;
    bool in_place;  // the holder is what the whole expression initialises
  };
  std::unordered_map<const Expr*, Choice> choices_;
  llvm::DenseSet<const Expr*> read_choices_;  // `?:` whose arms are read where they stand
  llvm::DenseSet<const Expr*> read_arms_;
  llvm::DenseMap<const clang::Stmt*, const clang::CXXTryStmt*> try_of_;
  llvm::DenseMap<const clang::CXXTryStmt*, const clang::CXXTryStmt*> outer_try_;
  llvm::DenseMap<const clang::Stmt*, const clang::CFGBlock*> handlers_;  // try -> the block that chooses a handler
  llvm::DenseSet<const clang::CXXTryStmt*> entered_;
  const clang::CXXTryStmt* current_try_ = nullptr;
  llvm::DenseMap<const clang::CFGBlock*, llvm::SmallVector<const clang::CXXForRangeStmt*, 1>> range_ends_;  // by block
  llvm::DenseMap<const clang::CFGBlock*, std::pair<unsigned, unsigned>> numbers_;  // first and last facts block
  std::vector<std::pair<unsigned, const clang::CFGBlock*>> to_handlers_;
  std::optional<llvm::DenseSet<const clang::ValueDecl*>> changing_;   // variables that are more than read
  llvm::DenseMap<const clang::Stmt*, const clang::Stmt*> exclusive_;  // inside `omp critical`, `omp atomic` -> that
  llvm::DenseSet<const clang::Stmt*> entered_exclusive_;
  const clang::Stmt* region_ = nullptr;  // the body of a parallel region, if that is what is lowered
  bool is_league_ = false;               // of several teams, which no critical section keeps apart
  llvm::DenseMap<const clang::Stmt*, unsigned> nest_of_;
  llvm::DenseMap<const clang::VarDecl*, unsigned> nest_of_variable_;
  std::unordered_map<unsigned, const clang::VarDecl*> counters_;  // by nest: what it counts
  llvm::DenseMap<const Expr*, Place> own_;                        // names that mean the copy of a nest's own
  struct Copy {
    Place own;
    Place original;
    Location where;
  };
  std::unordered_map<unsigned, std::vector<Copy>> copies_;  // by nest: what is copied when it begins
  llvm::DenseMap<const clang::Stmt*, unsigned> groups_;     // directives at whose end tasks have ended
  unsigned current_nest_ = 0;
  unsigned inlined_ = 0;  // inside an expression that the CFG does not spell out (a default argument)
  bool in_default_initialiser_ = false;
};

/// Without what does not change the object: parentheses, cleanups, temporaries' bindings, constant wrappers.
const clang::Expr* strip(const clang::Expr* expr);

}  // namespace ferrule
