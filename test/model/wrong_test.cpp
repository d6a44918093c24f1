// Small wrong copies of the runtime's algorithms, each with a mistake that has been made before: the checker finds all
// of them. (What a weaker memory order does is in mutation_test.cpp.)
#include "test/model/programs.h"

#include <ferrule/detail/parker.h>
#include <ferrule/detail/raw_condvar.h>

#include <memory>
#include <optional>
#include <utility>

namespace ferrule::model {
namespace {

using detail::Atomic;
using detail::FutexWord;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;

TEST(Wrong, TheConsumerDoesNotLookAgainAfterItRegistered) {
  refute({}, "deadlock", [] {
    detail::WaiterSlot slot;
    Atomic<int> published{0};
    Go producer([&] {
      published.store(1);
      slot.notify();
    });
    if (published.load() == 0) {
      detail::Parker parker;
      slot.set(parker);
      parker.park();
    }
    producer.join();
  });
}

TEST(Wrong, TheProducerNotifiesBeforeItPublishes) {
  refute({}, "deadlock", [] {
    detail::WaiterSlot slot;
    Atomic<int> published{0};
    Go producer([&] {
      slot.notify();
      published.store(1);
    });
    while (published.load() == 0) {
      detail::Parker parker;
      slot.set(parker);
      if (published.load() == 0) parker.park();
      slot.clear(parker);
    }
    producer.join();
  });
}

TEST(Wrong, TheParkerDiesBeforeItsWakerIsDone) {
  refute({}, "", [] {
    auto slot = std::make_unique<detail::WaiterSlot>();
    detail::Deadline deadline{};
    Go waker([&] { slot->notify(); });
    auto parker = std::make_unique<detail::Parker>();
    slot->set(*parker);
    (void)parker->park(&deadline);
    (void)slot->withdraw();  // and not: if it was taken, wait for the call
    parker.reset();
    waker.join();
  });
}

TEST(Wrong, DisconnectedWhileAMessageIsQueued) {
  // Emptiness was looked at before the senders were, and not again.
  auto program = [](bool looks_again) {
    Atomic<int> queued{0}, senders{1};
    Go sender([&] {
      queued.store(1);
      senders.fetch_sub(1);
    });
    bool is_disconnected = queued.load() == 0 && senders.load() == 0;
    if (is_disconnected && looks_again) is_disconnected = queued.load() == 0;
    MODEL_CHECK(!is_disconnected);
    sender.join();
  };
  refute({}, "check fails", [&] { program(false); });
  verify({}, [&] { program(true); });
}

/// A mutex with one of these mistakes, or none.
enum class Mistake { None, ForgetsOtherSleepers, LooksBeforeItUnlocks, SleepsWithoutSaying };

class WrongMutex {
 public:
  explicit WrongMutex(Mistake mistake) : mistake_(mistake) {}
  void lock() {
    std::uint32_t seen = 0;
    if (state_.compare_exchange_strong(seen, 1, acquire, relaxed)) return;
    if (mistake_ == Mistake::SleepsWithoutSaying) {
      for (seen = 0; !state_.compare_exchange_strong(seen, 1, acquire, relaxed); seen = 0)
        detail::futex_wait(state_, 1);
      return;
    }
    while (state_.exchange(2, acquire) != 0) {
      detail::futex_wait(state_, 2);
      seen = 0;
      if (mistake_ == Mistake::ForgetsOtherSleepers && state_.compare_exchange_strong(seen, 1, acquire, relaxed))
        return;
    }
  }
  void unlock() {
    if (mistake_ == Mistake::LooksBeforeItUnlocks) {
      bool has_sleepers = state_.load(relaxed) == 2;
      state_.store(0, release);
      if (has_sleepers) detail::futex_wake_one(&state_);
    } else if (state_.exchange(0, release) == 2) {
      detail::futex_wake_one(&state_);
    }
  }

