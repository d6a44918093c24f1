// Facts to bytes and back.
#include "checks/store/arity.h"
#include "checks/store/dump.h"
#include "checks/store/facts_bytes.h"
#include "checks/store/fields.h"
#include "test/facts/events.h"

#include <set>

namespace ferrule::test {
namespace {

const char* kCode =
    "#include <mutex>\nstruct C { void f() { std::lock_guard<std::mutex> g(m); for (auto& x : a) x++; if (n) n = 2; "
    "auto l = [this] { n = 3; }; l(); }"
    " std::mutex m; int a[3]; int n __attribute__((guarded_by(m))); }; C c; int g = 3;";

TEST(FactsBytes, ComeBackAsTheyWere) {
  const Facts facts = facts_of(kCode);
  const std::string bytes = to_bytes(facts);
  const std::optional<Facts> back = from_bytes(bytes);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(to_bytes(*back), bytes);
  EXPECT_EQ(dump(*back), dump(facts));
}

TEST(FactsBytes, AreCompact) {
  const Facts facts = facts_of(kCode);
  EXPECT_LT(to_bytes(facts).size(), dump(facts).size() * 2);
}

TEST(FactsBytes, NoChangedByteGoesUnnoticed) {
  const std::string bytes = to_bytes(facts_of("int g; void f(int a) { g = a; }"));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(from_bytes(damaged).has_value()) << "byte " << i;
    EXPECT_FALSE(from_bytes(bytes.substr(0, i)).has_value()) << "the first " << i << " bytes";
  }
  EXPECT_FALSE(from_bytes(bytes + '\0').has_value());
}

/// An archive that keeps where members are.
struct Addresses {
  std::set<const void*> all;

  template <class... Members>
  void operator()(Members&... members) {
    (all.insert(&members), ...);
  }
};

// That `visit` names as many members as there are, the compiler sees. This sees that it names each of them.
template <class Entity>
bool holds_each_member_once() {
  Addresses addresses;
  Entity entity{};
  store::visit(addresses, entity);
  return addresses.all.size() == store::arity<Entity>();
}

template <class... Entities>
std::vector<bool> hold_each_member_once() {
  return {holds_each_member_once<Entities>()...};
}

TEST(FactsBytes, HoldEveryMember) {
  const std::vector<bool> held =
      hold_each_member_once<Facts, Location, Step, Place, Value, Type, Alias, Annotation::Demand, Annotation, Field,
                            Base, TemplateArgument, Record, Global, Event, Nest::Dependence, Nest, Condition, Block,
                            Variable, LockAttributes, Function>();
  EXPECT_EQ(held, std::vector<bool>(held.size(), true));
}

}  // namespace
}  // namespace ferrule::test
