// Judging is not quadratic in the number of classes, whatever their shape. Times on a loaded machine tell no more than
// that; test/bench/verdicts has the figures.
#include "test/bench/verdicts/shapes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace ferrule::test {
namespace {

double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double nanoseconds_a_class(Shape shape, unsigned count) {
  const Program program = program_of(shape, count);
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    const double start = seconds();
    judge_all(program);
    best = std::min(best, seconds() - start);
  }
  return best * 1e9 / count;
}

class VerdictsSpeed : public testing::TestWithParam<std::pair<const char*, Shape>> {};

TEST_P(VerdictsSpeed, IsNotQuadratic) {
  const auto& [label, shape] = GetParam();
  const double few = nanoseconds_a_class(shape, 1'000), more = nanoseconds_a_class(shape, 10'000);
  const double many = nanoseconds_a_class(shape, 100'000);
  std::printf("%-10s ns a class: %6.0f of 1,000  %6.0f of 10,000  %6.0f of 100,000\n", label, few, more, many);
  EXPECT_LT(many, 6 * std::max(more, 1500.0)) << label;  // ten times as many: quadratic would be 10
}

INSTANTIATE_TEST_SUITE_P(Shapes, VerdictsSpeed,
                         testing::Values(std::pair{"wide", &wide}, std::pair{"deep", &deep},
                                         std::pair{"recursive", &recursive}, std::pair{"templated", &templated}),
                         [](const auto& info) { return info.param.first; });

}  // namespace
}  // namespace ferrule::test
