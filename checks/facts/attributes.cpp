#include "checks/facts/attributes.h"

#include "checks/facts/traits.h"

namespace ferrule {

using namespace clang;

namespace {

/// The place that an attribute's argument names, relative to This and Param; Unknown if it is more than a path.
Place place_of(Unit& unit, const Expr* expr) {
  expr = expr->IgnoreParenImpCasts();
  if (isa<CXXThisExpr>(expr)) return {Root::This};
  if (const auto* reference = dyn_cast<DeclRefExpr>(expr)) {
    if (const auto* parameter = dyn_cast<ParmVarDecl>(reference->getDecl())) return parameter_place(parameter);
    if (const auto* variable = dyn_cast<VarDecl>(reference->getDecl()))
      if (variable->hasGlobalStorage()) return {Root::Global, 0, unit.global(variable)};
    if (const auto* field = dyn_cast<FieldDecl>(reference->getDecl()))
      return Place{Root::This}.field(unit.keys().of_field(field));
    return {};
  }
  if (const auto* member = dyn_cast<MemberExpr>(expr)) {
    if (const auto* variable = dyn_cast<VarDecl>(member->getMemberDecl()))
      return {Root::Global, 0, unit.global(variable)};
    const auto* field = dyn_cast<FieldDecl>(member->getMemberDecl());
    Place base = place_of(unit, member->getBase());
    if (!field || !base.known()) return {};
    bool is_this = isa<CXXThisExpr>(member->getBase()->IgnoreParenImpCasts());
    if (member->isArrow() && !is_this) base = base.deref();
    base = base.field(unit.keys().of_field(field));
    return field->getType()->isReferenceType() ? base.deref() : base;
  }
  if (const auto* unary = dyn_cast<UnaryOperator>(expr)) {
    Place inner = place_of(unit, unary->getSubExpr());
    if (unary->getOpcode() == UO_Deref && inner.known()) {
      bool is_this = isa<CXXThisExpr>(unary->getSubExpr()->IgnoreParenImpCasts());
      return is_this ? inner : inner.deref();
    }
    if (unary->getOpcode() == UO_AddrOf || unary->getOpcode() == UO_LNot) return inner;
  }
  return {};
}

template <class Attribute>
void add_places(Unit& unit, const Attribute* attribute, std::vector<Place>& places) {
  for (const Expr* argument : attribute->args()) {
    Place place = place_of(unit, argument);
    if (place.known()) places.push_back(std::move(place));
  }
}

std::string first_text(const AnnotateAttr* attribute) {
  if (attribute->args_size() == 0) return {};
  const Expr* argument = *attribute->args_begin();
  if (const auto* constant = dyn_cast<ConstantExpr>(argument)) argument = constant->getSubExpr();
  if (const auto* text = dyn_cast<clang::StringLiteral>(argument->IgnoreParenImpCasts()))
    return text->getCharByteWidth() == 1 ? text->getString().str() : std::string{};
  return {};
}

}  // namespace

std::vector<Annotation> annotations_of(Unit& unit, const Decl* decl) {
  std::vector<Annotation> annotations;
  if (const auto* record = dyn_cast<CXXRecordDecl>(decl)) add_traits(unit, record, annotations);
  add_constraints(unit, decl, annotations);
  // An instance that nothing needed complete has not got its template's attributes.
  if (const auto* instance = dyn_cast<ClassTemplateSpecializationDecl>(decl);
      instance && !instance->hasAttrs() && !instance->isExplicitSpecialization())
    decl = instance->getSpecializedTemplate()->getTemplatedDecl();
  if (!decl->hasAttrs()) return annotations;
  for (const Attr* attribute : decl->attrs()) {
    if (const auto* annotate = dyn_cast<AnnotateAttr>(attribute)) {
      StringRef name = annotate->getAnnotation();
      if (name.consume_front("ferrule::"))
        annotations.push_back({name.str(), first_text(annotate), unit.keys().where(attribute->getLocation())});
    } else if (const auto* swift = dyn_cast<SwiftAttrAttr>(attribute)) {
      if (swift->getAttribute() == "@Sendable")
        annotations.push_back({"claim_send", "declared @Sendable", unit.keys().where(attribute->getLocation())});
      if (swift->getAttribute() == "~Sendable")
        annotations.push_back({"not_send", "declared ~Sendable", unit.keys().where(attribute->getLocation())});
    }
  }
  return annotations;
}

LockAttributes lock_attributes_of(Unit& unit, const FunctionDecl* function) {
  LockAttributes locks;
  if (!function->hasAttrs()) return locks;
  for (const Attr* attribute : function->attrs()) {
    if (const auto* requires_lock = dyn_cast<RequiresCapabilityAttr>(attribute)) {
      add_places(unit, requires_lock, requires_lock->isShared() ? locks.requires_shared : locks.requires_held);
    } else if (const auto* acquire = dyn_cast<AcquireCapabilityAttr>(attribute)) {
      if (acquire->args_size() == 0) locks.acquires_this = true;
      add_places(unit, acquire, locks.acquires);
      locks.acquires_shared |= acquire->isShared();
    } else if (const auto* try_acquire = dyn_cast<TryAcquireCapabilityAttr>(attribute)) {
      if (try_acquire->args_size() == 0) locks.acquires_this = true;
      add_places(unit, try_acquire, locks.acquires);
      locks.acquires_shared |= try_acquire->isShared();
      locks.acquires_if_true = true;
    } else if (const auto* release = dyn_cast<ReleaseCapabilityAttr>(attribute)) {
      if (release->args_size() == 0) locks.releases_this = true;
      add_places(unit, release, locks.releases);
    } else if (const auto* excludes = dyn_cast<LocksExcludedAttr>(attribute)) {
      add_places(unit, excludes, locks.excludes);
    } else if (const auto* asserts = dyn_cast<AssertCapabilityAttr>(attribute)) {
      locks.asserts_held = true;
      add_places(unit, asserts, locks.asserts);
    } else if (isa<NoThreadSafetyAnalysisAttr>(attribute)) {
      locks.not_analysed = true;
    }
  }
  return locks;
}

std::optional<Place> guard_of(Unit& unit, const Decl* decl, bool& of_pointee) {
  if (!decl->hasAttrs()) return std::nullopt;
  const Expr* argument = nullptr;
  if (const auto* guarded = decl->getAttr<GuardedByAttr>()) {
    argument = guarded->getArg();
    of_pointee = false;
  } else if (const auto* pointee = decl->getAttr<PtGuardedByAttr>()) {
    argument = pointee->getArg();
    of_pointee = true;
  }
  if (!argument) return std::nullopt;
  Place place = place_of(unit, argument);
  if (!place.known()) return std::nullopt;
  return place;
}

}  // namespace ferrule
