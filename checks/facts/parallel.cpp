// OpenMP: a parallel region is a function of its own, which several threads run at once on what they share.
#include "checks/facts/body.h"

namespace ferrule {

using namespace clang;
using namespace llvm::omp;

namespace {

/// A region that all threads of a team run, whole or in shares.
bool is_region(const OMPExecutableDirective* directive) {
  const OpenMPDirectiveKind kind = directive->getDirectiveKind();
  return isOpenMPParallelDirective(kind) && (kind == OMPD_parallel || isOpenMPLoopDirective(kind));
}

bool is_lock(const OMPExecutableDirective* directive) {
  return directive->getDirectiveKind() == OMPD_critical || directive->getDirectiveKind() == OMPD_atomic;
}

/// What runs as it stands in the source, on whatever thread is there. The others choose one thread, or a later time.
bool is_plain(const OMPExecutableDirective* directive) {
  const OpenMPDirectiveKind kind = directive->getDirectiveKind();
  return is_lock(directive) || (isOpenMPLoopDirective(kind) && !isOpenMPTaskLoopDirective(kind) &&
                                !isOpenMPParallelDirective(kind) && !isOpenMPTargetExecutionDirective(kind));
}

/// All threads wait here for each other.
bool ends_phase(const Stmt* statement) {
  const auto* directive = dyn_cast<OMPExecutableDirective>(statement);
  if (!directive) return false;
  const OpenMPDirectiveKind kind = directive->getDirectiveKind();
  return kind == OMPD_barrier ||
         (isOpenMPWorksharingDirective(kind) && !directive->hasClausesOfKind<OMPNowaitClause>());
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

/// Variables of which each thread has one of its own.
struct Owned {
  llvm::DenseSet<const ValueDecl*> variables;

  void add(const Stmt* reference) {
    const auto* expr = dyn_cast_or_null<clang::Expr>(reference);
    if (const auto* named = expr ? dyn_cast<DeclRefExpr>(expr->IgnoreParenImpCasts()) : nullptr)
      variables.insert(named->getDecl());
  }
  void add_clauses(const OMPExecutableDirective* directive) {
    for (const OMPClause* clause : directive->clauses()) switch (clause->getClauseKind()) {
        case OMPC_private:
        case OMPC_firstprivate:
        case OMPC_lastprivate:
        case OMPC_linear:
        case OMPC_reduction:
          for (const Stmt* variable : clause->children()) add(variable);
          break;
        default:
          break;
      }
    if (const auto* loop = dyn_cast<OMPLoopDirective>(directive))
      for (const clang::Expr* counter : loop->counters()) add(counter);
  }
};

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
  if (!is_plain(directive)) {
    leave_out(body);
    return true;
  }
  if (is_lock(directive)) for_each_inside(body, [&](const Stmt* inside) { exclusive_[inside] = directive; });
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
  if (entered_exclusive_.contains(directive)) {
    call_runtime("omp::leave", {{Value::Kind::Address, exclusive_lock(directive)}}, directive);
    return;
  }
  if (!function_ || !is_region(directive) || !directive->hasAssociatedStmt()) return;
  // Between two barriers, the threads are anywhere; those of the next phase come after all of this one.
  Stmt* body = const_cast<Stmt*>(directive->getRawStmt());
  std::vector<Stmt*> phase;
  const auto* block = dyn_cast<CompoundStmt>(body);
  if (!block) return run_phase(directive, body);
  const auto run = [&] {
    if (!phase.empty())
      run_phase(directive, CompoundStmt::Create(context_, phase, {}, body->getBeginLoc(), body->getEndLoc()));
    phase.clear();
  };
  for (Stmt* part : block->body()) {
    phase.push_back(part);
    if (ends_phase(part)) run();
  }
  run();
}

void BodyLowering::run_phase(const Stmt* region, Stmt* body) {
  Owned owned;
  const auto note_owned = [&](const Stmt* inside) {
    if (const auto* directive = dyn_cast<OMPExecutableDirective>(inside)) owned.add_clauses(directive);
    if (const auto* declaration = dyn_cast<DeclStmt>(inside))
      for (const Decl* decl : declaration->decls())
        if (const auto* variable = dyn_cast<ValueDecl>(decl)) owned.variables.insert(variable);
  };
  for_each_inside(region, note_owned);

  Function facts;
  BodyLowering lowering(unit_, function_, facts);
  std::vector<Value> args{{Value::Kind::Function}};
  const auto* method = dyn_cast<CXXMethodDecl>(function_);
  const bool has_object = method && !method->isStatic();
  if (has_object) args.push_back({Value::Kind::Address, Place{Root::This}});
  for_each_inside(body, [&](const Stmt* inside) {
    const auto* named = dyn_cast<DeclRefExpr>(inside);
    const auto* variable = named ? dyn_cast<VarDecl>(named->getDecl()) : nullptr;
    if (!variable || variable->hasGlobalStorage() || owned.variables.contains(variable) ||
        !lowering.variables_.try_emplace(variable, Place{Root::Param, static_cast<unsigned>(facts.params.size())})
             .second)
      return;
    facts.params.push_back({variable->getNameAsString(), unit_.type(variable->getType().getNonReferenceType()),
                            where(variable->getLocation()), true});
    args.push_back({Value::Kind::Address, variable_place(variable)});
  });
  lowering.prepare(body);
  if (!lowering.lower_graph(function_, body)) return;
  const SourceManager& sources = context_.getSourceManager();
  facts.key = unit_.function(function_) + "#parallel" +
              std::to_string(sources.getFileOffset(sources.getFileLoc(body->getBeginLoc())) -
                             sources.getFileOffset(sources.getFileLoc(function_->getBeginLoc())));
  if (const auto* block = dyn_cast<CompoundStmt>(body); block && !block->body_empty())
    facts.key += '.' + std::to_string(sources.getFileOffset(sources.getFileLoc(block->body_front()->getBeginLoc())));
  facts.name = "parallel region of " + unit_.keys().name_of(function_);
  facts.where = where(region->getBeginLoc());
  facts.result = unit_.type(context_.VoidTy);
  facts.visibility = Visibility::Private;
  if (has_object) facts.record = unit_.keys().of_tag(method->getParent());
  args.front().key = facts.key;
  unit_.add_function(std::move(facts));
  call_runtime("omp::parallel", std::move(args), region);
}

}  // namespace ferrule
