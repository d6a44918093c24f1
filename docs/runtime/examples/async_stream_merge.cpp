// Two streams merged: a task for each, and a channel that both send to. Taking some ends the rest.
// prints: 5 items, with ticks and messages
#include <ferrule/ferrule.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

using namespace std::chrono_literals;

ferrule::Stream<std::string> every(std::chrono::microseconds time, std::string text) {
  for (;;) {
    co_await ferrule::async::sleep_for(time);
    co_yield text;
  }
}

ferrule::Task<> forward(ferrule::Stream<std::string> from, ferrule::Sender<std::string> to) {
  while (auto item = co_await from.next()) {
    if (!to.send(*std::move(item))) co_return;  // nobody takes more
  }
}

ferrule::Task<> take(ferrule::Receiver<std::string> merged, int count) {
  bool has_ticks = false, has_messages = false;
  for (int i = 0; i < count; ++i) {
    auto item = co_await merged.recv_async();
    has_ticks |= item == "tick";
    has_messages |= item == "message";
  }
  if (has_ticks && has_messages) std::printf("%d items, with ticks and messages\n", count);
}

int main() {
  auto [tx, rx] = ferrule::channel<std::string>();
  auto ticks = forward(every(300us, "tick"), tx.clone());
  auto messages = forward(every(400us, "message"), std::move(tx));
  ferrule::block_on(ferrule::join_all(std::move(ticks), std::move(messages), take(std::move(rx), 5)));
}
