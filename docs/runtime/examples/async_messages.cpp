// Message passing between tasks. The sender is moved into the sending task: when that ends, the channel ends.
// prints: received: hi from the future
// prints: no more
#include <ferrule/ferrule.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

using namespace std::chrono_literals;

ferrule::Task<> talk(ferrule::Sender<std::string> tx) {
  for (const char* word : {"hi", "from", "the", "future"}) {
    if (!tx.send(word)) co_return;
    co_await ferrule::async::sleep_for(1ms);
  }
}

ferrule::Task<> listen(ferrule::Receiver<std::string> rx) {
  std::string received;
  while (auto word = co_await rx.recv_async()) received += ' ' + *word;
  std::printf("received:%s\nno more\n", received.c_str());
}

int main() {
  auto [tx, rx] = ferrule::channel<std::string>();
  ferrule::block_on(ferrule::join_all(talk(std::move(tx)), listen(std::move(rx))));
}
