// The runtime and its rivals in C++, row by row; rows.rs is the same in Rust, compare.py runs them in turns.
#include "test/bench/runtime/common.h"

int main(int argc, char** argv) {
  ferrule::bench::add_channels();
  ferrule::bench::add_locks();
  ferrule::bench::add_others();
  ferrule::bench::add_tasks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  return benchmark::RunSpecifiedBenchmarks() == 0 ? 1 : 0;
}
