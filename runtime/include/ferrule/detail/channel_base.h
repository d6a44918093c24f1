// What all flavours of single-consumer channels share: who is still there, and how the consumer waits.
#pragma once

#include <ferrule/detail/atomic.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/parker.h>
#include <ferrule/detail/stored.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

namespace ferrule::detail {

enum class Flavour : unsigned char { List, Array, Rendezvous };

/// The shared block of a channel. It dies when both sides have left it.
class ChannelBase {
 public:
  explicit ChannelBase(Flavour f) noexcept : flavour(f) {}
  ChannelBase(const ChannelBase&) = delete;
  ChannelBase& operator=(const ChannelBase&) = delete;

  const Flavour flavour;

  void add_sender() noexcept {
    if (static_cast<std::ptrdiff_t>(senders_.fetch_add(1, std::memory_order_relaxed)) < 0) std::abort();
  }
  /// True if this was the last one.
  bool remove_sender() noexcept { return senders_.fetch_sub(1, std::memory_order_seq_cst) == 1; }
  bool has_senders() const noexcept { return senders_.load(std::memory_order_seq_cst) != 0; }

  /// Each side calls it once, as its last act; the second one deletes the channel.
  bool leave() noexcept { return is_half_left_.exchange(true, std::memory_order_acq_rel); }

  WaiterSlot consumer;

 private:
  Atomic<std::size_t> senders_{1};
  Atomic<bool> is_half_left_{false};
};

/// The consumer's waiting, for a flavour that has `is_ready()`, `try_take(slot)`, `has_news()` and `consumer`.
class ConsumerWait {
 public:
  /// Takes a message into `into`, waiting for it if need be. Empty only if the deadline passed.
  template <class Channel, class Slot>
  Take take(Channel& channel, Slot& into, const Deadline* deadline) noexcept {
    for (;;) {
      // While it polls, the consumer looks only at its own slot: the tail's cache line is the producers'.
      if (!channel.is_ready()) spin_.poll([&channel] { return channel.is_ready(); }, std::exchange(burst_, 0u));
      Take result = channel.try_take(into);
      if (result != Take::Empty) {
        ++burst_;
        return result;
      }
      Parker parker;
      channel.consumer.set(parker);
      if (channel.has_news()) {
        channel.consumer.clear(parker);
        continue;
      }
      bool in_time = parker.park(deadline);
      channel.consumer.clear(parker);
      if (!in_time) return channel.try_take(into);
    }
  }

 private:
  AdaptiveSpin spin_;
  unsigned burst_ = 0;
};

}  // namespace ferrule::detail
