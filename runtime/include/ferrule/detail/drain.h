// What `try_iter` of the receivers gives.
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

namespace ferrule::detail {

/// A range over what a receiver of T can give without waiting.
template <class T, class R>
class Drain {
 public:
  explicit Drain(R& receiver) noexcept : receiver_(&receiver) {}
  Drain(const Drain&) = delete;
  Drain& operator=(const Drain&) = delete;

  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    T& operator*() const noexcept { return *drain_->current_; }
    Iterator& operator++() {
      drain_->advance();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) noexcept { return it.is_past_the_end(); }

   private:
    friend class Drain;
    explicit Iterator(Drain& drain) noexcept : drain_(&drain) {}
    bool is_past_the_end() const noexcept { return !drain_->current_; }
    Drain* drain_;
  };
  Iterator begin() {
    advance();
    return Iterator(*this);
  }
  std::default_sentinel_t end() const noexcept { return std::default_sentinel; }

 private:
  void advance() {
    current_.reset();
    if (auto message = receiver_->try_recv()) current_.emplace(*std::move(message));
  }

  R* receiver_;
  std::optional<T> current_;
};

}  // namespace ferrule::detail
