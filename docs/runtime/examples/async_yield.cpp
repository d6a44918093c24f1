// Between two co_awaits nobody else runs: long work yields.
// prints: a a a b b b
// prints: a b a b a b
#include <ferrule/ferrule.h>

#include <cstdio>
#include <string>

ferrule::Task<> work(std::string& trace, char name, bool yields) {
  for (int i = 0; i < 3; ++i) {
    trace += (trace.empty() ? "" : " ") + std::string(1, name);
    if (yields) co_await ferrule::async::yield_now();
  }
}

int main() {
  for (bool yields : {false, true}) {
    std::string trace;
    ferrule::block_on(ferrule::join_all(work(trace, 'a', yields), work(trace, 'b', yields)));
    std::printf("%s\n", trace.c_str());
  }
}
