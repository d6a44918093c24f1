// Types, records, keys, names, attributes.
#include "test/facts/events.h"
#include "test/facts/parse.h"

#include <set>

namespace ferrule::test {
namespace {

TEST(Types, AreRegisteredWithAllTheyAreMadeOf) {
  Facts facts = facts_of(
      "struct S { const int* const p; volatile long v; S** q; int a[4]; void (*f)(int); int S::*m; _Atomic(int) t; };");
  const Record* record = record_named(facts, "S");
  ASSERT_NE(record, nullptr);
  std::vector<std::pair<TypeKind, std::string>> kinds;
  for (const Field& field : record->fields) {
    const Type* type = type_keyed(facts, field.type);
    ASSERT_NE(type, nullptr) << field.type;
    if (!type->target.empty()) {
      EXPECT_NE(type_keyed(facts, type->target), nullptr) << type->target;
    }
    kinds.emplace_back(type->kind, type->spelling);
  }
  EXPECT_EQ(kinds, (std::vector<std::pair<TypeKind, std::string>>{{TypeKind::Pointer, "const int *const"},
                                                                  {TypeKind::Scalar, "volatile long"},
                                                                  {TypeKind::Pointer, "S **"},
                                                                  {TypeKind::Array, "int[4]"},
                                                                  {TypeKind::Pointer, "void (*)(int)"},
                                                                  {TypeKind::MemberPointer, "int S::*"},
                                                                  {TypeKind::Atomic, "_Atomic(int)"}}));
}

TEST(Types, ArraysOfArraysAreSpelledOutermostFirst) {
  Facts facts = facts_of("struct S { int a[2][3]; const char* b[4][5]; };");
  const Record* record = record_named(facts, "S");
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(type_keyed(facts, record->fields[0].type)->spelling, "int[2][3]");
  EXPECT_EQ(type_keyed(facts, record->fields[1].type)->spelling, "const char *[4][5]");
}

TEST(Types, AliasesAreKeptThatAreNoTemplates) {
  Facts facts = facts_of(
      "namespace a { inline namespace v { struct S {}; using Own = S*; } template <class T> using Of = T*;\n"
      "template <class T> struct B { using Inner = T; Inner inner; }; }\n"
      "a::B<int> b; void f() { typedef a::Own Local; Local local = nullptr; (void)local; }");
  std::set<std::pair<std::string, std::string>> aliases;
  for (const Alias& alias : facts.aliases) aliases.emplace(alias.key, type_keyed(facts, alias.type)->spelling);
  EXPECT_EQ(aliases, (std::set<std::pair<std::string, std::string>>{{"a::Own", "a::S *"}, {"f::Local", "a::S *"}}));
}

TEST(Types, HandlesThatAreVoidKeepTheirNames) {
  Facts facts = facts_of(
      "typedef void CURL; typedef CURL Again; typedef void* Erased; namespace n { using Device = void; } CURL* make();"
      "struct S { CURL* a; const CURL* b; CURL* const c; Again* d; Erased e; n::Device* f; CURL*& g; void* h; };"
      "void use() { auto handle = make(); auto lambda = [handle, &other = handle] { (void)handle; (void)other; }; "
      "lambda(); }");
  const Record* record = record_named(facts, "S");
  ASSERT_NE(record, nullptr);
  std::vector<std::string> spellings;
  for (const Field& field : record->fields) spellings.push_back(type_keyed(facts, field.type)->spelling);
  EXPECT_EQ(spellings, (std::vector<std::string>{"CURL *", "const CURL *", "CURL *const", "CURL *", "void *",
                                                 "n::Device *", "CURL *&", "void *"}));
  const Type* handle = type_keyed(facts, record->fields[0].type);
  EXPECT_EQ(handle->kind, TypeKind::Pointer);
  EXPECT_EQ(type_keyed(facts, handle->target)->record, "CURL");
  ASSERT_NE(record_named(facts, "CURL"), nullptr);
  EXPECT_FALSE(record_named(facts, "CURL")->is_complete);
  for (const Record& closure : facts.records)
    if (closure.is_closure) {
      ASSERT_EQ(closure.fields.size(), 2u);
      EXPECT_EQ(type_keyed(facts, closure.fields[0].type)->spelling, "CURL *");
    }
}

TEST(Types, LibraryTypesAreSpelledAsPeopleDo) {
  Facts facts = facts_of(
      "#include <map>\n#include <string>\n#include <memory>\nstruct S { std::map<std::string, std::unique_ptr<int>> m; "
      "};");
  const Record* record = record_named(facts, "S");
  EXPECT_EQ(type_keyed(facts, record->fields[0].type)->spelling, "std::map<std::string, std::unique_ptr<int>>");
  const Record* map = record_named(facts, "std::map");
  ASSERT_NE(map, nullptr);
  EXPECT_TRUE(map->is_system);
  EXPECT_EQ(type_keyed(facts, map->arguments.at(0).type)->spelling, "std::string");
}

TEST(Records, PropertiesAndAttributes) {
  Facts facts = facts_of(
      "struct __attribute__((capability(\"mutex\"))) Mu { void lock() __attribute__((acquire_capability())); void "
      "unlock() "
      "__attribute__((release_capability())); };"
      "struct [[clang::annotate(\"ferrule::claim_send\", \"checked by hand\")]] C { mutable Mu mu; int n "
      "__attribute__((guarded_by(mu))); "
      "int* p __attribute__((pt_guarded_by(mu))); void f() __attribute__((requires_capability(mu))); "
      "void g(C& o) __attribute__((locks_excluded(o.mu))); virtual ~C(); };");
  const Record* mutex = record_named(facts, "Mu");
  EXPECT_TRUE(mutex->is_capability);
  EXPECT_TRUE(mutex->has_lock_methods);
  EXPECT_TRUE(function_named(facts, "Mu::lock")->locks.acquires_this);
  EXPECT_TRUE(function_named(facts, "Mu::unlock")->locks.releases_this);
  const Record* record = record_named(facts, "C");
  ASSERT_EQ(record->annotations.size(), 1u);
  EXPECT_EQ(record->annotations[0].name, "claim_send");
  EXPECT_EQ(record->annotations[0].reason, "checked by hand");
  EXPECT_TRUE(record->is_polymorphic);
  EXPECT_TRUE(record->fields[0].is_mutable);
  EXPECT_EQ(record->fields[1].guarded_by, (Place{Root::This}.field("C.mu")));
  EXPECT_FALSE(record->fields[1].guards_pointee);
  EXPECT_TRUE(record->fields[2].guards_pointee);
  EXPECT_EQ(function_named(facts, "C::f")->locks.requires_held, (std::vector<Place>{Place{Root::This}.field("C.mu")}));
  EXPECT_EQ(function_named(facts, "C::g")->locks.excludes, (std::vector<Place>{Place{Root::Param, 0}.field("C.mu")}));
}

TEST(Records, AnnotationsOfParametersAndInstances) {
  Facts facts = facts_of(
      "template <class T> struct [[clang::annotate(\"ferrule::not_send\")]] W { T* t; };"
      "void post([[clang::annotate(\"ferrule::sink\")]] int job, int n); void f(W<int>* w) { post(1, 2); }");
  const Function* post = function_named(facts, "post");
  ASSERT_EQ(post->params.size(), 2u);
  ASSERT_EQ(post->params[0].annotations.size(), 1u);
  EXPECT_EQ(post->params[0].annotations[0].name, "sink");
  EXPECT_TRUE(post->params[1].annotations.empty());
  ASSERT_EQ(record_named(facts, "W")->annotations.size(), 1u);
  EXPECT_EQ(record_named(facts, "W")->annotations[0].name, "not_send");
}

TEST(Records, IncompleteAndDerived) {
  Facts facts = facts_of(
      "struct I; struct B { I* i; }; template <class T> struct W : B { T t; }; void f(W<int>& w) { w.t = 1; }");
  EXPECT_FALSE(record_named(facts, "I")->is_complete);
  const Record* derived = record_named(facts, "W");
  ASSERT_NE(derived, nullptr);
  EXPECT_EQ(derived->key, "W<int>");
  ASSERT_EQ(derived->bases.size(), 1u);
  EXPECT_EQ(derived->bases[0].type, "B");
}

TEST(Keys, AgreeBetweenUnits) {
  std::string header =
      "namespace n { inline namespace v1 { struct S { template <class T> void m(T); void k() { auto l = [this] { x = "
      "1; }; l(); } int x; }; } }"
      "inline int shared() { static int k; struct L { int a; }; L l{1}; return k + l.a; }\n";
  std::optional<Facts> one = facts_of_code(header + "void f(n::S& s) { s.m(1); s.k(); shared(); }", "one.cpp");
  std::optional<Facts> two =
      facts_of_code("struct Other;\n" + header + "void g(n::S& s) { shared(); s.k(); s.m(1); }", "two.cpp");
  ASSERT_TRUE(one && two);
  std::set<std::string> keys;
  for (const Function& function : one->functions)
    if (function.name != "f") keys.insert(function.key);
  for (const Function& function : two->functions)
    if (function.name != "g") {
      EXPECT_TRUE(keys.count(function.key) || function.is_defaulted) << function.key;
    }
  EXPECT_EQ(global_named(*one, "shared::k")->key, global_named(*two, "shared::k")->key);
  EXPECT_EQ(record_named(*one, "shared::L")->key.substr(0, 11), record_named(*two, "shared::L")->key.substr(0, 11));
}

TEST(Keys, TellWhatOtherUnitsCannotSee) {
  std::string code =
      "static int a; namespace { int b; struct S { int x; }; void h() { b = 1; } } static void g() { a = 1; } void f() "
      "{ g(); h(); S s; }";
  std::optional<Facts> one = facts_of_code(code, "one.cpp");
  std::optional<Facts> two = facts_of_code(code, "two.cpp");
  ASSERT_TRUE(one && two);
  for (const char* name : {"a", "b"}) EXPECT_NE(global_named(*one, name)->key, global_named(*two, name)->key);
  for (const char* name : {"g", "h"}) EXPECT_NE(function_named(*one, name)->key, function_named(*two, name)->key);
  EXPECT_NE(record_named(*one, "S")->key, record_named(*two, "S")->key);
  EXPECT_EQ(function_named(*one, "f")->key, function_named(*two, "f")->key);
}

TEST(Keys, OverloadsAndInstancesAreApart) {
  Facts facts = facts_of(
      "void f(int); void f(long); struct S { void m(); void m() const; void m(int); template <class T> void t(); };"
      "template <class T> int g(T) { return 1; } void h(S s, const S c) { f(1); f(1L); s.m(); c.m(); s.m(1); g(1); "
      "g(1L); g(s); s.t<int>(); s.t<long>(); }");
  std::set<std::string> keys;
  for (const Function& function : facts.functions) EXPECT_TRUE(keys.insert(function.key).second) << function.key;
  unsigned instances = 0;
  for (const Function& function : facts.functions) instances += function.name == "g" && function.has_body();
  EXPECT_EQ(instances, 3u);
}

TEST(Names, LeaveOutWhatTheReaderDoesNotWrite) {
  Facts facts = facts_of(
      "#include <thread>\n#include <vector>\nvoid f(std::vector<int>& v) { v.push_back(1); std::thread t([] {}); "
      "t.join(); }");
  EXPECT_NE(function_named(facts, "std::vector::push_back"), nullptr);
  EXPECT_NE(function_named(facts, "std::thread::thread"), nullptr);
  EXPECT_NE(function_named(facts, "std::thread::join"), nullptr);
  EXPECT_NE(function_named(facts, "f::(lambda)::operator()"), nullptr);
  for (const Function& function : facts.functions)
    if (function.is_system) {
      EXPECT_FALSE(function.has_body()) << function.name;
    }
}

TEST(Functions, PropertiesAreKept) {
  Facts facts = facts_of(
      "struct S { explicit S(int); ~S(); S& operator=(const S&); static void s(); void c() const; private: virtual "
      "void v(); };"
      "[[noreturn]] void stop(); void f(S& s) { S::s(); s.c(); stop(); }");
  EXPECT_TRUE(function_named(facts, "S::S")->is_constructor);
  EXPECT_TRUE(function_named(facts, "S::~S")->is_destructor);
  EXPECT_TRUE(function_named(facts, "S::operator=")->is_assignment);
  EXPECT_TRUE(function_named(facts, "S::s")->is_static);
  EXPECT_TRUE(function_named(facts, "S::c")->is_const);
  EXPECT_TRUE(function_named(facts, "S::v")->is_virtual);
  EXPECT_EQ(function_named(facts, "S::v")->visibility, Visibility::Private);
  EXPECT_TRUE(function_named(facts, "stop")->is_noreturn);
}

}  // namespace
}  // namespace ferrule::test
