// A receiver is a range: it ends when the last sender has gone and everything was received.
// prints: got: from
// prints: got: thread
#include <ferrule/ferrule.h>

#include <cstdio>
#include <string>
#include <utility>

using namespace std::chrono_literals;

int main() {
  auto [tx, rx] = ferrule::channel<std::string>();
  auto producer = ferrule::spawn([tx = std::move(tx)] {
    for (const char* word : {"news", "from", "the", "thread"}) {
      if (!tx.send(word)) return;  // nobody listens any more
      ferrule::sleep_for(2ms);
    }
  });
  for (const std::string& word : rx) std::printf("got: %s\n", word.c_str());
  std::move(producer).join();
}
