// The same acts in an order that is right: no warning.
#include <ferrule/channel.h>
#include <ferrule/mpmc.h>
#include <ferrule/oneshot.h>
#include <ferrule/scope.h>
#include <ferrule/select.h>
#include <ferrule/thread.h>

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace {

void take(ferrule::JoinHandle<int> handle) { handle.join(); }
void take(ferrule::Sender<int> sender) { (void)sender.send(1); }
ferrule::JoinHandle<int> start() {
  return ferrule::spawn([] { return 1; });
}

void joins_once() { start().join(); }

void joins_in_either_branch(bool is_wanted) {
  auto handle = start();
  if (is_wanted) {
    handle.join();
  } else {
    handle.detach();
  }
}

void joins_what_it_moved() {
  auto handle = start();
  auto other = std::move(handle);
  other.join();
}

void joins_what_was_put_back() {
  auto handle = start();
  handle.join();
  handle = start();
  handle.join();
}

void joins_many() {
  std::vector<ferrule::JoinHandle<int>> handles;
  for (int i = 0; i < 4; ++i) handles.push_back(start());
  for (auto& handle : handles) handle.join();
}

void asks_after_join() {
  auto handle = start();
  handle.join();
  (void)handle.is_finished();
  (void)handle.is_joinable();
}

void gives_away() { take(start()); }

void sends_by_a_clone(ferrule::Sender<int> tx) {
  take(tx.clone());
  (void)tx.send(1);
}

void sends_in_a_loop(const ferrule::Sender<int>& tx) {
  for (int i = 0; i < 4; ++i) {
    if (!tx.send(i)) return;
  }
}

void clones_for_each_thread(ferrule::Sender<int> tx) {
  for (int i = 0; i < 4; ++i) {
    ferrule::spawn([tx = tx.clone(), i] { (void)tx.send(i); }).join();
  }
  (void)tx.send(4);
}

void shares_with_each_thread(ferrule::mpmc::Sender<int> tx) {
  for (int i = 0; i < 4; ++i) {
    ferrule::spawn([tx = tx.clone(), i] { (void)tx.send(i); }).join();
  }
  if (!tx.is_disconnected()) (void)tx.send(4);
}

std::optional<int> asks_in_time() {
  auto [tx, rx] = ferrule::oneshot<int>();
  (void)tx.send(1);
  std::optional<int> answer;
  ferrule::select(ferrule::on(rx, [&](std::optional<int> n) { answer = n; }),
                  ferrule::after(std::chrono::seconds(1), [] {}));
  return answer;
}

std::optional<int> asks() {
  auto [tx, rx] = ferrule::oneshot<int>();
  (void)tx.send(1);
  return rx.recv();
}

void joins_scoped() {
  ferrule::scope([](ferrule::Scope& threads) {
    auto handle = threads.spawn([] { return 1; });
    handle.join();
  });
}

}  // namespace
