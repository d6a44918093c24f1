#include "checks/store/facts_bytes.h"

#include "checks/store/archive.h"
#include "checks/store/consistent.h"
#include "checks/store/seal.h"

#include <algorithm>

namespace ferrule {
namespace {

// The form changes with the model by itself. A change of what the members mean does not show: then count up.
constexpr std::string_view meaning = "facts 1 ";

}  // namespace

std::uint64_t facts_form() {
  static const std::uint64_t number = store::hash_of(std::string(meaning) + store::shape<Facts>());
  return number;
}

std::string to_bytes(const Facts& facts) { return store::sealed("facts", facts_form(), store::written(facts)); }

std::optional<Facts> from_bytes(std::string_view bytes) {
  const store::Unsealed opened = store::unsealed("facts", facts_form(), bytes);
  if (opened.broken) return std::nullopt;
  auto facts = store::read<Facts>(opened.content);
  if (!facts || !std::ranges::all_of(facts->functions, is_consistent)) return std::nullopt;
  return facts;
}

}  // namespace ferrule
