// For tests: a thread of the model, a payload that must not be lost, doubled or read too early, and the two claims that
// a test can make about a program.
#pragma once

#include "test/model/engine.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace ferrule::model {

/// Joins at its end.
class Go {
 public:
  template <class F>
  explicit Go(F&& body) {
    using Body = std::decay_t<F>;
    auto* held = new Body(std::forward<F>(body));
    thread_ = start_thread([held] {
      std::unique_ptr<Body> mine(held);  // what it captured dies on its own thread
      (*mine)();
    });
  }
  Go(const Go&) = delete;
  Go& operator=(const Go&) = delete;
  ~Go() { join(); }
  void join() {
    if (is_joined_) return;
    is_joined_ = true;
    join_thread(thread_);
  }

 private:
  unsigned thread_ = 0;
  bool is_joined_ = false;
};

/// A number on the checker's heap: a leak, a second destruction, a use after free or a race on it is a failure.
class Payload {
 public:
  explicit Payload(int number) : number_(new int(number)) {}
  Payload(Payload&& other) noexcept : number_(std::exchange(other.number_, nullptr)) {}
  Payload& operator=(Payload&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Payload() { delete number_; }
  int number() const { return number_ == nullptr ? -1 : *number_; }

 private:
  int* number_;
};

/// A plain number that somebody must guard: every access is checked for races.
struct Plain {
  int value = 0;
  int get() const { return *const_cast<const volatile int*>(&value); }
  void set(int next) { *const_cast<volatile int*>(&value) = next; }
  void add(int by) { set(get() + by); }
};

/// FERRULE_MODEL_DEEP, at least 1.
double deep();

/// Every execution within the bounds of `options` is right, and the search ends. FERRULE_MODEL_DEEP=n searches n times
/// deeper; FERRULE_MODEL_SCHEDULE replays one execution.
void verify(const Options& options, const std::function<void()>& program);
/// Some execution fails, and the failure says `what`.
void refute(const Options& options, const std::string& what, const std::function<void()>& program);
/// For programs too large for a complete search: `executions` random ones are right.
void sample(std::uint64_t executions, const std::function<void()>& program);

}  // namespace ferrule::model
