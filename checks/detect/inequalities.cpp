#include "checks/detect/inequalities.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

namespace ferrule {
namespace {

constexpr std::int64_t largest = std::int64_t{1} << 30;  // two products still fit in a sum
constexpr std::size_t most_sums = 2000;

std::int64_t common_factor(const Linear& sum) {
  std::int64_t factor = 0;
  for (const auto& [variable, times] : sum.terms) factor = std::gcd(factor, times);
  return factor;
}

std::int64_t floor_of(std::int64_t number, std::int64_t divisor) {
  return number / divisor - (number % divisor < 0 ? 1 : 0);
}

bool is_small(const Linear& sum) {
  const auto small = [](std::int64_t number) { return number < largest && number > -largest; };
  return small(sum.constant) &&
         std::all_of(sum.terms.begin(), sum.terms.end(), [&](const auto& term) { return small(term.second); });
}

/// `sum` without `variable`, which is the other terms of `equal` by its factor there, 1 or -1.
void substitute(Linear& sum, unsigned variable, const Linear& equal) {
  auto found = sum.terms.find(variable);
  if (found == sum.terms.end()) return;
  sum.add(equal, -found->second * equal.terms.at(variable));
}

struct Elimination {
  std::vector<Linear> at_least;
  std::vector<Linear> zero;

  // An answer, or none yet.
  std::optional<bool> equations() {
    while (!zero.empty()) {
      Linear equal = std::move(zero.back());
      zero.pop_back();
      if (!is_small(equal)) return true;
      const std::int64_t factor = common_factor(equal);
      if (factor == 0) {
        if (equal.constant != 0) return false;
        continue;
      }
      if (equal.constant % factor != 0) return false;
      for (auto& [variable, times] : equal.terms) times /= factor;
      equal.constant /= factor;
      const auto unit = std::find_if(equal.terms.begin(), equal.terms.end(),
                                     [](const auto& term) { return term.second == 1 || term.second == -1; });
      if (unit == equal.terms.end()) {
        Linear other;
        other.add(equal, -1);
        at_least.push_back(std::move(equal));
        at_least.push_back(std::move(other));
        continue;
      }
      const unsigned variable = unit->first;
      for (std::vector<Linear>* sums : {&zero, &at_least})
        for (Linear& sum : *sums) substitute(sum, variable, equal);
    }
    return {};
  }

  // Divides by what all factors have in common; false if a sum without variables is negative.
  bool tighten() {
    std::set<std::pair<std::map<unsigned, std::int64_t>, std::int64_t>> seen;
    std::vector<Linear> kept;
    for (Linear& sum : at_least) {
      const std::int64_t factor = common_factor(sum);
      if (factor == 0) {
        if (sum.constant < 0) return false;
        continue;
      }
      for (auto& [variable, times] : sum.terms) times /= factor;
      sum.constant = floor_of(sum.constant, factor);
      if (seen.emplace(sum.terms, sum.constant).second) kept.push_back(std::move(sum));
    }
    at_least = std::move(kept);
    return true;
  }

  // The variable whose elimination adds least.
  unsigned cheapest() const {
    std::map<unsigned, std::pair<std::size_t, std::size_t>> signs;
    for (const Linear& sum : at_least)
      for (const auto& [variable, times] : sum.terms) ++(times > 0 ? signs[variable].first : signs[variable].second);
    const auto cost = [](const auto& entry) { return entry.second.first * entry.second.second; };
    return std::min_element(signs.begin(), signs.end(), [&](const auto& a, const auto& b) { return cost(a) < cost(b); })
        ->first;
  }

  void eliminate(unsigned variable) {
    std::vector<Linear> lower, upper, rest;
    for (Linear& sum : at_least) {
      auto found = sum.terms.find(variable);
      (found == sum.terms.end() ? rest : found->second > 0 ? lower : upper).push_back(std::move(sum));
    }
    for (const Linear& low : lower)
      for (const Linear& high : upper) {
        Linear both;
        both.add(low, -high.terms.at(variable));
        both.add(high, low.terms.at(variable));
        rest.push_back(std::move(both));
      }
    at_least = std::move(rest);
  }
};

}  // namespace

void Linear::add(unsigned variable, std::int64_t factor) {
  if ((terms[variable] += factor) == 0) terms.erase(variable);
}

void Linear::add(const Linear& other, std::int64_t factor) {
  if (&other == this) return add(Linear(other), factor);
  constant += factor * other.constant;
  for (const auto& [variable, times] : other.terms) add(variable, factor * times);
}

bool Inequalities::satisfiable() const {
  Elimination left{at_least_, zero_};
  if (const std::optional<bool> answer = left.equations()) return *answer;
  for (;;) {
    if (!std::all_of(left.at_least.begin(), left.at_least.end(), is_small)) return true;
    if (!left.tighten()) return false;
    if (left.at_least.empty() || left.at_least.size() > most_sums) return true;
    left.eliminate(left.cheapest());
  }
}

}  // namespace ferrule
