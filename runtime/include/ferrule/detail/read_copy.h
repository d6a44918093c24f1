// What `*m.lock()` gives on a guard that dies at the end of the expression: a copy, never a reference.
#pragma once

#include <compare>
#include <concepts>
#include <type_traits>
#include <utility>

namespace ferrule {

/// A copy of guarded data, taken while the lock was held. It converts to the value, compares and prints like it, and
/// has nothing by which one could believe to change the original.
template <class T>
class ReadCopy {
 public:
  explicit ReadCopy(const T& value) : value_(value) {}

  operator T() && { return std::move(value_); }
  operator T() const& { return value_; }

  /// A reference into the copy would dangle: name the guard instead, `auto guard = m.lock();`.
  template <class Index>
  void operator[](Index&&) const = delete;

  friend bool operator==(const ReadCopy& a, const T& b)
    requires std::equality_comparable<T>
  {
    return a.value_ == b;
  }
  friend bool operator==(const ReadCopy& a, const ReadCopy& b)
    requires std::equality_comparable<T>
  {
    return a.value_ == b.value_;
  }
  friend auto operator<=>(const ReadCopy& a, const T& b)
    requires std::three_way_comparable<T>
  {
    return a.value_ <=> b;
  }
  template <class Stream>
    requires requires(Stream& out, const T& value) { out << value; }
  friend Stream& operator<<(Stream& out, const ReadCopy& copy) {
    out << copy.value_;
    return out;
  }

 private:
  T value_;
};

namespace detail {

/// Scalars are copied as themselves, classes as ReadCopy, whose result cannot be indexed into or assigned to.
template <class T>
using CopyOut = std::conditional_t<std::is_class_v<T> || std::is_union_v<T>, ReadCopy<T>, T>;

}  // namespace detail
}  // namespace ferrule
