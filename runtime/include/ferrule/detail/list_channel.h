// The unbounded channel: a linked list of blocks, many producers, one consumer.
//
// A producer reserves a slot with one compare-and-swap on the tail index, writes the message and stamps the slot. The
// consumer reads the stamp of the slot at its own head: it needs no read-modify-write and never touches the producers'
// cache line. Stamps grow for ever, so a block that the consumer has emptied is used again without being reset.
#pragma once

#include <ferrule/detail/channel_base.h>

#include <cstddef>

// Slots of a block, and one; emptied blocks that are kept. The model checker makes both small.
#ifndef FERRULE_DETAIL_LIST_LAP
#define FERRULE_DETAIL_LIST_LAP 32
#endif
#ifndef FERRULE_DETAIL_LIST_SPARES
#define FERRULE_DETAIL_LIST_SPARES 8
#endif

namespace ferrule::detail {

template <class T>
class ListChannel : public ChannelBase {
 public:
  using S = Stored<T>;

  ListChannel()
      : ChannelBase(Flavour::List), tail_block_(new Block), head_block_(tail_block_.load(std::memory_order_relaxed)) {}

  ~ListChannel() {
    delete head_block_;
    for (Atomic<Block*>& spare : spares_) delete spare.load(std::memory_order_relaxed);
  }

  /// Moves from `message` only if it is sent. Throws std::bad_alloc before anything happened.
  bool put(S& message) {
    std::size_t tail = tail_.load(std::memory_order_acquire);
    Block* next = nullptr;
    Backoff backoff;
    for (;;) {
      if ((tail & closed) != 0) {
        delete next;
        return false;
      }
      std::size_t offset = offset_of(tail);
      if (offset == capacity) {  // another producer is about to link the next block
        backoff.wait();
        tail = tail_.load(std::memory_order_acquire);
        continue;
      }
      Block* block = tail_block_.load(std::memory_order_acquire);
      if (offset + 1 == capacity && next == nullptr) next = new_block(tail);
      if (!tail_.compare_exchange_weak(tail, tail + step, std::memory_order_seq_cst, std::memory_order_acquire))
        continue;
      if (offset + 1 == capacity) {
        tail_block_.store(next, std::memory_order_release);
        tail_.fetch_add(step, std::memory_order_release);
        block->next.store(next, std::memory_order_release);
        next = nullptr;
      }
      Slot& slot = block->slots[offset];
      slot.room.put(std::move(message));
      slot.stamp.store(stamp_of(tail), std::memory_order_release);
      if (next != nullptr) recycle(next, tail);
      consumer.notify();
      return true;
    }
  }

  Take try_take(std::optional<S>& into) noexcept {
    Slot& slot = head_block_->slots[offset_of(head_)];
    if (slot.stamp.load(std::memory_order_acquire) != stamp_of(head_)) {
      if (has_senders() || !is_empty()) return await_slot(slot) ? take_from(slot, into) : Take::Empty;
      return Take::Disconnected;
    }
    return take_from(slot, into);
  }

  /// Takes a message, waiting for it if need be. Empty only if the deadline passed.
  Take take(std::optional<S>& into, const Deadline* deadline) noexcept { return wait_.take(*this, into, deadline); }

  /// The next message is there.
  bool is_ready() const noexcept {
    return head_block_->slots[offset_of(head_)].stamp.load(std::memory_order_acquire) == stamp_of(head_);
  }
  /// Something to take, or nobody left to wait for.
  bool has_news() const noexcept { return !is_empty() || !has_senders(); }
  bool is_empty() const noexcept { return index_of(tail_.load(std::memory_order_seq_cst)) == index_of(head_); }
  std::size_t size() const noexcept {
    std::size_t tail = count_of(tail_.load(std::memory_order_seq_cst));
    std::size_t head = count_of(head_);
    return tail > head ? tail - head : 0;
  }

  bool is_closed() const noexcept { return (tail_.load(std::memory_order_acquire) & closed) != 0; }

  /// The consumer leaves: producers fail from now on, and what is queued is destroyed.
  void close() noexcept {
    tail_.fetch_or(closed, std::memory_order_seq_cst);
    std::optional<S> message;
    for (Backoff backoff; !is_empty();) {
      if (try_take(message) == Take::Got) {
        message.reset();
      } else {
        backoff.wait();
      }
    }
  }

 private:
  // An index counts slots in steps of two; its lowest bit says "closed". The last offset of each lap belongs to no
  // slot: an index stands there while the next block is being linked.
  static constexpr std::size_t closed = 1, step = 2, lap = FERRULE_DETAIL_LIST_LAP, capacity = lap - 1;
  static constexpr std::size_t offset_of(std::size_t index) noexcept { return index / step % lap; }
  static constexpr std::size_t index_of(std::size_t index) noexcept { return index & ~closed; }
  static constexpr std::size_t stamp_of(std::size_t index) noexcept { return index_of(index) + step; }
  static constexpr std::size_t count_of(std::size_t index) noexcept {
    return index / step / lap * capacity + offset_of(index);
  }

  struct Slot {
    Atomic<std::size_t> stamp{0};
    Room<S> room;
  };
  struct Block {
    Atomic<Block*> next{nullptr};
    Slot slots[capacity];
  };

  Take take_from(Slot& slot, std::optional<S>& into) noexcept {
    slot.room.take(into);
    head_ += step;
    if (offset_of(head_) == capacity) {
      // The producer of the last slot linked the next block before it stamped the slot.
      Block* next = head_block_->next.load(std::memory_order_acquire);
      recycle(std::exchange(head_block_, next), head_);
      head_ += step;
    }
    return Take::Got;
  }

  /// A message that is reserved, but not yet written: its producer needs a moment. False if nothing is reserved.
  bool await_slot(Slot& slot) noexcept {
    if (is_empty()) return false;
    for (Backoff backoff; slot.stamp.load(std::memory_order_acquire) != stamp_of(head_);) backoff.wait();
    return true;
  }

  /// Blocks that the consumer has emptied wait for the producers in places that both go round in: the more places, the
  /// more one side may run ahead before memory is allocated or freed.
  Atomic<Block*>& spare_at(std::size_t index) noexcept { return spares_[index / step / lap % spare_count]; }
  Block* new_block(std::size_t index) {
    Atomic<Block*>& spare = spare_at(index);
    if (spare.load(std::memory_order_relaxed) != nullptr) {
      if (Block* block = spare.exchange(nullptr, std::memory_order_acquire)) return block;
    }
    return new Block;
  }
  void recycle(Block* block, std::size_t index) noexcept {
    block->next.store(nullptr, std::memory_order_relaxed);
    delete spare_at(index).exchange(block, std::memory_order_acq_rel);
  }

  alignas(cache_line) Atomic<std::size_t> tail_{0};
  Atomic<Block*> tail_block_;
  alignas(cache_line) std::size_t head_ = 0;  // from here on the consumer's alone
  Block* head_block_;
  ConsumerWait wait_;
  static constexpr std::size_t spare_count = FERRULE_DETAIL_LIST_SPARES;
  alignas(cache_line) Atomic<Block*> spares_[spare_count] = {};
};

}  // namespace ferrule::detail