 private:
  const Mistake mistake_;
  FutexWord state_{0};
};

void lock_with(Mistake mistake, int threads) {
  WrongMutex mutex(mistake);
  Plain data;
  auto work = [&] {
    mutex.lock();
    data.add(1);
    mutex.unlock();
  };
  std::optional<Go> others[3];
  for (int t = 1; t < threads; ++t) others[t - 1].emplace(work);
  work();
  for (auto& other : others)
    if (other) other->join();
}

TEST(Wrong, AWokenLockerForgetsTheOtherSleepers) {
  refute({}, "deadlock", [] { lock_with(Mistake::ForgetsOtherSleepers, 3); });
}
TEST(Wrong, AnUnlockerLooksForSleepersTooEarly) {
  refute({}, "deadlock", [] { lock_with(Mistake::LooksBeforeItUnlocks, 2); });
}
TEST(Wrong, ALockerSleepsWithoutSayingSo) {
  refute({}, "deadlock", [] { lock_with(Mistake::SleepsWithoutSaying, 2); });
}
TEST(Wrong, ButTheMutexWithoutMistakeIsRight) {
  verify({}, [] { lock_with(Mistake::None, 2); });
}

TEST(Wrong, TheLatchWakesBeforeItCounts) {
  refute({}, "deadlock", [] {
    FutexWord count{1};
    Go other([&] {
      detail::futex_wake_all(&count);
      count.fetch_sub(1, release);
    });
    while (std::uint32_t left = count.load(acquire)) detail::futex_wait(count, left);
    other.join();
  });
}

TEST(Wrong, UpgradeCountsWithoutComparing) {
  refute({}, "use after free", [] {
    struct Counted {
      Atomic<int> strong{1};
      Plain* data = new Plain;
      void drop() {
        if (strong.fetch_sub(1, acq_rel) == 1) delete data;
      }
    } shared;
    Go other([&] {
      if (shared.strong.load(acquire) == 0) return;
      shared.strong.fetch_add(1, relaxed);
      (void)shared.data->get();
      shared.drop();
    });
    shared.drop();
    other.join();
  });
}

TEST(Wrong, GetMutLooksAtTheStrongCountAlone) {
  refute({}, "data race", [] {
    Atomic<int> strong{1};
    Plain data;
    Go other([&] {  // a Weak
      int seen = strong.load(relaxed);
      while (seen != 0 && !strong.compare_exchange_weak(seen, seen + 1, acquire, relaxed)) {
      }
      (void)data.get();
      strong.fetch_sub(1, acq_rel);
    });
    if (strong.load(acquire) == 1) data.add(1);
    other.join();
  });
}

TEST(Wrong, TheReceiverOverwritesWhatWasSent) {
  refute({}, "deadlock", [] {
    FutexWord state{0};
    Go sender([&] {
      if (state.exchange(2, acq_rel) == 1) detail::futex_wake_one(&state);
    });
    while (state.load(acquire) != 2) {
      state.store(1, relaxed);  // and not: if it is still empty
      detail::futex_wait(state, 1);
    }
    sender.join();
  });
}

TEST(Wrong, OnceIsCompleteBeforeItsFunctionRan) {
  refute({}, "data race", [] {
    Atomic<int> state{0};
    Plain data;
    auto call = [&] {
      if (state.exchange(1, acq_rel) == 0) data.set(1);
      (void)data.get();
    };
    Go other(call);
    call();
    other.join();
  });
}

TEST(Wrong, TheSemaphoreNotifiesAfterItsLock) {
  // Who got the permit may have destroyed the semaphore.
  refute({}, "", [] {
    struct Semaphore {
      detail::RawMutex mutex;
      detail::RawCondvar released;
      int permits = 0;
    };
    auto semaphore = std::make_unique<Semaphore>();
    Go giver([s = semaphore.get()] {
      {
        detail::RawLock lock(s->mutex);
        ++s->permits;
      }
      s->released.notify_one();
    });
    {
      detail::RawLock lock(semaphore->mutex);
      while (semaphore->permits == 0) semaphore->released.wait(semaphore->mutex);
    }
    semaphore.reset();
    giver.join();
  });
}

TEST(Wrong, ProducersWakeWithoutANewEpoch) {
  // The consumer clears "somebody sleeps" but leaves the word as it was before: who is about to sleep does so.
  auto program = [](bool counts) {
    Atomic<int> full{1};
    FutexWord space{0};
    auto produce = [&] {
      for (;;) {
        int seen = full.load();
        if (seen == 0 && full.compare_exchange_strong(seen, 1)) return;
        std::uint32_t word = space.load();
        if ((word & 1) == 0 && !space.compare_exchange_strong(word, word | 1)) continue;
        if (full.load() == 0) continue;
        detail::futex_wait(space, word | 1);
      }
    };
    Go a(produce), b(produce);
    for (int i = 0; i < 2; ++i) {
      while (full.load() == 0) await_change();
      full.store(0);
      std::uint32_t word = space.load();
      if ((word & 1) == 0) continue;
      while (!space.compare_exchange_weak(word, counts ? (word | 1) + 1 : word & ~1u)) {
      }
      detail::futex_wake_one(&space);
      if (counts) detail::futex_wake_all(&space);
    }
  };
  refute(bounded(), "deadlock", [&] { program(false); });
  verify(bounded(1), [&] { program(true); });
}

TEST(Wrong, ABlockIsLinkedAfterItsLastMessageWasPublished) {
  refute({}, "", [] {
    struct Block {
      Atomic<Block*> next{nullptr};
      Atomic<int> stamp{0};
      Plain message;
    };
    auto* first = new Block;
    Go producer([first] {
      auto* second = new Block;
      first->message.set(1);
      first->stamp.store(1, release);
      first->next.store(second, release);
    });
    while (first->stamp.load(acquire) == 0) await_change();
    Block* next = first->next.load(acquire);
    delete first;
    (void)next->stamp.load(acquire);
    delete next;
    producer.join();
  });
}

}  // namespace
}  // namespace ferrule::model
