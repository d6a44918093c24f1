#include "test/model/support.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace ferrule::model {

double deep() {
  const char* text = std::getenv("FERRULE_MODEL_DEEP");
  double times = text != nullptr ? std::atof(text) : 1;
  return times < 1 ? 1 : times;
}

namespace {

Options deepened(Options options) {
  if (deep() == 1) return options;
  options.executions = static_cast<std::uint64_t>(static_cast<double>(options.executions) * deep());
  options.seconds *= deep();
  ++options.preemptions;
  options.stale_loads += 2;
  options.history += 2;
  ++options.spurious_failures;
  ++options.spurious_wakes;
  return options;
}

/// A test's name is known to GoogleTest, which may not be asked from inside of an execution.
std::string test_name() {
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  return info == nullptr ? "" : std::string(info->test_suite_name()) + "." + info->name();
}

void report(const Options& options, const Result& result, double seconds) {
  const char* search = options.search == Options::Search::Reduced       ? "reduced"
                       : options.search == Options::Search::Preemptions ? "preemptions"
                                                                        : "random";
  std::printf("[   model  ] %s: %llu executions (%llu cut), %zu steps at most, %s, %.2f s%s\n", test_name().c_str(),
              static_cast<unsigned long long>(result.executions), static_cast<unsigned long long>(result.cut),
              result.longest, search, seconds, result.is_complete ? ", complete" : "");
}

std::string explain(const Result& result) {
  return result.failure + "\n" + result.trace + "schedule: " + result.schedule +
         "\nreplay with FERRULE_MODEL_SCHEDULE=" + result.schedule + " and --gtest_filter=" + test_name();
}

Result timed(const Options& options, const std::function<void()>& program) {
  auto start = std::chrono::steady_clock::now();
  Result result = explore(options, program);
  report(options, result, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return result;
}

}  // namespace

void verify(const Options& given, const std::function<void()>& program) {
  Options options = deepened(given);
  if (const char* schedule = std::getenv("FERRULE_MODEL_SCHEDULE")) {
    Result result = replay(given, schedule, program);
    std::printf("%s%s\n", result.trace.c_str(), result.failure.c_str());
    EXPECT_EQ(result.failure, "");
    return;
  }
  Result result = timed(options, program);
  EXPECT_EQ(result.failure, "") << explain(result);
  if (result.failure.empty() && options.search != Options::Search::Random && deep() == 1) {
    EXPECT_TRUE(result.is_complete) << "the search is cut off: raise its limits or make the program smaller";
  }
}

void refute(const Options& options, const std::string& what, const std::function<void()>& program) {
  Result result = timed(options, program);
  EXPECT_NE(result.failure, "");
  EXPECT_NE(result.failure.find(what), std::string::npos)
      << "expected to find '" << what << "', found '" << result.failure << "'\n"
      << result.trace;
  if (result.failure.empty()) return;
  EXPECT_FALSE(result.trace.empty());
  // What was found can be had again.
  EXPECT_EQ(replay(options, result.schedule, program).failure, result.failure);
}

void sample(std::uint64_t executions, const std::function<void()>& program) {
  Options options;
  options.search = Options::Search::Random;
  options.executions = executions;
  options.stale_loads = 8;
  options.spurious_failures = options.spurious_wakes = 2;
  verify(options, program);
}

}  // namespace ferrule::model
