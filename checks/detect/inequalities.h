// Do whole numbers exist that satisfy some linear equations and inequalities? By Fourier and Motzkin's elimination.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace ferrule {

/// A sum of variables, each with a factor other than zero, and a constant.
struct Linear {
  std::map<unsigned, std::int64_t> terms = {};
  std::int64_t constant = 0;

  void add(const Linear& other, std::int64_t factor = 1);
  void add(unsigned variable, std::int64_t factor);
};

class Inequalities {
 public:
  void not_negative(Linear sum) { at_least_.push_back(std::move(sum)); }
  void zero(Linear sum) { zero_.push_back(std::move(sum)); }

  /// False if there are certainly none. True is an answer in fractions, tightened to whole numbers where that is easy,
  /// and what is said when the numbers or the elimination get too large.
  bool satisfiable() const;

 private:
  std::vector<Linear> at_least_;
  std::vector<Linear> zero_;
};

}  // namespace ferrule
