// The four kinds of own types that the rows are made of.
#pragma once

#include <mutex>

/// Send and Sync.
struct Plain {
  int value;
};
/// Send, not Sync.
struct Cell {
  mutable int value;
};
/// Sync, not Send.
struct [[clang::annotate("ferrule::not_send")]] Bound {
  int value;
};
/// Neither.
struct [[clang::annotate("ferrule::thread_affine")]] Neither {
  int value;
};
/// Synchronized.
struct Monitor {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
  }
  int count() const {
    std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  mutable std::mutex mutex_;
  int count_ = 0;
};
