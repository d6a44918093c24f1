// Arc and Weak, mpmc, Parker, park and unpark, spawn and scope: the real headers.
#include "test/model/memory.h"
#include "test/model/programs.h"

#include <ferrule/arc.h>
#include <ferrule/current.h>
#include <ferrule/detail/parker.h>
#include <ferrule/mpmc.h>
#include <ferrule/scope.h>
#include <ferrule/thread.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace ferrule::model {
namespace {

TEST(Arc, TheLastOwnerDestroys) {
  verify({}, [] {
    Arc<Shared> first = Arc<Shared>::make();
    Go a([mine = first]() { (void)mine->get(); });
    Go b([mine = first]() { Arc<Shared> again = mine; });
    first = Arc<Shared>::make();
  });
}
TEST(Arc, TheOnlyOwnerMayChange) {
  verify({}, [] {
    Arc<Shared> first = Arc<Shared>::make();
    std::optional<Arc<Shared>> second(first);
    Go other([mine = std::move(second)]() mutable {
      (void)(*mine)->get();
      mine.reset();
    });
    second.reset();
    if (Shared* alone = first.get_mut()) alone->number.set(1);
  });
}
TEST(Arc, GetMutBesideDowngrade) {
  // No Weak may come into being while somebody believes to be alone.
  verify({}, [] {
    Arc<Shared> first = Arc<Shared>::make();
    Go other([mine = std::optional<Arc<Shared>>(first)]() mutable {
      Weak<Shared> weak = mine->downgrade();
      mine.reset();
      if (auto again = weak.upgrade()) (void)(*again)->get();
    });
    if (Shared* alone = first.get_mut()) alone->number.set(1);
  });
}
TEST(Arc, UpgradeBesideTheLastDrop) {
  verify({}, [] {
    std::optional<Arc<Shared>> first(Arc<Shared>::make());
    Weak<Shared> weak = first->downgrade();
    Go other([weak] {
      if (auto again = weak.upgrade()) MODEL_CHECK((*again)->get() == 0);
    });
    Go third([mine = std::move(weak)]() mutable { Weak<Shared> gone = std::move(mine); });
    if (Shared* alone = first->get_mut()) alone->owned.reset();
    first.reset();
  });
}
TEST(Arc, IntoInner) {
  verify({}, [] {
    Plain taken;
    Arc<Shared> first = Arc<Shared>::make();
    Arc<Shared> second = first;
    Go other([&taken, mine = std::move(second)]() mutable {
      if (auto inner = std::move(mine).into_inner()) taken.add(1);
    });
    bool mine = std::move(first).into_inner().has_value();
    other.join();
    MODEL_CHECK(taken.get() + (mine ? 1 : 0) == 1);
  });
}
TEST(Arc, MakeMutCopiesWhatIsShared) {
  verify({}, [] {
    Arc<Shared> first = Arc<Shared>::make();
    Go other([mine = first]() { MODEL_CHECK(mine->get() == 0); });
    first.make_mut().number.set(1);
    MODEL_CHECK(first->get() == 1);
  });
}

TEST(Arc, TryUnwrap) {
  verify({}, [] {
    Arc<Shared> first = Arc<Shared>::make();
    Weak<Shared> weak = first.downgrade();
    Go other([mine = first]() mutable {
      (void)mine->get();
      auto inner = std::move(mine).try_unwrap();
      if (inner) inner->number.set(1);
    });
    Go third([weak] {
      if (auto again = weak.upgrade()) (void)(*again)->get();
    });
    auto inner = std::move(first).try_unwrap();
    if (inner) inner->number.set(2);
  });
}
TEST(Arc, NewCyclicBesideAnUpgrade) {
  verify({}, [] {
    Weak<Shared> outside;
    std::optional<Go> other;
    auto first = Arc<Shared>::new_cyclic([&](const Weak<Shared>& itself) {
      other.emplace([weak = itself] {
        if (auto again = weak.upgrade()) MODEL_CHECK((*again)->get() == 3);
      });
      Shared made;
      made.number.set(3);
      return made;
    });
    MODEL_CHECK(first->get() == 3);
    other->join();
  });
}

TEST(Parker, AnUnparkIsNotLost) {
  verify({}, [] {
    Plain data;
    detail::Parker parker;
    Go waker([&] {
      data.set(1);
      parker.unpark();
    });
    parker.park();
    MODEL_CHECK(data.get() == 1);
    waker.join();
  });
}
TEST(Parker, MayDieOnceItWasCalled) {
  verify({}, [] {
    auto slot = std::make_unique<detail::WaiterSlot>();
    detail::Deadline deadline{};
    Go waker([&] { slot->notify(); });
    {
      auto parker = std::make_unique<detail::Parker>();
      slot->set(*parker);
      (void)parker->park(&deadline);
      slot->clear(*parker);
    }
    waker.join();
  });
}
TEST(Parker, TwoWakersOneSlot) {
  verify({}, [] {
    auto slot = std::make_unique<detail::WaiterSlot>();
    detail::FutexWord published{0};
    auto notify = [&] {
      published.fetch_add(1);
      slot->notify();
    };
    Go a(notify), b(notify);
    while (published.load() == 0) {
      detail::Parker parker;
      slot->set(parker);
      if (published.load() == 0) parker.park();
      slot->clear(parker);
    }
  });
}

TEST_F(RuntimeThreads, JoinGivesTheResult) {
  verify({}, [] {
    auto handle = spawn([](int n) { return Payload(n); }, 5);
    (void)handle.is_finished();
    MODEL_CHECK(handle.join().number() == 5);
  });
}
TEST_F(RuntimeThreads, JoinGivesTheException) {
  verify({}, [] {
    auto handle = spawn([] { throw 7; });
    int caught = 0;
    try {
      handle.join();
    } catch (int what) {
      caught = what;
    }
    MODEL_CHECK(caught == 7);
  });
}
TEST_F(RuntimeThreads, ADroppedHandleDetaches) {
  verify({}, [] {
    detail::FutexWord done{0};
    {
      auto handle = spawn([&done] { done.store(1, std::memory_order_release); });
    }
    while (done.load(std::memory_order_acquire) == 0) await_change();
  });
}
TEST_F(RuntimeThreads, AScopeWaitsForAll) {
  verify(bounded(), [] {
    Plain one, two;
    scope([&](Scope& s) {
      auto first = s.spawn([&] { one.set(1); });
      auto second = s.spawn([&] { two.set(1); });
      first.join();
    });
    MODEL_CHECK(one.get() + two.get() == 2);
  });
}
TEST_F(RuntimeThreads, AScopeRethrows) {
  verify(bounded(), [] {
    bool is_caught = false;
    try {
      scope([](Scope& s) { (void)s.spawn([] { throw 1; }); });
    } catch (int) {
      is_caught = true;
    }
    MODEL_CHECK(is_caught);
  });
}
TEST_F(RuntimeThreads, ParkAndUnpark) {
  verify({}, [] {
    Plain data;
    Thread me = current();
    auto handle = spawn([&data, me] {
      data.set(1);
      me.unpark();
    });
    park();
    MODEL_CHECK(data.get() == 1);
    handle.join();
  });
}
TEST_F(RuntimeThreads, ParkInTime) {
  verify({}, [] {
    Thread me = current();
    auto handle = spawn([me] { me.unpark(); });
    bool was_unparked = park_for(milliseconds(1));
    if (!was_unparked) park();
    handle.join();
  });
}

TEST(Mpmc, TwoReceivers) {
  verify(bounded(), [] {
    auto [sender, receiver] = mpmc::channel<Payload>();
    Plain got[2];
    Go a([&got, r = receiver] {
      while (r.recv()) got[0].add(1);
    });
    Go b([&got, r = std::move(receiver)]() mutable {
      mpmc::Receiver<Payload> mine(std::move(r));
      while (mine.recv()) got[1].add(1);
    });
    {
      mpmc::Sender<Payload> mine(std::move(sender));
      for (int i = 0; i < 2; ++i) MODEL_CHECK(mine.send(Payload(i)).has_value());
    }
    a.join();
    b.join();
    MODEL_CHECK(got[0].get() + got[1].get() == 2);
  });
}
TEST(Mpmc, OnePlaceTwoSenders) {
  verify(bounded(), [] {
    auto [sender, receiver] = mpmc::sync_channel<Payload>(1);
    Go a([s = sender]() mutable { (void)mpmc::Sender<Payload>(std::move(s)).send(Payload(1)); });
    Go b([s = std::move(sender)]() mutable { (void)mpmc::Sender<Payload>(std::move(s)).send(Payload(2)); });
    int sum = 0;
    while (auto message = receiver.recv()) sum += message->number();
    MODEL_CHECK(sum == 3);
  });
}
TEST(Mpmc, Rendezvous) {
  verify(bounded(), [] {
    auto [sender, receiver] = mpmc::sync_channel<Payload>(0);
    Go a([s = std::move(sender)]() mutable {
      mpmc::Sender<Payload> mine(std::move(s));
      MODEL_CHECK(mine.send(Payload(1)).has_value());
    });
    MODEL_CHECK(receiver.recv()->number() == 1);
    MODEL_CHECK(!receiver.recv());
  });
}
TEST(Mpmc, RendezvousInTime) {
  verify(bounded(), [] {
    auto [sender, receiver] = mpmc::sync_channel<Payload>(0);
    Plain sent;
    Go a([&sent, s = std::move(sender)]() mutable {
      mpmc::Sender<Payload> mine(std::move(s));
      sent.set(mine.send_timeout(Payload(1), milliseconds(1)).has_value());
    });
    mpmc::Receiver<Payload> mine(std::move(receiver));
    int received = mine.recv() ? 1 : 0;
    a.join();
    MODEL_CHECK(sent.get() == received);
  });
}
TEST(Mpmc, ReceiversLeave) {
  verify(bounded(), [] {
    auto [sender, receiver] = mpmc::sync_channel<Payload>(1);
    Go a([s = std::move(sender)]() mutable {
      mpmc::Sender<Payload> mine(std::move(s));
      for (int i = 0; i < 3; ++i) {
        auto sent = mine.send(Payload(i));
        if (!sent) MODEL_CHECK(sent.error().value.number() == i);
      }
    });
    mpmc::Receiver<Payload> mine(std::move(receiver));
    MODEL_CHECK(mine.recv()->number() == 0);
  });
}

}  // namespace
}  // namespace ferrule::model
