// Several producers: a clone of the sender for each. Any number of tasks: join_all of a vector.
// prints: received 8 words
#include <ferrule/ferrule.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

ferrule::Task<> talk(ferrule::Sender<std::string> tx, std::vector<std::string> words) {
  for (std::string& word : words) {
    if (!tx.send(std::move(word))) co_return;
    co_await ferrule::async::sleep_for(1ms);
  }
}

ferrule::Task<> listen(ferrule::Receiver<std::string> rx) {
  int count = 0;
  while (co_await rx.recv_async()) ++count;
  std::printf("received %d words\n", count);
}

int main() {
  auto [tx, rx] = ferrule::channel<std::string>();
  std::vector<ferrule::Task<>> tasks;
  tasks.push_back(talk(tx.clone(), {"hi", "from", "the", "future"}));
  tasks.push_back(talk(std::move(tx), {"more", "messages", "for", "you"}));
  tasks.push_back(listen(std::move(rx)));
  ferrule::block_on(ferrule::join_all(std::move(tasks)));
}
