// How a driver brings two threads together.
#pragma once

#include <chrono>
#include <thread>

/// At once, and often enough to meet in either order: each yields between its rounds, or on a busy machine one would be
/// through before the other begins.
template <class First, class Second>
void both(First first, Second second, int times = 20) {
  const auto rounds = [times](auto& body) {
    for (int i = 0; i < times; ++i) {
      body();
      std::this_thread::yield();
    }
  };
  std::thread other([&] { rounds(first); });
  rounds(second);
  other.join();
}

/// `second` when the other thread has long done `first`, without anything that orders them.
template <class First, class Second>
void one_later(First first, Second second) {
  std::thread other(first);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  second();
  other.join();
}
