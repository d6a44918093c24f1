// How long it takes to judge one class, and how much memory, from a thousand classes to a hundred thousand. Exit status
// 1 if a class of the largest program costs more than twice as much as one of the smallest.
#include "test/bench/verdicts/shapes.h"

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <new>

namespace {

std::size_t allocated = 0, peak = 0;  // one thread

void* allocate(std::size_t size) {
  void* memory = std::malloc(size);
  if (!memory) throw std::bad_alloc();
  allocated += malloc_usable_size(memory);
  peak = std::max(peak, allocated);
  return memory;
}

void release(void* memory) noexcept {
  if (memory) allocated -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }

namespace ferrule::test {
namespace {

constexpr unsigned smallest = 1'000, largest = 100'000;

const Program& cached_program(Shape shape, unsigned count) {
  static Shape last_shape = nullptr;
  static unsigned last_count = 0;
  static std::unique_ptr<const Program> program;
  if (shape != last_shape || count != last_count) {
    program.reset();
    program = std::make_unique<const Program>(program_of(shape, count));
    last_shape = shape;
    last_count = count;
  }
  return *program;
}

// A large program is never in the processor's caches when it is judged, nor is there used memory to take again: so that
// sizes can be compared, a small one starts like that as well.
void forget() {
  static std::vector<unsigned char> other(64u << 20);
  for (std::size_t at = 0; at < other.size(); at += 64) ++other[at];
  malloc_trim(0);
}

// Whoever else uses the machine does not count.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void judge(benchmark::State& state, Shape shape) {
  const unsigned count = static_cast<unsigned>(state.range(0));
  const Program& program = cached_program(shape, count);
  std::size_t bytes = 0;
  double seconds = 0;
  for (auto _ : state) {
    forget();
    const std::size_t before = peak = allocated;
    const double start = processor_seconds();
    benchmark::DoNotOptimize(judge_all(program));
    const double round = processor_seconds() - start;
    state.SetIterationTime(round);
    seconds += round;
    bytes = peak - before;
  }
  state.counters["ns_a_class"] = seconds * 1e9 / static_cast<double>(state.iterations()) / count;
  state.counters["bytes_a_class"] = static_cast<double>(bytes) / count;
}

// Prints what Google Benchmark prints, and remembers the medians.
class Reporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs)
      if (run.aggregate_name == "median")
        medians_[run.run_name.function_name][run.run_name.args] = run.counters.at("ns_a_class");
    ConsoleReporter::ReportRuns(runs);
  }
  bool is_linear() const {
    bool linear = true;
    for (const auto& [shape, by_size] : medians_) {
      const auto few = by_size.find(std::to_string(smallest)), many = by_size.find(std::to_string(largest));
      if (few == by_size.end() || many == by_size.end()) continue;
      const double factor = many->second / few->second;
      std::printf("%s: %.2f times the time a class, from %u classes to %u\n", shape.c_str(), factor, smallest, largest);
      linear &= factor <= 2;
    }
    return linear;
  }

 private:
  std::map<std::string, std::map<std::string, double>> medians_;  // by shape, then by size
};

int run(int argc, char** argv) {
  for (auto [name, shape] :
       {std::pair{"wide", &wide}, {"deep", &deep}, {"recursive", &recursive}, {"templated", &templated}})
    benchmark::RegisterBenchmark(name, &judge, shape)
        ->Arg(smallest)
        ->Arg(3'000)
        ->Arg(10'000)
        ->Arg(30'000)
        ->Arg(largest)
        ->UseManualTime()
        ->Iterations(1)
        ->Repetitions(15)
        ->ReportAggregatesOnly()
        ->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return reporter.is_linear() ? 0 : 1;
}

}  // namespace
}  // namespace ferrule::test

int main(int argc, char** argv) { return ferrule::test::run(argc, argv); }
