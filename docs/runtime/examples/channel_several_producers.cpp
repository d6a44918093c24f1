// Each producer has a sender of its own; the receiver sees the end only when all of them are gone.
// prints: 8 messages, 4 of them from the second producer
#include <ferrule/ferrule.h>

#include <cstdio>
#include <utility>
#include <vector>

int main() {
  auto [tx, rx] = ferrule::channel<int>();
  std::vector<ferrule::JoinHandle<void>> producers;
  for (int number : {1, 2}) {
    producers.push_back(ferrule::spawn([tx = tx.clone(), number] {
      for (int i = 0; i < 4; ++i) {
        if (!tx.send(number)) return;
      }
    }));
  }
  {
    auto last = std::move(tx);
  }  // the sender of our own, or `rx` would wait for it

  int messages = 0, from_second = 0;
  for (int number : rx) {
    ++messages;
    if (number == 2) ++from_second;
  }
  std::printf("%d messages, %d of them from the second producer\n", messages, from_second);
  for (auto& producer : producers) std::move(producer).join();
}
