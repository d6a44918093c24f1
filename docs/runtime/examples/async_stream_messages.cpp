// Messages as a stream, each with a time limit; whoever gives up waiting for one leaves the stream as it is.
// prints: Message: 'a'
// prints: Problem: too slow
// prints: Message: 'b'
#include <ferrule/ferrule.h>

#include <chrono>
#include <cstdio>
#include <utility>

using namespace std::chrono_literals;

ferrule::Stream<char> letters() {
  for (char letter : {'a', 'b', 'c'}) {
    co_await ferrule::async::sleep_for(letter == 'b' ? 400ms : 1ms);
    co_yield letter;
  }
}

ferrule::Task<> read(ferrule::Stream<char> messages) {
  for (;;) {
    auto in_time = co_await ferrule::timeout(100ms, messages.next());
    if (!in_time) {
      std::printf("Problem: too slow\n");
    } else if (*in_time) {
      std::printf("Message: '%c'\n", **in_time);
    } else {
      break;
    }
  }
}

int main() { ferrule::block_on(read(letters())); }
