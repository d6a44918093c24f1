// OpenMP: a parallel region is a function of its own, which several threads run at once on what they share.
#include "checks/facts/body.h"

namespace ferrule {

using namespace clang;
using namespace llvm::omp;

namespace {

/// What a directive is made of: `target teams distribute parallel for` is five.
llvm::ArrayRef<llvm::omp::Directive> leaves_of(const OMPExecutableDirective* directive) {
  return getLeafConstructsOrSelf(directive->getDirectiveKind());
}

bool has(const OMPExecutableDirective* directive, llvm::omp::Directive leaf) {
  return llvm::is_contained(leaves_of(directive), leaf);
}

/// A region that many threads run, whole or in shares.
bool is_region(const OMPExecutableDirective* directive) {
  return directive->hasAssociatedStmt() && (has(directive, OMPD_parallel) || has(directive, OMPD_teams));
}

bool is_lock(const OMPExecutableDirective* directive) {
  const OpenMPDirectiveKind kind = directive->getDirectiveKind();
  return kind == OMPD_critical || kind == OMPD_atomic || (kind == OMPD_ordered && directive->hasAssociatedStmt());
}

/// All threads wait here for each other.
bool ends_phase(const OMPExecutableDirective* directive) {
  const OpenMPDirectiveKind kind = directive->getDirectiveKind();
  if (kind == OMPD_barrier) return true;
  const bool works = (isOpenMPWorksharingDirective(kind) && kind != OMPD_section) || kind == OMPD_scope;
  return works && !is_region(directive) && !directive->hasClausesOfKind<OMPNowaitClause>();
}

bool is_false(const clang::Expr* condition, ASTContext& context) {
  bool value = true;
  return condition && !condition->isValueDependent() && condition->EvaluateAsBooleanCondition(value, context) && !value;
}

/// Run by who comes to it, at once.
bool is_undeferred(const OMPExecutableDirective* directive, ASTContext& context) {
  return llvm::any_of(directive->getClausesOfKind<OMPIfClause>(),
                      [&](const OMPIfClause* clause) { return is_false(clause->getCondition(), context); });
}

/// How an `ordered` directive without a body stands to other rounds.
enum class Doacross : unsigned char { None, Source, Sink };
Doacross doacross_of(const OMPExecutableDirective* directive) {
  if (directive->getDirectiveKind() != OMPD_ordered) return Doacross::None;
  for (const auto* clause : directive->getClausesOfKind<OMPDependClause>())
    return clause->getDependencyKind() == OMPC_DEPEND_source ? Doacross::Source : Doacross::Sink;
  for (const auto* clause : directive->getClausesOfKind<OMPDoacrossClause>()) {
    const OpenMPDoacrossClauseModifier type = clause->getDependenceType();
    return type == OMPC_DOACROSS_source || type == OMPC_DOACROSS_source_omp_cur_iteration ? Doacross::Source
                                                                                          : Doacross::Sink;
  }
  return Doacross::None;
}

template <class Visit>
void for_each_inside(const Stmt* statement, const Visit& visit) {
  if (!statement) return;
  visit(statement);
  if (const auto* directive = dyn_cast<OMPExecutableDirective>(statement)) {
    for (const OMPClause* clause : directive->clauses())
      for (const Stmt* child : clause->children()) for_each_inside(child, visit);
    if (!directive->isStandaloneDirective()) for_each_inside(directive->getRawStmt(), visit);
    return;
  }
  for (const Stmt* child : statement->children()) for_each_inside(child, visit);
}

/// A variable of which each thread, task or round has one of its own.
struct Owned {
  const VarDecl* variable = nullptr;
  bool copied = false;  ///< it starts as what the variable outside holds
};

std::vector<Owned> owned_by(const OMPExecutableDirective* directive) {
  std::vector<Owned> owned;
  const auto add = [&](const Stmt* reference, bool copied) {
    const auto* expr = dyn_cast_or_null<clang::Expr>(reference);
    const auto* named = expr ? dyn_cast<DeclRefExpr>(expr->IgnoreParenImpCasts()) : nullptr;
    if (const auto* variable = named ? dyn_cast<VarDecl>(named->getDecl()) : nullptr)
      owned.push_back({variable, copied});
  };
  for (const OMPClause* clause : directive->clauses()) {
    const OpenMPClauseKind kind = clause->getClauseKind();
    const bool copied = kind == OMPC_firstprivate || kind == OMPC_linear;
    if (copied || kind == OMPC_private || kind == OMPC_lastprivate || kind == OMPC_reduction ||
        kind == OMPC_in_reduction || kind == OMPC_use_device_ptr || kind == OMPC_is_device_ptr)
      for (const Stmt* variable : clause->children())
        add(variable, copied || kind == OMPC_is_device_ptr || kind == OMPC_use_device_ptr);
  }
  if (const auto* loop = dyn_cast<OMPLoopDirective>(directive))
    for (const clang::Expr* counter : loop->counters()) add(counter, false);
  return owned;
}

}  // namespace

/// Nothing of it runs here.
void BodyLowering::leave_out(const Stmt* body) {
  for_each_inside(body, [&](const Stmt* inside) {
    if (isa<clang::Expr>(inside)) ignore(inside);
    if (const auto* declaration = dyn_cast<DeclStmt>(inside))
      for (const Decl* decl : declaration->decls())
        if (const auto* variable = dyn_cast<VarDecl>(decl)) silent_.insert(variable);
  });
}

bool BodyLowering::prepare_directive(const Stmt* statement) {
  const auto* directive = dyn_cast<OMPExecutableDirective>(statement);
  if (!directive) return false;
  if (directive->isStandaloneDirective() || !directive->hasAssociatedStmt()) return true;
  const Stmt* body = directive->getRawStmt();
  if (is_region(directive)) {
    leave_out(body);
    return true;
  }
  if (is_lock(directive) && !(is_league_ && directive->getDirectiveKind() == OMPD_critical))
    for_each_inside(body, [&](const Stmt* inside) { exclusive_[inside] = directive; });
  prepare(body);
  return true;
}

/// The first thing that is evaluated in a critical section comes after its lock.
void BodyLowering::enter_exclusive(const Stmt* statement) {
  auto found = exclusive_.find(statement);
  if (found == exclusive_.end() || !entered_exclusive_.insert(found->second).second) return;
  call_runtime("omp::enter", {{Value::Kind::Address, exclusive_lock(found->second)}}, found->second);
}

Place BodyLowering::exclusive_lock(const Stmt* directive) {
  std::string name = "omp atomic";
  if (const auto* critical = dyn_cast<OMPCriticalDirective>(directive)) {
    const std::string label = critical->getDirectiveName().getAsString();
    name = label.empty() ? "omp critical" : "omp critical(" + label + ")";
  } else if (isa<OMPOrderedDirective>(directive)) {
    name = "omp ordered";
  }
  unit_.add_lock(name, where(directive->getBeginLoc()));
  return {Root::Global, 0, name};
}

void BodyLowering::call_runtime(const char* name, std::vector<Value> args, const Stmt* directive) {
  Event event{Event::Kind::Call, where(directive->getBeginLoc())};
  event.callee = unit_.runtime_function(name);
  event.args = std::move(args);
  add(std::move(event));
}

void BodyLowering::lower_directive(const Stmt* statement) {
  const auto* directive = cast<OMPExecutableDirective>(statement);
  if (entered_exclusive_.contains(directive))
    call_runtime("omp::leave", {{Value::Kind::Address, exclusive_lock(directive)}}, directive);
  if (!function_ || !nest_of_.contains(directive)) return;  // in a region, which is another function
  if (is_region(directive)) return add_region(directive);
  if (directive->isStandaloneDirective()) return lower_standalone(directive);
  if (ends_phase(directive)) call_runtime("omp::barrier", {}, directive);
  if (auto group = groups_.find(directive); group != groups_.end()) {
    current_nest_ = group->second;
    call_runtime("omp::group_end", {}, directive);
    current_nest_ = facts_.nests[group->second - 1].parent;
  }
}

void BodyLowering::lower_standalone(const OMPExecutableDirective* directive) {
  if (ends_phase(directive)) call_runtime("omp::barrier", {}, directive);
  if (directive->getDirectiveKind() == OMPD_taskwait) {
    std::vector<Value> awaited;
    for (const Nest::Dependence& dependence : dependences(directive))
      awaited.push_back({Value::Kind::Address, dependence.place});
    call_runtime("omp::taskwait", std::move(awaited), directive);
  }
  const Doacross doacross = doacross_of(directive);
  if (doacross != Doacross::None)
    call_runtime(doacross == Doacross::Sink ? "omp::enter" : "omp::leave",
                 {{Value::Kind::Address, exclusive_lock(directive)}}, directive);
}

std::vector<Nest::Dependence> BodyLowering::dependences(const OMPExecutableDirective* directive) {
  std::vector<Nest::Dependence> all;
  for (const auto* clause : directive->getClausesOfKind<OMPDependClause>())
    for (const Stmt* item : clause->children()) {
      // Which element is not asked: tasks that depend on elements of one array are taken to know what they do.
      const clang::Expr* base = cast<clang::Expr>(item)->IgnoreParenImpCasts();
      for (;;) {
        if (const auto* subscript = dyn_cast<ArraySubscriptExpr>(base))
          base = subscript->getBase()->IgnoreParenImpCasts();
        else if (const auto* section = dyn_cast<ArraySectionExpr>(base))
          base = section->getBase()->IgnoreParenImpCasts();
        else if (const auto* unary = dyn_cast<UnaryOperator>(base))
          base = unary->getSubExpr()->IgnoreParenImpCasts();
        else
          break;
      }
      const auto* named = dyn_cast<DeclRefExpr>(base);
      if (!named || !isa<VarDecl>(named->getDecl())) continue;
      all.push_back({variable_place(named->getDecl()), clause->getDependencyKind() != OMPC_DEPEND_in});
    }
  return all;
}

/// The names of what `directive` gives its nest mean that one.
void BodyLowering::privatise(const OMPExecutableDirective* directive, unsigned nest) {
  const Stmt* body = directive->getRawStmt();
  llvm::DenseMap<const ValueDecl*, Place> places;
  for (const Owned& owned : owned_by(directive)) {
    if (places.contains(owned.variable)) continue;
    const Place original = variable_place(owned.variable);
    const Place own{Root::Local, static_cast<unsigned>(facts_.locals.size())};
    facts_.locals.push_back({owned.variable->getNameAsString(),
                             unit_.type(owned.variable->getType().getNonReferenceType()),
                             where(owned.variable->getLocation()),
                             false,
                             {},
                             nest});
    places[owned.variable] = own;
    if (owned.copied && original.known()) copies_[nest].push_back({own, original, where(directive->getBeginLoc())});
  }
  if (places.empty()) return;
  for_each_inside(body, [&](const Stmt* inside) {
    if (const auto* declaration = dyn_cast<DeclStmt>(inside))
      for (const Decl* decl : declaration->decls())
        if (const auto* variable = dyn_cast<ValueDecl>(decl)) places.erase(variable);
  });
  for_each_inside(body, [&](const Stmt* inside) {
    const auto* named = dyn_cast<DeclRefExpr>(inside);
    if (auto found = named ? places.find(named->getDecl()) : places.end(); found != places.end())
      own_[named] = found->second;
  });
}

void BodyLowering::find_directive_nests(const OMPExecutableDirective* directive, unsigned nest) {
  nest_of_[directive] = nest;
  for (const OMPClause* clause : directive->clauses())
    for (const Stmt* child : clause->children())
      if (child) nest_of_[child] = nest;
  if (directive->isStandaloneDirective() || !directive->hasAssociatedStmt()) return;
  const bool is_later = has(directive, OMPD_target) && directive->hasClausesOfKind<OMPNowaitClause>();
  if (is_region(directive)) {
    if (is_later) nest_of_[directive] = add_nest(Nest::Kind::Task, nest, directive->getBeginLoc());
    return;
  }
  find_work_nests(directive, nest);
}

/// The nests that a directive makes of its body, within the threads that are there.
void BodyLowering::find_work_nests(const OMPExecutableDirective* directive, unsigned nest) {
  Stmt* body = const_cast<Stmt*>(directive->getRawStmt());
  const SourceLocation location = directive->getBeginLoc();
  bool shares = false, lanes = false, loops_of_tasks = false, sections = false;
  for (const llvm::omp::Directive leaf : leaves_of(directive)) switch (leaf) {
      case OMPD_master:
      case OMPD_masked:
        nest = add_nest(Nest::Kind::Master, nest, location);
        break;
      case OMPD_single:
        nest = add_nest(Nest::Kind::Single, nest, location);
        break;
      case OMPD_target:
        if (is_region(directive) || !directive->hasClausesOfKind<OMPNowaitClause>()) break;
        [[fallthrough]];
      case OMPD_task:
        if (is_undeferred(directive, context_)) break;
        nest = add_nest(Nest::Kind::Task, nest, location);
        facts_.nests.back().depends = dependences(directive);
        break;
      case OMPD_taskgroup:
        nest = add_nest(Nest::Kind::Group, nest, location);
        groups_[directive] = nest;
        break;
      case OMPD_for:
      case OMPD_distribute:
      case OMPD_loop:
        shares = true;
        break;
      case OMPD_simd:
        lanes = true;
        break;
      case OMPD_taskloop:
        loops_of_tasks = true;
        if (directive->hasClausesOfKind<OMPNogroupClause>()) break;
        nest = add_nest(Nest::Kind::Group, nest, location);
        groups_[directive] = nest;
        break;
      case OMPD_sections:
        sections = true;
        break;
      default:
        break;
    }
  if (shares || lanes || loops_of_tasks)
    return find_shared_loops(directive,
                             shares           ? Nest::Kind::Share
                             : loops_of_tasks ? Nest::Kind::Loop
                                              : Nest::Kind::Lanes,
                             nest);
  privatise(directive, nest);
  if (sections) return find_sections(body, nest);
  find_nests(body, nest);
}

/// The loops that belong to the directive; what is in the innermost is in all their nests.
void BodyLowering::find_shared_loops(const OMPExecutableDirective* directive, Nest::Kind kind, unsigned nest) {
  const Stmt* body = directive->getRawStmt();
  const auto* loops = dyn_cast<OMPLoopBasedDirective>(directive);
  bool is_static = false;
  for (const auto* clause : directive->getClausesOfKind<OMPScheduleClause>())
    is_static = clause->getScheduleKind() == OMPC_SCHEDULE_static && !clause->getChunkSize();
  unsigned distance = 0;
  for (const auto* clause : directive->getClausesOfKind<OMPSafelenClause>())
    if (clang::Expr::EvalResult result; clause->getSafelen() && clause->getSafelen()->EvaluateAsInt(result, context_))
      distance = static_cast<unsigned>(result.Val.getInt().getLimitedValue(1U << 30));
  const unsigned outer = nest;
  std::vector<const VarDecl*> counted;
  for (unsigned left = loops ? loops->getLoopsNumber() : 1; left > 0; --left) {
    for (;;) {
      nest_of_[body] = nest;
      const auto* block = dyn_cast<CompoundStmt>(body);
      if (const auto* canonical = dyn_cast<OMPCanonicalLoop>(body))
        body = canonical->getLoopStmt();
      else if (block && block->size() == 1)
        body = block->body_front();
      else
        break;
    }
    const auto* loop = dyn_cast<ForStmt>(body);
    if (!loop) {
      if (const auto* range = dyn_cast<CXXForRangeStmt>(body)) {
        for (const Stmt* child : range->children())
          if (child != range->getBody() && child != range->getLoopVarStmt()) find_nests(child, nest);
        nest = add_nest(kind, nest, range->getForLoc());
        nest_of_[range->getLoopVarStmt()] = nest;
        nest_of_variable_[range->getLoopVariable()] = nest;
        body = range->getBody();
      }
      break;
    }
    for (const Stmt* part :
         {loop->getInit(), static_cast<const Stmt*>(loop->getCond()), static_cast<const Stmt*>(loop->getInc())})
      find_nests(part, nest);
    nest = add_loop(loop, kind, nest);
    if (nest > outer) {
      facts_.nests[nest - 1].is_static = is_static;
      facts_.nests[nest - 1].distance = distance;
    }
    if (auto counter = counters_.find(nest); counter != counters_.end()) counted.push_back(counter->second);
    body = loop->getBody();
  }
  if (has(directive, OMPD_taskloop) && !is_undeferred(directive, context_))
    nest = add_nest(Nest::Kind::Task, nest, directive->getBeginLoc());
  privatise(directive, nest);
  if (!has(directive, OMPD_taskloop)) return find_nests(body, nest);
  for (const VarDecl* counter : counted) {  // each task has the number of its round
    const Place own{Root::Local, static_cast<unsigned>(facts_.locals.size())};
    facts_.locals.push_back(
        {counter->getNameAsString(), unit_.type(counter->getType()), where(counter->getLocation()), false, {}, nest});
    copies_[nest].push_back({own, variable_place(counter), where(body->getBeginLoc())});
    for_each_inside(body, [&](const Stmt* inside) {
      const auto* named = dyn_cast<DeclRefExpr>(inside);
      if (named && named->getDecl() == counter) own_.try_emplace(named, own);
    });
  }
  find_nests(body, nest);
}

void BodyLowering::find_sections(const Stmt* body, unsigned nest) {
  nest_of_[body] = nest;
  const auto* block = dyn_cast<CompoundStmt>(body);
  if (!block) return find_nests(body, add_nest(Nest::Kind::Section, nest, body->getBeginLoc()));
  for (const Stmt* part : block->body()) {
    nest_of_[part] = nest;
    find_nests(part, add_nest(Nest::Kind::Section, nest, part->getBeginLoc()));
  }
}

/// The body of a region becomes a function, which takes what it shares with the function around it by reference.
void BodyLowering::add_region(const OMPExecutableDirective* directive) {
  Stmt* body = const_cast<Stmt*>(directive->getRawStmt());
  Function facts;
  BodyLowering lowering(unit_, function_, facts);
  lowering.region_ = body;
  lowering.is_league_ = has(directive, OMPD_teams);
  std::vector<Value> args{{Value::Kind::Function}};
  const auto* method = dyn_cast<CXXMethodDecl>(function_);
  const bool has_object = method && !method->isStatic();
  if (has_object) args.push_back({Value::Kind::Address, Place{Root::This}});
  llvm::DenseSet<const ValueDecl*> declared;
  for_each_inside(body, [&](const Stmt* inside) {
    if (const auto* declaration = dyn_cast<DeclStmt>(inside))
      for (const Decl* decl : declaration->decls())
        if (const auto* variable = dyn_cast<ValueDecl>(decl)) declared.insert(variable);
  });
  for_each_inside(directive, [&](const Stmt* inside) {
    const auto* named = dyn_cast<DeclRefExpr>(inside);
    const auto* variable = named ? dyn_cast<VarDecl>(named->getDecl()) : nullptr;
    if (!variable || variable->hasGlobalStorage() || declared.contains(variable) ||
        !lowering.variables_.try_emplace(variable, Place{Root::Param, static_cast<unsigned>(facts.params.size())})
             .second)
      return;
    facts.params.push_back({variable->getNameAsString(), unit_.type(variable->getType().getNonReferenceType()),
                            where(variable->getLocation()), true});
    const auto own = own_.find(named);
    args.push_back({Value::Kind::Address, own != own_.end() ? own->second : variable_place(variable)});
  });
  lowering.find_work_nests(directive, 0);
  lowering.prepare(body);
  if (!lowering.lower_graph(function_, body)) return;
  const SourceManager& sources = context_.getSourceManager();
  facts.key = unit_.function(function_) + "#parallel" +
              std::to_string(sources.getFileOffset(sources.getFileLoc(directive->getBeginLoc())) -
                             sources.getFileOffset(sources.getFileLoc(function_->getBeginLoc())));
  facts.name = "parallel region of " + unit_.keys().name_of(function_);
  facts.where = where(directive->getBeginLoc());
  facts.result = unit_.type(context_.VoidTy);
  facts.visibility = Visibility::Private;
  facts.is_region = true;
  if (has_object) facts.record = unit_.keys().of_tag(method->getParent());
  args.front().key = facts.key;
  unit_.add_function(std::move(facts));
  call_runtime("omp::parallel", std::move(args), directive);
}

}  // namespace ferrule
