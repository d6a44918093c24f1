// RawMutex, RawRwLock, Mutex, ReentrantLock, RwLock, Condvar, Semaphore, Latch, Barrier, Once and OnceLock, Snapshot:
// the real headers.
#include "test/model/memory.h"
#include "test/model/programs.h"

#include <ferrule/barrier.h>
#include <ferrule/condvar.h>
#include <ferrule/latch.h>
#include <ferrule/mutex.h>
#include <ferrule/once.h>
#include <ferrule/reentrant_lock.h>
#include <ferrule/rw_lock.h>
#include <ferrule/semaphore.h>
#include <ferrule/snapshot.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace ferrule::model {
namespace {

Options spinning() {
  Options options;
  options.spin = true;
  options.stale_loads = 1;
  return options;
}
TEST(RawMutex, TwoThreadsOnce) {
  verify({}, [] { two_lockers(2, 1); });
}
TEST(RawMutex, TwoThreadsTwice) {
  verify({}, [] { two_lockers(2, 2); });
}
TEST(RawMutex, ThreeThreads) {
  verify({}, [] { two_lockers(3, 1); });
}
TEST(RawMutex, TwoThreadsThatSpin) {
  verify(spinning(), [] { two_lockers(2, 1); });
}

TEST(RawMutex, TryLockAndTimeLimit) {
  verify({}, [] {
    detail::RawMutex mutex;
    Plain data;
    detail::Deadline deadline{};
    Go a([&] {
      if (!mutex.try_lock_until(deadline)) return;
      data.add(1);
      mutex.unlock();
    });
    Go b([&] {
      if (!mutex.try_lock()) return;
      data.add(1);
      mutex.unlock();
    });
    mutex.lock();
    data.add(1);
    mutex.unlock();
  });
}

// A locker that gives up leaves nothing behind that keeps the next one from waking.
TEST(RawMutex, GivingUpLosesNoWakeUp) {
  verify(bounded(3), [] {
    detail::RawMutex mutex;
    detail::Deadline deadline{};
    Go a([&] {
      if (mutex.try_lock_until(deadline)) mutex.unlock();
    });
    Go b([&] {
      mutex.lock();
      mutex.unlock();
    });
    mutex.lock();
    mutex.unlock();
  });
}

TEST(Mutex, GuardsAndConditions) {
  verify({}, [] {
    Mutex<Plain> mutex;
    Condvar changed;
    Go waiter([&] {
      auto guard = mutex.lock();
      changed.wait_while(guard, [](Plain& data) { return data.get() == 0; });
      guard->add(1);
    });
    {
      auto guard = mutex.lock();
      guard->set(1);
    }
    changed.notify_one();
    waiter.join();
    MODEL_CHECK(mutex.lock()->get() == 2);
  });
}

TEST(Condvar, NotifyAllWakesAll) {
  verify(bounded(3), [] {
    Mutex<Plain> mutex;
    Condvar changed;
    auto wait = [&] {
      auto guard = mutex.lock();
      changed.wait_while(guard, [](Plain& data) { return data.get() == 0; });
    };
    Go a(wait), b(wait);
    {
      auto guard = mutex.lock();
      guard->set(1);
      changed.notify_all();
    }
  });
}

TEST(Condvar, ATimeLimitEndsTheWait) {
  verify({}, [] {
    Mutex<Plain> mutex;
    Condvar changed;
    Go waiter([&] {
      auto guard = mutex.lock();
      bool came = changed.wait_timeout_while(guard, milliseconds(1), [](Plain& data) { return data.get() == 0; });
      MODEL_CHECK(came == (guard->get() != 0));
    });
    {
      auto guard = mutex.lock();
      guard->set(1);
      changed.notify_one();
    }
  });
}

TEST(RawRwLock, AReaderAndAWriter) {
  verify({}, [] {
    auto shared = std::make_unique<Guarded>();
    Go writer([&] { shared->write(); });
    int seen = shared->read();
    MODEL_CHECK(seen == 0 || seen == 1);
    writer.join();
    MODEL_CHECK(shared->read() == 1);
  });
}
TEST(RawRwLock, TwoWriters) {
  verify({}, [] {
    auto shared = std::make_unique<Guarded>();
    Go writer([&] { shared->write(); });
    shared->write();
    writer.join();
    MODEL_CHECK(shared->data.get() == 2);
  });
}
TEST(RawRwLock, TwoReadersAndAWriter) {
  verify(bounded(3), [] {
    auto shared = std::make_unique<Guarded>();
    Go writer([&] { shared->write(); });
    Go reader([&] { shared->read(); });
    shared->read();
  });
}
TEST(RawRwLock, TwoWritersAndAReader) {
  verify(bounded(3), [] {
    auto shared = std::make_unique<Guarded>();
    Go writer([&] { shared->write(); });
    Go reader([&] { shared->read(); });
    shared->write();
    reader.join();
    writer.join();
    MODEL_CHECK(shared->data.get() == 2);
  });
}
TEST(RawRwLock, ThreeWriters) {
  verify(bounded(3), [] {
    auto shared = std::make_unique<Guarded>();
    Go a([&] { shared->write(); });
    Go b([&] { shared->write(); });
    shared->write();
  });
}
TEST(RawRwLock, Downgrade) {
  verify({}, [] {
    auto shared = std::make_unique<Guarded>();
    Go reader([&] { shared->read(); });
    shared->lock.write();
    shared->data.add(1);
    shared->lock.downgrade();
    MODEL_CHECK(shared->data.get() == 1);
    shared->lock.unread();
  });
}
TEST(RawRwLock, DowngradeBesideAWriter) {
  verify(bounded(3), [] {
    auto shared = std::make_unique<Guarded>();
    Go reader([&] { shared->read(); });
    Go writer([&] { shared->write(); });
    shared->lock.write();
    shared->data.add(1);
    shared->lock.downgrade();
    MODEL_CHECK(shared->data.get() >= 1);
    shared->lock.unread();
  });
}
TEST(RawRwLock, WritersWhoseTimeIsUp) {
  verify(bounded(3), [] {
    auto shared = std::make_unique<Guarded>();
    detail::Deadline deadline{};
    Go timed([&] {
      if (shared->lock.try_write_until(deadline)) shared->lock.unwrite();
    });
    Go writer([&] { shared->write(); });
    shared->write();
  });
}
TEST(RawRwLock, ReadersWhoseTimeIsUp) {
  verify(bounded(3), [] {
    auto shared = std::make_unique<Guarded>();
    detail::Deadline deadline{};
    Go timed([&] {
      if (shared->lock.try_read_until(deadline)) shared->lock.unread();
    });
    Go reader([&] { shared->read(); });
    shared->write();
  });
}
TEST(RawRwLock, Samples) {
  sample(20000, [] {
    auto shared = std::make_unique<Guarded>();
    detail::Deadline deadline{};
    Go a([&] { shared->write(), shared->read(); });
    Go b([&] { shared->read(), shared->write(); });
    Go c([&] {
      if (shared->lock.try_write_until(deadline)) shared->lock.unwrite();
    });
    shared->write();
    if (shared->lock.try_read_until(deadline)) shared->lock.unread();
  });
}

TEST(RwLock, NobodyWritesBetweenWriteAndDowngrade) {
  verify(bounded(3), [] {
    RwLock<Plain> lock;
    auto write = [&lock] {
      int mine = 0;
      auto guard = lock.write_and_downgrade([&mine](Plain& data) {
        data.add(1);
        mine = data.get();
      });
      MODEL_CHECK(guard->get() == mine);
    };
    Go other(write);
    Go reader([&lock] { MODEL_CHECK(lock.read()->get() <= 2); });
    write();
  });
}
TEST(RwLock, Guards) {
  verify(bounded(3), [] {
    RwLock<Plain> lock;
    Go writer([&] {
      auto guard = lock.write();
      guard->add(1);
    });
    Go reader([&] {
      auto guard = lock.read();
      MODEL_CHECK(guard->get() <= 2);
    });
    lock.write()->add(1);
    writer.join();
    MODEL_CHECK(lock.read()->get() == 2);
  });
}

TEST(Semaphore, MayDieWhenThePermitWasTaken) {
  verify({}, [] {
    auto semaphore = std::make_unique<Semaphore>(0);
    Plain data;
    Go giver([&, s = semaphore.get()] {
      data.set(1);
      s->release();
    });
    semaphore->acquire();
    MODEL_CHECK(data.get() == 1);
    giver.join();
  });
}
TEST(Semaphore, TwoTakersTwoPermits) {
  verify(bounded(3), [] {
    Semaphore semaphore(0);
    Go a([&] { semaphore.acquire(); });
    Go b([&] { semaphore.acquire(); });
    semaphore.release(2);
  });
}

TEST(Latch, EveryCountIsSeen) {
  verify({}, [] {
    Latch latch(2);
    Plain one, two;
    Go a([&] {
      one.set(1);
      latch.count_down();
    });
    Go b([&] {
      two.set(1);
      latch.count_down();
    });
    latch.wait();
    MODEL_CHECK(one.get() + two.get() == 2);
  });
}

TEST(Barrier, TwoRounds) {
  verify(bounded(3), [] {
    Barrier barrier(2);
    Plain data;
    Go other([&] {
      data.set(1);
      barrier.wait();
      barrier.wait();
      MODEL_CHECK(data.get() == 2);
    });
    barrier.wait();
    MODEL_CHECK(data.get() == 1);
    data.set(2);
    barrier.wait();
  });
}
TEST(Barrier, OneLeader) {
  verify(bounded(3), [] {
    Barrier barrier(3);
    Plain leaders[3];
    Go a([&] { leaders[0].set(barrier.wait()); });
    Go b([&] { leaders[1].set(barrier.wait()); });
    leaders[2].set(barrier.wait());
    a.join();
    b.join();
    MODEL_CHECK(leaders[0].get() + leaders[1].get() + leaders[2].get() == 1);
  });
}

TEST(Once, RunsOnceAndIsSeen) {
  verify({}, [] {
    Once once;
    Plain data;
    auto call = [&] {
      once.call([&] { data.add(1); });
      MODEL_CHECK(data.get() == 1);
    };
    Go a(call);
    call();
  });
}
TEST(Once, ThreeCallers) {
  verify(bounded(3), [] {
    Once once;
    Plain data;
    auto call = [&] {
      once.call([&] { data.add(1); });
      MODEL_CHECK(data.get() == 1);
    };
    Go a(call), b(call);
    call();
  });
}
TEST(Once, AThrowingCallLetsTheNextOneRun) {
  verify({}, [] {
    Once once;
    Plain data;
    auto call = [&] {
      try {
        once.call([&] {
          data.add(1);
          if (data.get() == 1) throw 1;
        });
      } catch (int) {
        once.call([&] { data.add(1); });
      }
      MODEL_CHECK(data.get() == 2);
    };
    Go a(call);
    call();
  });
}
TEST(Once, WaitSeesTheCall) {
  verify({}, [] {
    Once once;
    Plain data;
    auto wait = [&] {
      once.wait();
      MODEL_CHECK(data.get() == 1);
    };
    Go a(wait);
    once.call([&] { data.add(1); });
    wait();
  });
}
TEST(Once, WaitersAndACallThatThrows) {
  verify(bounded(), [] {
    Once once;
    Plain data;
    auto wait = [&] {
      once.wait();
      MODEL_CHECK(data.get() == 2);
    };
    Go a(wait), b(wait);
    try {
      once.call([&] {
        data.add(1);
        throw 1;
      });
    } catch (int) {
    }
    once.call([&] { data.add(1); });
  });
}
TEST(Once, AWaiterBesideTwoCallers) {
  verify(bounded(3), [] {
    Once once;
    Plain data;
    Go caller([&] { once.call([&] { data.add(1); }); });
    Go waiter([&] {
      once.wait();
      MODEL_CHECK(data.get() == 1);
    });
    once.call([&] { data.add(1); });
  });
}
TEST(OnceLock, SetAndWait) {
  verify({}, [] {
    OnceLock<Payload> place;
    Go a([&] { MODEL_CHECK(place.wait().number() == 1); });
    MODEL_CHECK(place.set(Payload(1)).has_value());
  });
}
TEST(OnceLock, SetAndGet) {
  verify({}, [] {
    OnceLock<Payload> place;
    Go a([&] { (void)place.set(Payload(1)); });
    Go b([&] {
      if (const Payload* seen = place.get()) MODEL_CHECK(seen->number() > 0);
    });
    MODEL_CHECK(place.get_or_init([] { return Payload(2); }).number() > 0);
  });
}

TEST(Snapshot, ReadersKeepWhatTheySaw) {
  verify(bounded(3), [] {
    Snapshot<int> snapshot(1);
    Go writer([&] { snapshot.store(2); });
    Go updater([&] { snapshot.update([](int old) { return old + 10; }); });
    Arc<int> seen = snapshot.load();
    MODEL_CHECK(*seen == 1 || *seen == 2 || *seen == 11 || *seen == 12);
    writer.join();
    updater.join();
    MODEL_CHECK(*snapshot.load() == 2 || *snapshot.load() == 12);
  });
}

// The mark of an owner that is seen late, or the relaxed one of another thread, lets nobody in.
TEST(ReentrantLock, TwoThreadsTwiceEach) {
  verify({}, [] {
    auto lock = std::make_unique<ReentrantLock<std::unique_ptr<Plain>>>(std::make_unique<Plain>());
    auto add = [&lock] {
      auto outer = lock->lock();
      auto inner = lock->lock();
      (*inner)->add(1);
      (*outer)->add(1);
    };
    {
      Go other([&] {
        add();
        add();
      });
      add();
    }
    MODEL_CHECK(lock->lock()->get()->get() == 6);
  });
}
TEST(ReentrantLock, ThreeThreadsOneInTime) {
  verify(bounded(), [] {
    ReentrantLock<std::unique_ptr<Plain>> lock(std::make_unique<Plain>());
    auto add = [&lock] {
      auto outer = lock.lock();
      if (auto inner = lock.try_lock()) (**inner)->add(1);
    };
    Go one(add), two(add);
    if (auto guard = lock.try_lock_for(milliseconds(1))) (**guard)->add(1);
    one.join();
    two.join();
    const int sum = lock.lock()->get()->get();
    MODEL_CHECK(sum == 2 || sum == 3);
  });
}

}  // namespace
}  // namespace ferrule::model
