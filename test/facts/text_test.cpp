// Facts to text and back.
#include "checks/store/facts_text.h"
#include "test/facts/events.h"

namespace ferrule::test {
namespace {

const char* kCode =
    "#include <mutex>\nstruct C { void f() { std::lock_guard<std::mutex> g(m); for (auto& x : a) x++; if (n) n = 2; "
    "auto l = [this] { n = 3; }; l(); }"
    " std::mutex m; int a[3]; int n __attribute__((guarded_by(m))); }; C c; int g = 3;";

TEST(FactsText, ComesBackAsItWas) {
  Facts facts = facts_of(kCode);
  std::string text = to_json(facts);
  std::string error;
  std::optional<Facts> back = from_json(text, error);
  ASSERT_TRUE(back.has_value()) << error;
  EXPECT_EQ(to_json(*back), text);
  EXPECT_EQ(dump(*back), dump(facts));
}

TEST(FactsText, IsCompact) {
  Facts facts = facts_of(kCode);
  EXPECT_LT(to_json(facts).size(), dump(facts).size() * 2);
}

TEST(FactsText, DamageIsSaid) {
  std::string text = to_json(facts_of(kCode));
  std::string error;
  EXPECT_FALSE(from_json("", error));
  EXPECT_EQ(error, "is not a fact file");
  EXPECT_FALSE(from_json("{}", error));
  EXPECT_EQ(error, "is not a fact file");
  EXPECT_FALSE(from_json(text.substr(0, text.size() / 2), error));
  EXPECT_EQ(error, "is not a fact file");
  EXPECT_FALSE(from_json("{\"ferrule_facts\":999}", error));
  EXPECT_EQ(error, "is of another version of the fact format: 999, not " + std::to_string(kFactsVersion));
  EXPECT_FALSE(from_json("{\"ferrule_facts\":" + std::to_string(kFactsVersion) + "}", error));
  EXPECT_EQ(error, "is a damaged fact file");
}

TEST(FactsText, NoChangedByteGoesUnnoticed) {
  Facts facts = facts_of("int g; void f(int a) { g = a; }");
  std::string text = to_json(facts);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = damaged[i] == '7' ? '8' : '7';
    std::string error;
    EXPECT_FALSE(from_json(damaged, error).has_value()) << "byte " << i << ": " << damaged.substr(i, 20);
  }
}

}  // namespace
}  // namespace ferrule::test
