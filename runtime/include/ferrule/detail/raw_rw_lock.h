// The lock under RwLock: eight bytes. Writers go first: readers wait as soon as anybody waits, so none starves a
// writer.
#pragma once

#include <ferrule/detail/futex.h>
#include <ferrule/detail/spin.h>

#include <cstdint>
#include <cstdlib>

namespace ferrule::detail {

class RawRwLock {
 public:
  constexpr RawRwLock() noexcept = default;
  RawRwLock(const RawRwLock&) = delete;
  RawRwLock& operator=(const RawRwLock&) = delete;

  bool try_read() noexcept {
    std::uint32_t seen = state_.load(std::memory_order_relaxed);
    while (may_read(seen)) {
      if (state_.compare_exchange_weak(seen, seen + 1, std::memory_order_acquire, std::memory_order_relaxed))
        return true;
    }
    return false;
  }

  void read() noexcept {
    if (!try_read()) read_slowly(nullptr);
  }
  bool try_read_until(const Deadline& deadline) noexcept { return try_read() || read_slowly(&deadline); }

  void unread() noexcept {
    std::uint32_t left = state_.fetch_sub(1, std::memory_order_release) - 1;
    // Readers wait only while a writer holds or waits, so a waiting writer is the one to wake.
    if (holders(left) == 0 && (left & writers_wait) != 0) wake(left);
  }

  bool try_write() noexcept {
    std::uint32_t seen = state_.load(std::memory_order_relaxed);
    while (holders(seen) == 0) {
      if (state_.compare_exchange_weak(seen, seen + writer, std::memory_order_acquire, std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }

  void write() noexcept {
    std::uint32_t seen = 0;
    if (!state_.compare_exchange_strong(seen, writer, std::memory_order_acquire, std::memory_order_relaxed)) {
      write_slowly(nullptr);
    }
  }
  bool try_write_until(const Deadline& deadline) noexcept { return try_write() || write_slowly(&deadline); }

  void unwrite() noexcept {
    std::uint32_t left = state_.fetch_sub(writer, std::memory_order_release) - writer;
    if ((left & (readers_wait | writers_wait)) != 0) wake(left);
  }

  /// The writer becomes a reader without letting another writer in between.
  void downgrade() noexcept {
    std::uint32_t left = state_.fetch_sub(writer - 1, std::memory_order_acq_rel) - (writer - 1);
    if ((left & readers_wait) != 0) {
      state_.fetch_and(~readers_wait, std::memory_order_relaxed);
      futex_wake_all(&state_);
    }
  }

 private:
  static constexpr std::uint32_t writer = (1u << 30) - 1;  ///< in the count: one writer; smaller counts are readers
  static constexpr std::uint32_t max_readers = writer - 1;
  static constexpr std::uint32_t readers_wait = 1u << 30;
  static constexpr std::uint32_t writers_wait = 1u << 31;

  static constexpr std::uint32_t holders(std::uint32_t state) noexcept { return state & writer; }
  static bool may_read(std::uint32_t state) noexcept {
    if (holders(state) == max_readers) std::abort();  // a billion read guards: only a leak of guards comes here
    return holders(state) < max_readers && (state & (readers_wait | writers_wait)) == 0;
  }

  static bool reader_stops(std::uint32_t state) noexcept {
    return holders(state) != writer || (state & (readers_wait | writers_wait)) != 0;
  }
  static bool writer_stops(std::uint32_t state) noexcept { return holders(state) == 0 || (state & writers_wait) != 0; }

  bool read_slowly(const Deadline* deadline) noexcept {
    std::uint32_t seen = spin(reader_stops);
    for (;;) {
      if (may_read(seen)) {
        if (state_.compare_exchange_weak(seen, seen + 1, std::memory_order_acquire, std::memory_order_relaxed))
          return true;
        continue;
      }
      if ((seen & readers_wait) == 0 &&
          !state_.compare_exchange_weak(seen, seen | readers_wait, std::memory_order_relaxed)) {
        continue;
      }
      if (!futex_wait(state_, seen | readers_wait, deadline)) return try_read();
      seen = spin(reader_stops);
    }
  }

  bool write_slowly(const Deadline* deadline) noexcept {
    std::uint32_t seen = spin(writer_stops);
    std::uint32_t others = 0;  // writers_wait once we slept: others may have slept beside us, so it must stay set
    for (;;) {
      if (holders(seen) == 0) {
        if (state_.compare_exchange_weak(seen, (seen + writer) | others, std::memory_order_acquire,
                                         std::memory_order_relaxed)) {
          return true;
        }
        continue;
      }
      if ((seen & writers_wait) == 0 &&
          !state_.compare_exchange_weak(seen, seen | writers_wait, std::memory_order_relaxed)) {
        continue;
      }
      others = writers_wait;
      std::uint32_t ticket = writer_notify_.load(std::memory_order_acquire);
      seen = state_.load(std::memory_order_relaxed);
      if (holders(seen) == 0 || (seen & writers_wait) == 0) continue;
      if (!futex_wait(writer_notify_, ticket, deadline)) return give_up_writing();
      seen = spin(writer_stops);
    }
  }

  /// A writer whose time is up. The wake that made the lock free may have been ours: hand it on.
  bool give_up_writing() noexcept {
    if (try_write()) {
      state_.fetch_or(writers_wait, std::memory_order_relaxed);
      return true;
    }
    return false;
  }

  /// The lock is free and somebody waits: one writer if there is one, else all readers.
  void wake(std::uint32_t seen) noexcept {
    if (seen == writers_wait) {
      if (state_.compare_exchange_strong(seen, 0, std::memory_order_relaxed)) {
        wake_writer();
        return;
      }
    }
    if (seen == (readers_wait | writers_wait)) {
      // Another thread that took the lock meanwhile wakes in our place.
      if (!state_.compare_exchange_strong(seen, readers_wait, std::memory_order_relaxed)) return;
      if (wake_writer()) return;
      seen = readers_wait;
    }
    if (seen == readers_wait && state_.compare_exchange_strong(seen, 0, std::memory_order_relaxed)) {
      futex_wake_all(&state_);
    }
  }

  /// False if perhaps no writer slept.
  bool wake_writer() noexcept {
    writer_notify_.fetch_add(1, std::memory_order_release);
    return futex_wake_one(&writer_notify_);
  }

  template <class Done>
  std::uint32_t spin(Done done) const noexcept {
    std::uint32_t seen = state_.load(std::memory_order_relaxed);
    for (int i = 0; i < 16 && may_spin() && !done(seen); ++i) {
      if (i < 12) {
        cpu_pause();
      } else {
        os_yield();
      }
      seen = state_.load(std::memory_order_relaxed);
    }
    return seen;
  }

  FutexWord state_{0};
  FutexWord writer_notify_{0};
};

}  // namespace ferrule::detail
