#include "checks/detect/belief.h"

#include <cmath>

namespace ferrule {
namespace {

constexpr double by_chance = 0.5;  // of the examples would keep to a rule that is none
constexpr double enough = 0.45;

// What one function shows, in examples.
constexpr double read = 1;
constexpr double held_write = 2;
constexpr double bare_write = 3;
constexpr double lone_member = 8;  // shared by all members of the section
constexpr double prior = 1;        // one example is no habit: as if one function had been seen that goes without

}  // namespace

double belief(const Observations& seen) {
  if (seen.holding == 0) return 0;
  const auto weigh = [](std::size_t functions, std::size_t writers, double write) {
    return read * static_cast<double>(functions - writers) + write * static_cast<double>(writers);
  };
  const double narrow = seen.fewest_members == 0 ? 0 : lone_member / static_cast<double>(seen.fewest_members);
  const double examples = weigh(seen.holding, seen.holding_writers, held_write) + narrow;
  const double all = examples + prior + weigh(seen.bare, seen.bare_writers, bare_write);
  return (examples - by_chance * all) / std::sqrt(all * by_chance * (1 - by_chance));
}

bool is_believed(const Observations& seen) { return seen.is_declared || belief(seen) >= enough; }

std::string in_words(const Observations& seen) {
  if (seen.is_declared) return "its declaration says so";
  const std::size_t all = seen.holding + seen.bare;
  return std::to_string(seen.holding) + " of " + std::to_string(all) +
         (all == 1 ? " function holds it" : " functions hold it");
}

}  // namespace ferrule
