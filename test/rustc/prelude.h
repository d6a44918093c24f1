// What the C++ programs take from the user's side: plain classes that Ferrule has not been told about.
#pragma once

#include <any>
#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <complex>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <functional>
#include <future>
#include <latch>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <set>
#include <shared_mutex>
#include <span>
#include <stack>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <ferrule/ferrule.h>

/// A value from nowhere.
template <class T>
T make();

/// Nobody sees who waits for it.
template <class T>
void keep(std::future<T> future);

enum class Colour { Red, Green };
enum PlainColour { PlainRed, PlainGreen };
struct Point {
  int x;
};

/// A deleter that does not: with it, a unique_ptr is an exclusive borrow, Rust's `&mut T`.
struct Borrowed {
  template <class T>
  void operator()(T*) const {}
};

/// A reference count that is not atomic.
template <class T>
class WeakRc;
template <class T>
class Rc {
 public:
  explicit Rc(T* value) : value_(value), count_(new long(1)) {}
  Rc(const Rc& other) : value_(other.value_), count_(other.count_) { ++*count_; }
  Rc& operator=(const Rc&) = delete;
  ~Rc() {
    if (--*count_ == 0) {
      delete value_;
      delete count_;
    }
  }
  const T& operator*() const { return *value_; }

 private:
  friend class WeakRc<T>;
  T* value_;
  long* count_;
};
template <class T>
class WeakRc {
 public:
  explicit WeakRc(const Rc<T>& strong) : value_(strong.value_), count_(strong.count_) {}
  bool is_alive() const { return *count_ != 0; }

 private:
  T* value_;
  long* count_;
};

/// Const says nothing: `set` writes.
template <class T>
class Cell {
 public:
  explicit Cell(T value) : value_(std::move(value)) {}
  T get() const { return value_; }
  void set(T value) const { value_ = std::move(value); }

 private:
  mutable T value_;
};
/// The same, said aloud.
template <class T>
class FERRULE_NOT_SYNC MarkedCell {
 public:
  explicit MarkedCell(T value) : value_(std::move(value)) {}
  T* get() const { return &value_; }

 private:
  mutable T value_;
};
template <class T>
class RefCell {
 public:
  explicit RefCell(T value) : value_(std::move(value)) {}
  const T* borrow() const {
    if (borrowed_ < 0) return nullptr;
    ++borrowed_;
    return &value_;
  }
  T* borrow_mut() const {
    if (borrowed_ != 0) return nullptr;
    borrowed_ = -1;
    return &value_;
  }

 private:
  mutable int borrowed_ = 0;
  mutable T value_;
};

// Traits, with all that a class behind them may be: Ferrule judges a base by the classes that derive from it, Rust a
// trait object by its bounds alone. So there is a class that is no more than the bounds ask.
struct Tr {
  virtual void run() const = 0;
  virtual ~Tr() = default;
};
struct TrCounted final : Tr {
  void run() const override {}
  Rc<int> counted;
};
struct FERRULE_REQUIRES_SEND TrSend {
  virtual void run() const = 0;
  virtual ~TrSend() = default;
};
struct TrSendCell final : TrSend {
  void run() const override {}
  Cell<int> cell{0};
};
struct FERRULE_REQUIRES_SYNC TrSync {
  virtual void run() const = 0;
  virtual ~TrSync() = default;
};
struct TrSyncGuard final : TrSync {
  void run() const override {}
  ferrule::MutexGuard<int> guard;
};
struct FERRULE_REQUIRES_SEND FERRULE_REQUIRES_SYNC TrSendSync {
  virtual void run() const = 0;
  virtual ~TrSendSync() = default;
};
struct TrSendSyncValue final : TrSendSync {
  void run() const override {}
  int value = 0;
};
