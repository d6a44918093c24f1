// Typestate: what Clang says to a handle that is used after it was given away.
#include <ferrule/channel.h>
#include <ferrule/mpmc.h>
#include <ferrule/oneshot.h>
#include <ferrule/scope.h>
#include <ferrule/thread.h>

#include <utility>

namespace {

void take(ferrule::JoinHandle<int> handle) { handle.join(); }
void take(ferrule::Sender<int> sender) { (void)sender.send(1); }

void joins_twice() {
  auto handle = ferrule::spawn([] { return 1; });
  handle.join();
  handle.join();  // warns: -Wconsumed
}

void joins_after_detach() {
  auto handle = ferrule::spawn([] { return 1; });
  handle.detach();
  handle.join();  // warns: -Wconsumed
}

void joins_after_try_join() {
  auto handle = ferrule::spawn([] { return 1; });
  (void)handle.try_join();
  handle.join();  // warns: -Wconsumed
}

void joins_after_move() {
  auto handle = ferrule::spawn([] { return 1; });
  auto other = std::move(handle);
  handle.join();  // warns: -Wconsumed
  other.join();
}

void joins_after_a_call_took_it() {
  auto handle = ferrule::spawn([] { return 1; });
  take(std::move(handle));
  handle.join();  // warns: -Wconsumed
}

void joins_scoped_twice() {
  ferrule::scope([](ferrule::Scope& threads) {
    auto handle = threads.spawn([] { return 1; });
    handle.join();
    handle.join();  // warns: -Wconsumed
  });
}

void sends_after_move(ferrule::Sender<int> tx) {
  auto other = std::move(tx);
  (void)tx.send(1);  // warns: -Wconsumed
  (void)other.send(2);
}

void sends_after_a_call_took_it(ferrule::Sender<int> tx) {
  take(std::move(tx));
  (void)tx.send(1);  // warns: -Wconsumed
}

void clones_after_move(ferrule::Sender<int> tx) {
  take(std::move(tx));
  auto clone = tx.clone();  // warns: -Wconsumed
}

void sends_after_a_thread_took_it(ferrule::Sender<int> tx) {
  ferrule::spawn([tx = std::move(tx)] { (void)tx.send(1); }).join();
  (void)tx.send(2);  // warns: -Wconsumed
}

void sends_bounded_after_move(ferrule::SyncSender<int> tx) {
  auto other = std::move(tx);
  (void)tx.try_send(1);  // warns: -Wconsumed
}

void sends_shared_after_move(ferrule::mpmc::Sender<int> tx) {
  auto other = std::move(tx);
  (void)tx.send(1);  // warns: -Wconsumed
  (void)other.send(2);
}

void answers_twice(ferrule::OneSender<int> tx) {
  (void)tx.send(1);
  (void)tx.send(2);  // warns: -Wconsumed
}

void receives_the_answer_twice(ferrule::OneReceiver<int> rx) {
  (void)rx.recv();
  (void)rx.recv();  // warns: -Wconsumed
}

void receives_after_move(ferrule::OneReceiver<int> rx) {
  auto other = std::move(rx);
  (void)rx.recv();  // warns: -Wconsumed
  (void)other.recv();
}

}  // namespace
