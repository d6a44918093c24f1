// join_all runs tasks side by side without spawning them, in a fixed order each round.
// prints: first 1, second 1, first 2, second 2, second 3
#include <ferrule/ferrule.h>

#include <cstdio>
#include <string>

ferrule::Task<> count(std::string& trace, std::string who, int to) {
  for (int i = 1; i <= to; ++i) {
    trace += (trace.empty() ? "" : ", ") + who + " " + std::to_string(i);
    co_await ferrule::async::yield_now();
  }
}

int main() {
  std::string trace;
  ferrule::block_on(ferrule::join_all(count(trace, "first", 2), count(trace, "second", 3)));
  std::printf("%s\n", trace.c_str());
}
