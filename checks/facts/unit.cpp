#include "checks/facts/unit.h"

#include "checks/facts/attributes.h"
#include "checks/facts/compat.h"

namespace ferrule {

using namespace clang;

namespace {

Visibility visibility_of(const Decl* decl) {
  switch (decl->getAccess()) {
    case AS_public:
      return Visibility::Public;
    case AS_protected:
      return Visibility::Protected;
    case AS_private:
      return Visibility::Private;
    case AS_none:
      return Visibility::None;
  }
  return Visibility::None;
}

TypeKind kind_of(const clang::Type* type) {
  if (isa<PointerType>(type)) return TypeKind::Pointer;
  if (isa<ReferenceType>(type)) return TypeKind::Reference;
  if (isa<MemberPointerType>(type)) return TypeKind::MemberPointer;
  if (isa<clang::FunctionType>(type)) return TypeKind::Function;
  if (isa<ArrayType>(type)) return TypeKind::Array;
  if (isa<AtomicType>(type)) return TypeKind::Atomic;
  if (isa<RecordType>(type)) return TypeKind::Record;
  if (isa<EnumType>(type)) return TypeKind::Enum;
  if (type->isDependentType()) return TypeKind::Unknown;
  if (isa<BuiltinType>(type) || isa<VectorType>(type) || isa<ComplexType>(type) || type->isBitIntType())
    return TypeKind::Scalar;
  return TypeKind::Unknown;
}

bool has_instance(const FunctionTemplateDecl* pattern) {
  for (const FunctionDecl* instance : pattern->specializations())
    if (instance->hasBody()) return true;
  return false;
}

}  // namespace

bool has_object_parameter(const FunctionDecl* function) {
  const auto* method = dyn_cast_or_null<CXXMethodDecl>(function);
  return method && method->isExplicitObjectMemberFunction() && method->getParamDecl(0)->getType()->isReferenceType();
}

Place parameter_place(const ParmVarDecl* parameter) {
  const unsigned index = parameter->getFunctionScopeIndex();
  if (!has_object_parameter(dyn_cast<FunctionDecl>(parameter->getDeclContext()))) return {Root::Param, index};
  return index == 0 ? Place{Root::This} : Place{Root::Param, index - 1};
}

Unit::Unit(ASTContext& context, const ExtractOptions& options) : context_(context), options_(options), keys_(context) {}

const std::string& Unit::type(QualType type) {
  if (const auto* written = type->getAs<TypedefType>()) alias(written->getDecl());
  QualType canonical = context_.getCanonicalType(type);
  if (!canonical->isVoidType() && may_name_handle(canonical) && names_handle(type)) return handle(type);
  auto found = types_.find(canonical.getAsOpaquePtr());
  if (found != types_.end()) return *found->second;
  const std::string& key = keys_.of_type(canonical);
  types_[canonical.getAsOpaquePtr()] = &key;

  Type facts;
  const clang::Type* bare = canonical.getTypePtr();
  facts.key = key;
  facts.kind = kind_of(bare);
  facts.spelling = keys_.spelling_of(canonical);
  facts.is_const = canonical.isLocalConstQualified();
  facts.is_volatile = canonical.isLocalVolatileQualified();
  if (const auto* pointer = dyn_cast<PointerType>(bare)) facts.target = this->type(pointer->getPointeeType());
  if (const auto* reference = dyn_cast<ReferenceType>(bare)) facts.target = this->type(reference->getPointeeType());
  if (const auto* member = dyn_cast<MemberPointerType>(bare)) facts.target = this->type(member->getPointeeType());
  if (const auto* array = dyn_cast<ArrayType>(bare)) facts.target = this->type(array->getElementType());
  if (const auto* atomic = dyn_cast<AtomicType>(bare)) facts.target = this->type(atomic->getValueType());
  if (const auto* function = dyn_cast<clang::FunctionType>(bare)) facts.target = this->type(function->getReturnType());
  if (const auto* tag = dyn_cast<RecordType>(bare)) {
    facts.record = keys_.of_tag(tag->getDecl());
    record(tag->getDecl());
  }
  facts_.types.push_back(std::move(facts));
  return key;
}

void Unit::alias(const TypedefNameDecl* decl) {
  if (!aliases_.insert(decl->getCanonicalDecl()).second) return;
  const DeclContext* context = decl->getDeclContext();
  if (context->isDependentContext() || isa<ClassTemplateSpecializationDecl>(context)) return;
  if (decl->getUnderlyingType()->isDependentType() || decl->getName().starts_with("__")) return;
  const std::string& type = this->type(decl->getUnderlyingType());
  facts_.aliases.push_back({keys_.name_of(decl), type});
}

void Unit::record(const TagDecl* tag) {
  auto [entry, fresh] = records_.try_emplace(tag->getCanonicalDecl(), facts_.records.size());
  if (!fresh) return;
  Record& facts = facts_.records.emplace_back();
  facts.key = keys_.of_tag(tag);
  pending_records_.emplace_back(tag, depth_);
}

void Unit::fill_record(const TagDecl* tag) {
  const TagDecl* definition = tag->getDefinition();
  const TagDecl* decl = definition ? definition : tag;
  Record facts;
  facts.key = keys_.of_tag(tag);
  facts.name = keys_.name_of(decl);
  facts.spelling = keys_.spelling_of_tag(decl);
  facts.where = keys_.where(decl->getLocation());
  facts.is_complete = definition != nullptr;
  facts.is_union = decl->isUnion();
  facts.is_system = keys_.in_system_header(decl->getLocation());
  facts.annotations = annotations_of(*this, decl);
  facts.is_capability = decl->hasAttr<CapabilityAttr>();
  facts.is_scoped_capability = decl->hasAttr<ScopedLockableAttr>();
  unsigned outer = depth_;
  if (const auto* specialization = dyn_cast<ClassTemplateSpecializationDecl>(decl))
    fill_arguments(facts, specialization);
  // The standard library's insides matter only so far as the knowledge does not know a class.
  depth_ = facts.is_system ? outer + 1 : 0;
  constexpr unsigned kDeepest = 4;
  if (definition && depth_ <= kDeepest) {
    if (const auto* record = dyn_cast<CXXRecordDecl>(definition)) fill_class(facts, record);
    fill_fields(facts, cast<RecordDecl>(definition));
  } else if (definition) {
    const auto* record = dyn_cast<CXXRecordDecl>(definition);
    facts.is_complete = record && record->isEmpty();  // nothing of it is missing
  }
  depth_ = outer;
  facts_.records[records_[tag->getCanonicalDecl()]] = std::move(facts);
}

void Unit::fill_arguments(Record& facts, const ClassTemplateSpecializationDecl* specialization) {
  unsigned outer = std::exchange(depth_, 0);
  for (const clang::TemplateArgument& argument : specialization->getTemplateArgs().asArray())
    add_argument(facts, argument);
  depth_ = outer;
}

void Unit::add_argument(Record& facts, const clang::TemplateArgument& argument) {
  if (argument.getKind() == clang::TemplateArgument::Pack) {
    for (const clang::TemplateArgument& element : argument.pack_elements()) add_argument(facts, element);
  } else if (argument.getKind() == clang::TemplateArgument::Type) {
    facts.arguments.push_back({type(argument.getAsType()), ""});
  } else {
    facts.arguments.push_back({"", keys_.argument_text(argument)});
  }
}

void Unit::fill_class(Record& facts, const CXXRecordDecl* record) {
  facts.is_closure = record->isLambda();
  if (facts.is_closure)
    if (const CXXMethodDecl* call = record->getLambdaCallOperator())
      facts.is_mutable_closure = !call->isConst() && !call->isStatic();
  facts.is_polymorphic = record->isPolymorphic();
  facts.is_final = record->isEffectivelyFinal();
  for (const CXXBaseSpecifier& base : record->bases())
    facts.bases.push_back({type(base.getType()), base.isVirtual(), keys_.where(base.getBeginLoc())});
  fill_methods(facts, record);
}

void Unit::fill_methods(Record& facts, const CXXRecordDecl* record) {
  bool locks = false;
  bool unlocks = false;
  unsigned call_operators = 0;
  // Of what the compiler declares by itself, only what it had to define says anything.
  auto add = [&](const CXXMethodDecl* method) {
    if (facts.is_system || (method->isImplicit() && !method->hasBody())) return keys_.of_function(method);
    const std::string& key = function(method);
    facts.methods.push_back(key);
    return key;
  };
  for (const Decl* member : record->decls()) {
    if (const auto* pattern = dyn_cast<FunctionTemplateDecl>(member)) {
      if (record->isLambda() && !has_instance(pattern)) {
        const auto* written = dyn_cast<CXXMethodDecl>(pattern->getTemplatedDecl());
        if (written && written->getOverloadedOperator() == OO_Call) facts.call_operator = add(written);
        continue;
      }
      for (const FunctionDecl* instance : pattern->specializations()) {
        const auto* method = dyn_cast<CXXMethodDecl>(instance);
        if (!method || facts.is_system || method->isDependentContext()) continue;
        if (record->isLambda() && !method->hasBody()) continue;
        std::string key = add(method);
        if (method->getOverloadedOperator() == OO_Call && ++call_operators == 1) facts.call_operator = key;
      }
      continue;
    }
    const auto* method = dyn_cast<CXXMethodDecl>(member);
    if (!method || method->isDependentContext()) continue;
    if (record->isLambda() && method->isStatic() && method->getOverloadedOperator() != OO_Call) continue;
    if (const IdentifierInfo* identifier = method->getIdentifier()) {
      if (method->getNumParams() == 0 && method->getAccess() == AS_public) {
        locks |= identifier->isStr("lock");
        unlocks |= identifier->isStr("unlock");
      }
      if (!facts.is_system) add(method);
      continue;
    }
    const auto* constructor = dyn_cast<CXXConstructorDecl>(method);
    bool is_call = method->getOverloadedOperator() == OO_Call;
    bool is_copy = constructor && constructor->isCopyConstructor();
    bool is_destructor = isa<CXXDestructorDecl>(method);
    if (facts.is_system && !is_call && !is_copy && !is_destructor) continue;
    std::string key = add(method);
    if (is_call && ++call_operators == 1) facts.call_operator = key;
    if (is_copy && facts.copy_constructor.empty()) facts.copy_constructor = key;
    if (is_destructor && !(facts.is_system && record->hasTrivialDestructor())) facts.destructor = key;
  }
  // A generic closure's instances are one body as far as it was written.
  if (call_operators > 1 && !record->isLambda()) facts.call_operator.clear();
  facts.has_lock_methods = locks && unlocks;
  for (const Decl* member : record->decls()) {
    if (const auto* using_decl = dyn_cast<UsingShadowDecl>(member)) {
      StringRef name =
          using_decl->getTargetDecl()->getDeclName().isIdentifier() ? using_decl->getTargetDecl()->getName() : "";
      locks |= name == "lock";
      unlocks |= name == "unlock";
      facts.has_lock_methods = locks && unlocks;
    }
  }
}

void Unit::fill_fields(Record& facts, const RecordDecl* record) {
  const auto* cxx = dyn_cast<CXXRecordDecl>(record);
  bool is_closure = cxx && cxx->isLambda();
  for (const FieldDecl* field : record->fields()) {
    Field made;
    made.key = keys_.of_field(field);
    made.name = keys_.field_name(field);
    made.type = type(is_closure ? written_capture_type(field) : field->getType());
    made.where = keys_.where(field->getLocation());
    made.is_mutable = field->isMutable();
    made.is_bit_field = field->isBitField() && !compat::is_zero_length(field);
    made.is_reference = field->getType()->isReferenceType();
    made.guarded_by = guard_of(*this, field, made.guards_pointee);
    if (is_closure && field->getFieldIndex() < cxx->capture_size()) {
      const LambdaCapture& capture = *(cxx->captures_begin() + field->getFieldIndex());
      made.where = keys_.where(capture.getLocation());
      if (capture.capturesThis())
        made.capture = capture.getCaptureKind() == LCK_StarThis ? Field::Capture::StarThis : Field::Capture::This;
      else if (capture.capturesVariable() && isa<VarDecl>(capture.getCapturedVar()) &&
               cast<VarDecl>(capture.getCapturedVar())->isInitCapture())
        made.capture = Field::Capture::Init;
      else
        made.capture = made.is_reference ? Field::Capture::Reference : Field::Capture::Copy;
    }
    facts.fields.push_back(std::move(made));
  }
}

namespace {

/// Does a structure start with anything but zeros, as `PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP` makes it?
bool starts_with_numbers(const Stmt* init) {
  if (!init) return false;
  if (const auto* number = dyn_cast<IntegerLiteral>(init)) return number->getValue() != 0;
  if (const auto* named = dyn_cast<DeclRefExpr>(init)) {
    const auto* constant = dyn_cast<EnumConstantDecl>(named->getDecl());
    return constant && constant->getInitVal() != 0;
  }
  return llvm::any_of(init->children(), starts_with_numbers);
}

}  // namespace

const std::string& Unit::global(const VarDecl* variable) {
  const std::string& key = keys_.of_variable(variable);
  if (!globals_.insert(variable->getCanonicalDecl()).second) return key;
  const VarDecl* definition = variable->getDefinition();
  const VarDecl* decl = definition ? definition : variable->getCanonicalDecl();
  Global facts;
  facts.key = key;
  facts.name = keys_.name_of(decl);
  facts.type = type(decl->getType());
  facts.where = keys_.where(decl->getLocation());
  facts.is_thread_local = decl->getTLSKind() != VarDecl::TLS_None || decl->hasAttr<OMPThreadPrivateDeclAttr>();
  facts.is_constant = decl->isConstexpr() || decl->getType().isConstQualified() || decl->getType()->isReferenceType();
  facts.is_local_static = decl->isStaticLocal();
  facts.is_system = keys_.in_system_header(decl->getLocation());
  facts.starts_with_numbers = decl->getType()->isRecordType() && isa_and_nonnull<InitListExpr>(decl->getInit()) &&
                              ferrule::starts_with_numbers(decl->getInit());
  bool of_pointee = false;
  facts.guarded_by = guard_of(*this, decl, of_pointee);
  if (of_pointee && facts.guarded_by) facts.guards_pointee = true;
  facts_.globals.push_back(std::move(facts));
  return key;
}

void Unit::declare(Function& facts, const FunctionDecl* function) {
  facts.name = keys_.name_of(function);
  const FunctionDecl* definition = nullptr;
  function->isDefined(definition);
  const FunctionDecl* decl = definition ? definition : function;
  facts.where = keys_.where(decl->getLocation());
  facts.result = type(function->getReturnType());
  const QualType object = has_object_parameter(decl) ? decl->getParamDecl(0)->getType() : QualType();
  for (const ParmVarDecl* parameter : decl->parameters().drop_front(object.isNull() ? 0 : 1)) {
    Variable made{parameter->getNameAsString(), type(parameter->getType()), keys_.where(parameter->getLocation()),
                  parameter->getType()->isReferenceType()};
    made.annotations = annotations_of(*this, parameter);
    facts.params.push_back(std::move(made));
  }
  facts.annotations = annotations_of(*this, decl);
  facts.locks = lock_attributes_of(*this, decl);
  facts.visibility = visibility_of(function);
  facts.is_system = keys_.in_system_header(function->getLocation());
  facts.is_noreturn = function->isNoReturn();
  facts.is_defaulted = function->isDefaulted() || function->isImplicit();
  facts.is_constructor = isa<CXXConstructorDecl>(function);
  facts.is_destructor = isa<CXXDestructorDecl>(function);
  const auto* method = dyn_cast<CXXMethodDecl>(function);
  if (!method) return;
  facts.record = keys_.of_tag(method->getParent());
  record(method->getParent());
  facts.is_assignment = method->isCopyAssignmentOperator() || method->isMoveAssignmentOperator();
  facts.is_const = method->isConst() || (!object.isNull() && object->getPointeeType().isConstQualified());
  const auto* state = method->getAttr<SetTypestateAttr>();
  facts.consumes_object = method->getRefQualifier() == RQ_RValue ||
                          (!object.isNull() && object->isRValueReferenceType()) ||
                          (state && state->getNewState() == SetTypestateAttr::Consumed);
  facts.is_static = method->isStatic();
  facts.is_virtual = method->isVirtual();
  facts.is_closure_body = method->getParent()->isLambda() && method->getOverloadedOperator() == OO_Call;
  for (const CXXMethodDecl* overridden : method->overridden_methods())
    facts.overrides.push_back(this->function(overridden));
}

const std::string& Unit::function(const FunctionDecl* function) {
  const std::string& key = keys_.of_function(function);
  auto [entry, fresh] = functions_.try_emplace(function->getCanonicalDecl(), facts_.functions.size());
  if (!fresh) return key;
  facts_.functions.emplace_back().key = key;
  Function facts;
  facts.key = key;
  unsigned outer = std::exchange(depth_, keys_.in_system_header(function->getLocation()) ? 1 : 0);
  declare(facts, function);
  depth_ = outer;
  facts_.functions[functions_[function->getCanonicalDecl()]] = std::move(facts);
  return key;
}

Function& Unit::function_facts(const FunctionDecl* function) {
  this->function(function);
  return facts_.functions[functions_[function->getCanonicalDecl()]];
}

std::string Unit::inherited_function(const CXXMethodDecl* method, const CXXRecordDecl* seen_as) {
  std::string key = keys_.of_function(method) + " as " + keys_.of_tag(seen_as);
  if (!inherited_.try_emplace(key, true).second) return key;
  Function facts;
  facts.key = key;
  declare(facts, method);
  size_t colons = facts.name.rfind("::");
  facts.name = keys_.name_of(seen_as) + (colons == std::string::npos ? "" : facts.name.substr(colons));
  facts.record = keys_.of_tag(seen_as);
  record(seen_as);
  facts_.functions.push_back(std::move(facts));
  return key;
}

std::string Unit::runtime_function(const std::string& name) {
  if (!unnamed_.insert(name).second) return name;
  Function facts;
  facts.key = facts.name = name;
  facts.is_system = true;
  facts.result = type(context_.VoidTy);
  facts_.functions.push_back(std::move(facts));
  return name;
}

void Unit::add_lock(const std::string& name, const Location& where) {
  if (!unnamed_.insert(name).second) return;
  Global facts;
  facts.key = facts.name = name;
  facts.where = where;
  facts_.globals.push_back(std::move(facts));
}

void Unit::want_body(const FunctionDecl* function) {
  const FunctionDecl* definition = nullptr;
  if (!function->isDefined(definition) || definition->isDependentContext()) return;
  if (!definition->hasBody()) return;
  if (wanted_.insert(definition->getCanonicalDecl()).second) bodies_.push_back(definition);
}

void Unit::want_uninstantiated(FunctionTemplateDecl* pattern) {
  if (has_instance(pattern)) return;
  const FunctionDecl* function = pattern->getTemplatedDecl();
  if (function->hasBody() && wanted_.insert(function->getCanonicalDecl()).second) bodies_.push_back(function);
}

const FunctionDecl* Unit::next_body() { return next_body_ < bodies_.size() ? bodies_[next_body_++] : nullptr; }

Facts Unit::finish() {
  const SourceManager& sources = context_.getSourceManager();
  facts_.unit = keys_.where(sources.getLocForStartOfFile(sources.getMainFileID())).file;
  for (size_t i = 0; i < pending_records_.size(); ++i) {
    auto [tag, depth] = pending_records_[i];
    depth_ = depth;
    fill_record(tag);
  }
  name_instances();
  return std::move(facts_);
}

std::vector<std::string> template_types(Unit& unit, const FunctionDecl* function) {
  std::vector<std::string> types;
  const TemplateArgumentList* arguments = function->getTemplateSpecializationArgs();
  if (!arguments) return types;
  for (const clang::TemplateArgument& argument : arguments->asArray()) {
    if (argument.getKind() == clang::TemplateArgument::Type) types.push_back(unit.type(argument.getAsType()));
    if (argument.getKind() != clang::TemplateArgument::Pack) continue;
    for (const clang::TemplateArgument& element : argument.pack_elements())
      if (element.getKind() == clang::TemplateArgument::Type) types.push_back(unit.type(element.getAsType()));
  }
  return types;
}

}  // namespace ferrule
