// Finding lock-order cycles at run time. With FERRULE_LOCK_ORDER defined (in every unit of the program), each lock of a
// Mutex or RwLock is compared with all orders seen before; a cycle is reported even if no two threads happened to wait
// for each other. Without it, nothing here is compiled and no object is larger.
#pragma once

#ifdef FERRULE_LOCK_ORDER

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <vector>

namespace ferrule {

/// A cycle: `second` is being locked by a thread that holds `first`, but elsewhere `first` is (directly or over other
/// locks) taken while `second` is held. The same lock twice if they are equal.
struct LockOrderCycle {
  const void* first;
  const void* second;
};

/// Called with each cycle, before the lock is taken. The default prints it and ends the program.
using LockOrderHook = void (*)(const LockOrderCycle&);

namespace detail {

inline void abort_on_lock_order_cycle(const LockOrderCycle& cycle) {
  if (cycle.first == cycle.second) {
    std::fprintf(stderr, "'%p' is locked twice by one thread\n", cycle.first);
  } else {
    std::fprintf(stderr, "'%p' and '%p' are locked in both orders\n", cycle.first, cycle.second);
  }
  std::abort();
}

/// Which lock was ever taken while which other one was held.
class LockOrders {
 public:
  static LockOrders& instance() {
    static LockOrders* const orders = new LockOrders;  // outlives all static mutexes
    return *orders;
  }

  std::atomic<LockOrderHook> hook{&abort_on_lock_order_cycle};

  /// Notes the order; true if it closes a cycle.
  bool add(std::uint64_t held, std::uint64_t wanted) {
    std::lock_guard lock(mutex_);
    auto& after = orders_[held];
    if (after.contains(wanted)) return false;
    if (reaches(wanted, held)) return true;
    after.insert(wanted);
    return false;
  }

  void forget(std::uint64_t id) {
    std::lock_guard lock(mutex_);
    orders_.erase(id);
    for (auto& [held, after] : orders_) after.erase(id);
  }

 private:
  bool reaches(std::uint64_t from, std::uint64_t to) const {
    std::vector<std::uint64_t> open{from};
    std::set<std::uint64_t> seen;
    while (!open.empty()) {
      std::uint64_t next = open.back();
      open.pop_back();
      if (next == to) return true;
      if (!seen.insert(next).second) continue;
      if (auto found = orders_.find(next); found != orders_.end())
        open.insert(open.end(), found->second.begin(), found->second.end());
    }
    return false;
  }

  std::mutex mutex_;
  std::map<std::uint64_t, std::set<std::uint64_t>> orders_;
};

/// In each lock: its number, which unlike its address is never used again.
class LockWatch {
 public:
  constexpr LockWatch() noexcept = default;
  ~LockWatch() {
    if (id_.load(std::memory_order_relaxed) != 0) LockOrders::instance().forget(id_.load(std::memory_order_relaxed));
  }

  void before_lock(const void* address) {
    auto& orders = LockOrders::instance();
    for (const Held& held : held_locks()) {
      bool is_cycle = held.id == id() || orders.add(held.id, id());
      if (is_cycle) orders.hook.load()(LockOrderCycle{held.address, address});
    }
  }
  void locked(const void* address) { held_locks().push_back({id(), address}); }
  void unlocked(const void* address) noexcept {
    auto& held = held_locks();
    auto last = std::find_if(held.rbegin(), held.rend(), [&](const Held& one) { return one.address == address; });
    if (last != held.rend()) held.erase(std::next(last).base());
  }

 private:
  struct Held {
    std::uint64_t id;
    const void* address;
  };
  static std::vector<Held>& held_locks() {
    thread_local std::vector<Held> held;
    return held;
  }

  std::uint64_t id() noexcept {
    static std::atomic<std::uint64_t> last{0};
    std::uint64_t mine = id_.load(std::memory_order_relaxed);
    if (mine != 0) return mine;
    std::uint64_t fresh = ++last;
    return id_.compare_exchange_strong(mine, fresh) ? fresh : mine;
  }

  std::atomic<std::uint64_t> id_{0};
};

}  // namespace detail

/// Replaces what happens at a cycle; returns the previous hook. Any thread may call it at any time. Throws nothing.
inline LockOrderHook set_lock_order_hook(LockOrderHook hook) {
  return detail::LockOrders::instance().hook.exchange(hook);
}

}  // namespace ferrule

#endif
