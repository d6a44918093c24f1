// How a driver brings two threads together.
#pragma once

#include <chrono>
#include <thread>

/// At once, and often enough to meet in either order.
template <class First, class Second>
void both(First first, Second second, int times = 20) {
  std::thread other([&] {
    for (int i = 0; i < times; ++i) first();
  });
  for (int i = 0; i < times; ++i) second();
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
