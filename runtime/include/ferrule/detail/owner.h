// The runtime's own small owners, which cost no <memory>.
#pragma once

#include <ferrule/detail/atomic.h>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace ferrule::detail {

/// Sole owner of an object on the heap.
template <class T>
class Box {
 public:
  Box() noexcept = default;
  explicit Box(T* object) noexcept : object_(object) {}
  Box(Box&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Box& operator=(Box&& other) noexcept {
    Box old(std::move(other));
    std::swap(object_, old.object_);
    return *this;
  }
  ~Box() { delete object_; }

  explicit operator bool() const noexcept { return object_ != nullptr; }
  T& operator*() const noexcept { return *object_; }
  T* operator->() const noexcept { return object_; }

 private:
  T* object_ = nullptr;
};

template <class T>
class Box<T[]> {
 public:
  explicit Box(std::size_t count) : first_(new T[count]) {}
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;
  ~Box() { delete[] first_; }

  T& operator[](std::size_t i) const noexcept { return first_[i]; }

 private:
  T* const first_;
};

/// A base for what several handles own together.
class Counted {
 public:
  Counted() noexcept = default;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  template <class T>
  friend class Shared;
  Atomic<std::size_t> owners_{1};
};

/// One of the owners of a T that is Counted; empty after a move. Distinct handles may be used by distinct threads.
template <class T>
class Shared {
 public:
  explicit Shared(T* object) noexcept : object_(object) {}
  Shared(const Shared& other) noexcept : object_(other.object_) {
    if (object_ != nullptr) object_->owners_.fetch_add(1, std::memory_order_relaxed);
  }
  /// For a base class with a virtual destructor.
  template <class U>
    requires(!std::is_same_v<U, T> && std::is_convertible_v<U*, T*>)
  Shared(const Shared<U>& other) noexcept : object_(other.object_) {
    if (object_ != nullptr) object_->owners_.fetch_add(1, std::memory_order_relaxed);
  }
  Shared(Shared&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Shared& operator=(Shared other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Shared() {
    if (object_ != nullptr && object_->owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete object_;
  }

  explicit operator bool() const noexcept { return object_ != nullptr; }
  T& operator*() const noexcept { return *object_; }
  T* operator->() const noexcept { return object_; }

 private:
  template <class U>
  friend class Shared;
  T* object_;
};

}  // namespace ferrule::detail
