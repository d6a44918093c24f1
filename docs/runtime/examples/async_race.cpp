// race: in each round its tasks go on in the order in which they stand; the loser is cancelled where it waits.
// prints: 'slow' started
// prints: 'fast' started
// prints: 'fast' finished
#include <ferrule/ferrule.h>

#include <chrono>
#include <cstdio>

using namespace std::chrono_literals;

ferrule::Task<> run(const char* name, std::chrono::milliseconds time) {
  std::printf("'%s' started\n", name);
  co_await ferrule::async::sleep_for(time);
  std::printf("'%s' finished\n", name);
}

int main() { (void)ferrule::block_on(ferrule::race(run("slow", 10s), run("fast", 1ms))); }
