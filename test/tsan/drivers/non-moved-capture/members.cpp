#include "test/fixtures/non-moved-capture/members.cpp"

#include <chrono>

void reject() {
  for (int i = 0; i < 20; ++i) {
    JoinedTooLate late;
    late.start();
    drop_borrowed();
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

void accept() {
  for (int i = 0; i < 20; ++i) {
    JoinedFirst first;
    first.start();
    JoinedByHand by_hand;
    by_hand.start();
    drop_owned();
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
}
