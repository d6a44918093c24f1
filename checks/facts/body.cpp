// The graph of a body: blocks, statements, ends of variables, conditions.
#include "checks/facts/body.h"

namespace ferrule {

using namespace clang;

BodyLowering::BodyLowering(Unit& unit, const FunctionDecl* function, Function& facts)
    : unit_(unit), context_(unit.context()), function_(function), facts_(facts) {
  const auto* method = dyn_cast_or_null<CXXMethodDecl>(function);
  if (method && method->getParent()->isLambda()) {
    closure_ = method->getParent();
    closure_->getCaptureFields(captures_, this_capture_);
  }
}

bool BodyLowering::run() {
  for (const ParmVarDecl* parameter : function_->parameters()) variables_[parameter] = parameter_place(parameter);
  if (const auto* constructor = dyn_cast<CXXConstructorDecl>(function_)) {
    for (const CXXCtorInitializer* initialiser : constructor->inits()) {
      Place target{Root::This};
      if (initialiser->isIndirectMemberInitializer()) {
        for (const NamedDecl* step : initialiser->getIndirectMember()->chain())
          target = target.field(unit_.keys().of_field(cast<FieldDecl>(step)));
      } else if (initialiser->isMemberInitializer()) {
        target = target.field(unit_.keys().of_field(initialiser->getMember()));
      }
      const FieldDecl* member = initialiser->getAnyMember();
      if (!member || !member->getType()->isReferenceType()) set_target(initialiser->getInit(), target);
      const Expr* init = initialiser->getInit();
      if (const auto* from_class = dyn_cast<CXXDefaultInitExpr>(init)) init = from_class->getExpr();
      prepare(init);
    }
  }
  Stmt* body = function_->getBody();
  // What a coroutine's promise does before and after the body that was written is left out.
  if (auto* coroutine = dyn_cast<CoroutineBodyStmt>(body)) body = coroutine->getBody();
  prepare(body);
  return lower_graph(function_, body);
}

bool BodyLowering::run_initialiser(const VarDecl* variable) {
  Place target = variable_place(variable);
  const Expr* init = variable->getInit();
  Block block;
  ++inlined_;
  if (!variable->getType()->isReferenceType()) set_target(init, target);
  prepare(init);
  if (variable->getType()->isReferenceType())
    bind_reference(variable);
  else
    initialise(target, init, variable->getType(), variable->getLocation());
  block.last = static_cast<unsigned>(facts_.events.size());
  facts_.blocks.push_back(std::move(block));
  // What is only set to constants needs no function: nothing runs.
  return llvm::any_of(facts_.events, [](const Event& event) {
    return event.kind != Event::Kind::Access &&
           (event.kind != Event::Kind::Assign || event.value.kind != Value::Kind::Literal);
  });
}

std::vector<const CFGBlock*> BodyLowering::reverse_post_order(const CFG& graph) {
  llvm::DenseMap<const CFGBlock*, llvm::SmallVector<const CFGBlock*, 2>> extra;
  for (const CFGBlock* block : graph.const_nodes()) {
    if (outer_try_.empty()) break;
    for (const CFGElement& element : *block)
      if (std::optional<CFGStmt> statement = element.getAs<CFGStmt>())
        for (const CXXTryStmt* attempt = try_of_.lookup(statement->getStmt()); attempt;
             attempt = outer_try_.lookup(attempt))
          if (const CFGBlock* handler = handlers_.lookup(attempt)) extra[block].push_back(handler);
  }
  std::vector<const CFGBlock*> order;
  llvm::DenseSet<const CFGBlock*> seen;
  std::vector<std::pair<const CFGBlock*, std::vector<const CFGBlock*>>> stack;
  auto visit = [&](const CFGBlock* block) {
    if (!block || !seen.insert(block).second) return;
    std::vector<const CFGBlock*> next;
    for (const CFGBlock::AdjacentBlock& successor : block->succs())
      if (const CFGBlock* reachable = successor.getReachableBlock()) next.push_back(reachable);
    if (auto found = extra.find(block); found != extra.end())
      next.insert(next.end(), found->second.begin(), found->second.end());
    stack.emplace_back(block, std::move(next));
  };
  visit(&graph.getEntry());
  while (!stack.empty()) {
    auto& [block, next] = stack.back();
    if (next.empty()) {
      order.push_back(block);
      stack.pop_back();
      continue;
    }
    const CFGBlock* successor = next.back();
    next.pop_back();
    visit(successor);
  }
  return {order.rbegin(), order.rend()};
}

bool BodyLowering::lower_graph(const Decl* decl, Stmt* body) {
  if (!region_) find_nests(body, 0);
  CFG::BuildOptions options;
  options.setAllAlwaysAdd();
  options.AddImplicitDtors = true;
  options.AddTemporaryDtors = true;
  options.AddInitializers = true;
  options.AddCXXDefaultInitExprInCtors = true;
  options.AddLifetime = true;
  options.AddStaticInitBranches = true;
  std::unique_ptr<CFG> graph = CFG::buildCFG(decl, body, &context_, options);
  if (!graph) return false;
  for (const CFGBlock* block : graph->const_nodes())
    if (const auto* attempt = dyn_cast_or_null<CXXTryStmt>(block->getTerminatorStmt())) handlers_[attempt] = block;
  for (const CFGBlock* block : graph->const_nodes()) note_range_end(*block);
  std::vector<const CFGBlock*> order = reverse_post_order(*graph);
  for (const CFGBlock* block : order) {
    facts_.blocks.emplace_back();
    lower_block(*block, facts_.blocks.size() - 1);
  }
  for (const CFGBlock* block : order) link_blocks(*block);
  for (auto [number, handler] : to_handlers_)
    if (auto found = numbers_.find(handler); found != numbers_.end())
      facts_.blocks[number].successors.push_back(found->second.first);
  facts_.entry = 0;
  return true;
}

void BodyLowering::lower_block(const CFGBlock& block, size_t facts_block) {
  unsigned number = static_cast<unsigned>(facts_block);
  numbers_[&block] = {number, number};
  facts_.blocks[number].first = static_cast<unsigned>(facts_.events.size());
  for (const CXXForRangeStmt* loop : range_ends_.lookup(&block)) end_range(loop);
  for (unsigned i = 0; i < block.size(); ++i) {
    CFGElement element = block[i];
    if (!outer_try_.empty()) enter_try(element, block);
    CFGElement::Kind kind = element.getKind();
    if (kind == CFGElement::AutomaticObjectDtor || kind == CFGElement::LifetimeEnds)
      end_variables(block, i);
    else
      lower_element(element);
  }
  Block& last = facts_.blocks.back();
  last.last = static_cast<unsigned>(facts_.events.size());
  set_condition(block, last);
}

/// `for (std::lock_guard lock(mutex_); int& row : rows_)`: Clang's graph has no end for the variables of the init
/// statement, which live as long as the loop.
void BodyLowering::note_range_end(const CFGBlock& block) {
  const auto* loop = dyn_cast_or_null<CXXForRangeStmt>(block.getTerminatorStmt());
  if (!loop || !isa_and_nonnull<DeclStmt>(loop->getInit()) || block.succ_size() != 2) return;
  if (const CFGBlock* after = std::next(block.succ_begin())->getReachableBlock()) range_ends_[after].push_back(loop);
}

void BodyLowering::end_range(const CXXForRangeStmt* loop) {
  const auto* declared = cast<DeclStmt>(loop->getInit());
  const llvm::SmallVector<const Decl*, 2> decls(declared->decls());
  for (const Decl* decl : llvm::reverse(decls)) {
    const auto* variable = dyn_cast<VarDecl>(decl);
    if (!variable || variable->hasGlobalStorage() || variable->getType()->isReferenceType()) continue;
    const CXXRecordDecl* record = variable->getType()->getAsCXXRecordDecl();
    end_variable(variable, record && record->hasDefinition() ? record->getDestructor() : nullptr, loop->getEndLoc());
  }
}

/// An exception leaves a try block with what held at its start; so that the handlers are reached from there, the block
/// is split at the first thing evaluated inside.
void BodyLowering::enter_try(const CFGElement& element, const CFGBlock& block) {
  std::optional<CFGStmt> statement = element.getAs<CFGStmt>();
  if (!statement) return;
  for (const CXXTryStmt* attempt = try_of_.lookup(statement->getStmt()); attempt;
       attempt = outer_try_.lookup(attempt)) {
    if (!entered_.insert(attempt).second || !handlers_.count(attempt)) continue;
    unsigned before = static_cast<unsigned>(facts_.blocks.size() - 1);
    unsigned events = static_cast<unsigned>(facts_.events.size());
    facts_.blocks[before].last = events;
    facts_.blocks[before].successors.push_back(before + 1);
    to_handlers_.emplace_back(before, handlers_[attempt]);
    facts_.blocks.emplace_back().first = events;
    numbers_[&block].second = before + 1;
  }
}

void BodyLowering::link_blocks(const CFGBlock& block) {
  Block& facts = facts_.blocks[numbers_[&block].second];
  bool all_reachable = true;
  for (const CFGBlock::AdjacentBlock& successor : block.succs()) {
    auto found = numbers_.find(successor.getReachableBlock());
    if (found == numbers_.end())
      all_reachable = false;
    else
      facts.successors.push_back(found->second.first);
  }
  const bool is_switch = facts.condition && facts.condition->compared;
  if (!is_switch && (!all_reachable || facts.successors.size() != 2)) facts.condition.reset();
}

void BodyLowering::set_condition(const CFGBlock& block, Block& facts) {
  const Stmt* terminator = block.getTerminatorStmt();
  const bool is_switch = isa_and_nonnull<SwitchStmt>(terminator);
  if (!terminator || !block.getTerminator().isStmtBranch() || (block.succ_size() != 2 && !is_switch)) return;
  if (isa<CXXForRangeStmt>(terminator) || isa<CXXTryStmt>(terminator)) return;
  const auto* condition = dyn_cast_or_null<Expr>(block.getTerminatorCondition(true));
  if (!condition) return;
  auto found = done_.find(strip(condition));
  if (found == done_.end() || found->second.event < 0) return;
  const Operand& tested = found->second;
  facts.condition = Condition{
      static_cast<unsigned>(tested.event), tested.negated, tested.compared || is_switch, tested.nonzero, {}, {}};
  if (!is_switch) facts.condition->relation = tested.relation;
  if (tested.beside >= 0) facts.condition->beside = static_cast<unsigned>(tested.beside);
}

void BodyLowering::lower_element(const CFGElement& element) {
  switch (element.getKind()) {
    case CFGElement::Statement:
    case CFGElement::Constructor:
    case CFGElement::CXXRecordTypedCall:
      return lower_statement(element.castAs<CFGStmt>().getStmt());
    case CFGElement::Initializer:
      return lower_initialiser(element.castAs<CFGInitializer>().getInitializer());
    case CFGElement::TemporaryDtor:
      return end_temporary(element.castAs<CFGTemporaryDtor>());
    case CFGElement::BaseDtor:
    case CFGElement::MemberDtor:
      return end_part(element);
    case CFGElement::CleanupFunction: {
      auto cleanup = element.castAs<CFGCleanupFunction>();
      Event event{Event::Kind::Call, where(cleanup.getVarDecl()->getLocation())};
      event.callee = unit_.function(cleanup.getFunctionDecl());
      event.args.push_back({Value::Kind::Address, variable_place(cleanup.getVarDecl())});
      add(std::move(event));
      return;
    }
    default:
      return;
  }
}

void BodyLowering::end_temporary(const CFGTemporaryDtor& end) {
  const CXXBindTemporaryExpr* bound = end.getBindTemporaryExpr();
  auto found = done_.find(strip(bound));
  if (found == done_.end() || found->second.in_place || !found->second.place.known()) return;
  if (elided_.count(strip(bound))) return;
  Event event{Event::Kind::Destroy, where(bound->getEndLoc()), found->second.place};
  event.type = unit_.type(bound->getType());
  if (const CXXDestructorDecl* destructor = end.getDestructorDecl(context_)) event.callee = unit_.function(destructor);
  add(std::move(event));
}

/// In a destructor, after its body: the members and bases.
void BodyLowering::end_part(const CFGElement& element) {
  Event event{Event::Kind::Destroy, where(function_->getEndLoc()), Place{Root::This}};
  QualType part;
  if (std::optional<CFGBaseDtor> base = element.getAs<CFGBaseDtor>()) {
    part = base->getBaseSpecifier()->getType();
  } else {
    const FieldDecl* field = element.castAs<CFGMemberDtor>().getFieldDecl();
    event.place = event.place.field(unit_.keys().of_field(field));
    part = context_.getBaseElementType(field->getType());
  }
  event.type = unit_.type(part);
  if (const CXXRecordDecl* record = part->getAsCXXRecordDecl())
    if (const CXXDestructorDecl* destructor = record->getDestructor()) event.callee = unit_.function(destructor);
  add(std::move(event));
}

/// The variables that end together, from here on in the block: last declared first. Clang lists those without a
/// destructor after all others.
void BodyLowering::end_variables(const CFGBlock& block, unsigned& index) {
  struct End {
    const VarDecl* variable;
    const CXXDestructorDecl* destructor;
    const Stmt* trigger;
  };
  llvm::SmallVector<End, 8> ends;
  for (; index < block.size(); ++index) {
    CFGElement element = block[index];
    if (auto object = element.getAs<CFGAutomaticObjDtor>()) {
      ends.push_back({object->getVarDecl(), object->getDestructorDecl(context_), object->getTriggerStmt()});
    } else if (auto lifetime = element.getAs<CFGLifetimeEnds>()) {
      QualType type = lifetime->getVarDecl()->getType();
      if (!type->isReferenceType() && !type.isDestructedType())
        ends.push_back({lifetime->getVarDecl(), nullptr, lifetime->getTriggerStmt()});
    } else {
      break;
    }
  }
  --index;
  llvm::sort(ends, [&](const End& left, const End& right) {
    return context_.getSourceManager().isBeforeInTranslationUnit(right.variable->getLocation(),
                                                                 left.variable->getLocation());
  });
  for (const End& end : ends) end_variable(end.variable, end.destructor, end.trigger->getEndLoc());
}

/// Parameters are the caller's to destroy.
void BodyLowering::end_variable(const VarDecl* variable, const CXXDestructorDecl* destructor, SourceLocation location) {
  if (silent_.count(variable) || isa<ParmVarDecl>(variable) || variable->isConstexpr()) return;
  Event event{Event::Kind::Destroy, where(location), variable_place(variable)};
  event.type = unit_.type(variable->getType().getNonReferenceType());
  if (destructor) event.callee = unit_.function(destructor);
  add(std::move(event));
}

void BodyLowering::lower_statement(const Stmt* statement) {
  enter_nest(statement);
  if (!exclusive_.empty()) enter_exclusive(statement);
  if (const auto* expr = dyn_cast<Expr>(statement)) {
    lower(expr);
    return;
  }
  if (const auto* declaration = dyn_cast<DeclStmt>(statement)) return lower_declaration(declaration);
  if (const auto* result = dyn_cast<ReturnStmt>(statement)) return lower_return(result);
  if (isa<OMPExecutableDirective>(statement)) return lower_directive(statement);
  if (isa<AsmStmt>(statement)) facts_.has_hidden_parts = true;
  if (const auto* result = dyn_cast<CoreturnStmt>(statement)) {
    Event event{Event::Kind::Return, where(result->getBeginLoc())};
    event.value.kind = Value::Kind::Literal;
    if (result->getOperand()) event.value = argument(result->getOperand());
    add(std::move(event));
  }
}

void BodyLowering::lower_return(const ReturnStmt* statement) {
  Event event{Event::Kind::Return, where(statement->getBeginLoc())};
  event.value.kind = Value::Kind::Literal;
  if (const Expr* returned = statement->getRetValue()) {
    event.value = argument(returned);
    if (event.value.kind == Value::Kind::Literal && returned->getType()->isScalarType())
      add_tested(returned, event.args);
  }
  // A local that is returned whole is moved out, even where the move is elided.
  if (statement->getNRVOCandidate() && event.value.kind == Value::Kind::Copy) event.value.kind = Value::Kind::Move;
  add(std::move(event));
}

/// The results that a number rests on: `return count_.load() == most && ready_;`
void BodyLowering::add_tested(const Expr* expr, std::vector<Value>& into) const {
  expr = expr->IgnoreParenImpCasts();
  if (const auto* binary = dyn_cast<BinaryOperator>(expr); binary && binary->isLogicalOp()) {
    add_tested(binary->getLHS(), into);
    add_tested(binary->getRHS(), into);
    return;
  }
  auto found = done_.find(strip(expr));
  if (found == done_.end()) return;
  for (int event : {found->second.event, found->second.beside}) {
    if (event < 0) continue;
    Value value{Value::Kind::Object};
    value.place.root = Root::Result;
    value.place.index = static_cast<unsigned>(event);
    into.push_back(std::move(value));
  }
}

unsigned BodyLowering::add(Event event) {
  event.nest = current_nest_;
  facts_.events.push_back(std::move(event));
  return static_cast<unsigned>(facts_.events.size() - 1);
}

unsigned BodyLowering::access(const Place& place, Event::Mode mode, SourceLocation location) {
  Event event{Event::Kind::Access, where(location), place};
  event.mode = mode;
  return add(std::move(event));
}

}  // namespace ferrule
