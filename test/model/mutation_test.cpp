// Can the checks fail? Every order that the headers use is weakened in turn, as the algorithms of the other tests run;
// and small wrong copies of the algorithms are given to the checker.
#include "test/model/programs.h"
#include "test/model/weaken.h"

#include <ferrule/condvar.h>
#include <ferrule/detail/parker.h>
#include <ferrule/latch.h>
#include <ferrule/mpmc.h>
#include <ferrule/once.h>
#include <ferrule/oneshot.h>
#include <ferrule/select.h>

#include <chrono>
#include <optional>
#include <utility>

namespace ferrule::model {
namespace {

TEST(Weakened, RawMutex) {
  expect_survivors("raw_mutex.h", {{{}, [] { two_lockers(2, 1); }}}, {});
}

TEST(Weakened, RawRwLock) {
  expect_survivors("raw_rw_lock.h",
                   {{{},
                     [] {
                       auto shared = std::make_unique<Guarded>();
                       Go writer([&] { shared->write(); });
                       shared->read();
                     }},
                    {{},
                     [] {
                       auto shared = std::make_unique<Guarded>();
                       Go writer([&] { shared->write(); });
                       shared->write();
                     }},
                    {{},
                     [] {
                       auto shared = std::make_unique<Guarded>();
                       Go other([&] { shared->write(), shared->read(); });
                       if (shared->lock.try_write()) {
                         shared->data.add(1);
                         shared->lock.downgrade();
                         (void)shared->data.get();
                         shared->lock.unread();
                       }
                     }}},
                   {
                       "downgrade modify acq_rel to release",  // (half) it holds the lock
                   });
}

TEST(Weakened, Arc) {
  expect_survivors("arc.h",
                   {{{},
                     [] {
                       Arc<Shared> first = Arc<Shared>::make();
                       Go other([mine = first]() { (void)mine->get(); });
                       first = Arc<Shared>::make();
                     }},
                    {{},
                     [] {
                       Arc<Shared> first = Arc<Shared>::make();
                       Go other([mine = std::optional<Arc<Shared>>(first)]() mutable {
                         (void)(*mine)->get();
                         mine.reset();
                       });
                       if (Shared* alone = first.get_mut()) alone->number.set(1);
                     }},
                    {{},
                     [] {
                       std::optional<Arc<Shared>> first(Arc<Shared>::make());
                       Go other([weak = first->downgrade()]() mutable { Weak<Shared> mine(std::move(weak)); });
                       first.reset();
                     }},
                    {{},
                     [] {
                       Arc<Shared> first = Arc<Shared>::make();
                       Go other([weak = first.downgrade()]() mutable {
                         Weak<Shared> mine(std::move(weak));
                         if (auto again = mine.upgrade()) (void)(*again)->get();
                       });
                       if (Shared* alone = first.get_mut()) alone->number.set(1);
                     }},
                    {{},
                     [] {
                       Arc<Shared> first = Arc<Shared>::make();
                       Go other([mine = std::optional<Arc<Shared>>(first)]() mutable {
                         Weak<Shared> weak = (*mine).downgrade();
                         (void)(*mine)->get();
                         mine.reset();
                       });
                       if (Shared* alone = first.get_mut()) alone->number.set(1);
                     }},
                    {{},
                     [] {
                       Arc<Shared> first = Arc<Shared>::make();
                       Go other([mine = std::optional<Arc<Shared>>(first)]() mutable {
                         (void)(*mine)->get();
                         (void)std::move(*mine).into_inner();
                       });
                       auto inner = std::move(first).into_inner();
                       if (inner) inner->number.set(1);
                     }},
                    {{},
                     [] {
                       Arc<Shared> first = Arc<Shared>::make();
                       Go other([mine = std::optional<Arc<Shared>>(first)]() mutable {
                         (void)(*mine)->get();
                         mine.reset();
                       });
                       auto inner = std::move(first).try_unwrap();
                       if (inner) inner->number.set(1);
                     }},
                    {{},
                     [] {
                       std::optional<Go> other;
                       auto first = Arc<Shared>::new_cyclic([&](const Weak<Shared>& itself) {
                         other.emplace([weak = itself] {
                           if (auto again = weak.upgrade()) (void)(*again)->get();
                         });
                         return Shared();
                       });
                       other->join();
                     }}},
                   {
                       "is_unique store release to relaxed",             // (delayed)
                       "downgrade compare_exchange acquire to relaxed",  // (delayed) its other side
                   });
}

TEST(Weakened, Once) {
  expect_survivors("once.h",
                   {{{},
                     [] {
                       Once once;
                       Plain data;
                       auto call = [&] {
                         once.call([&] { data.add(1); });
                         MODEL_CHECK(data.get() == 1);
                       };
                       Go a(call);
                       call();
                     }},
                    {{},
                     [] {
                       Once once;
                       Plain data;
                       auto call = [&] {
                         try {
                           once.call([&] {
                             data.add(1);
                             if (data.get() == 1) throw 1;
                           });
                         } catch (int) {
                         }
                       };
                       Go a(call);
                       call();
                     }},
                    {{},
                     [] {
                       Once once;
                       Plain data;
                       Go a([&] {
                         once.wait();
                         MODEL_CHECK(data.get() == 1);
                       });
                       once.call([&] { data.add(1); });
                     }}},
                   {
                       "leave modify acq_rel to release",  // (half)
                   });
}

TEST(Weakened, Parker) {
  expect_survivors("parker.h",
                   {{{},
                     [] {
                       Plain data;
                       detail::Parker parker;
                       Go waker([&] {
                         data.set(1);
                         parker.unpark();
                       });
                       parker.park();
                       MODEL_CHECK(data.get() == 1);
                       waker.join();
                     }},
                    {{},
                     [] {
                       Plain data;
                       detail::Parker parker;
                       detail::Deadline deadline{};
                       Go waker([&] {
                         data.set(1);
                         parker.unpark();
                       });
                       if (parker.park(&deadline)) MODEL_CHECK(data.get() == 1);
                       waker.join();
                     }},
                    {reduced(), [] { sender_stays(channel<Payload>()); }},
                    {bounded(), [] { send_and_receive(channel<Payload>(), 1); }},
                    {random(5000), [] { receive_in_time(channel<Payload>()); }}},
                   {
                       "withdraw modify acq_rel to acquire",  // (half) the parker's own word orders the rest
                       "withdraw modify acq_rel to release",  // (half)
                       "notify modify acq_rel to acquire",    // (half)
                   });
}

TEST(Weakened, ListChannel) {
  expect_survivors("list_channel.h",
                   {{reduced(), [] { sender_stays(channel<Payload>()); }},
                    {bounded(), [] { two_producers(channel<Payload>(), 1); }},
                    {random(8000), [] { two_producers(channel<Payload>(), 3); }},
                    {random(4000), [] { receiver_leaves(channel<Payload>(), 3, true); }},
                    {random(2000), [] { send_and_receive(channel<Payload>(), 5); }}},
                   {
                       "is_closed load acquire to relaxed",  // only an answer
                       "is_ready load acquire to relaxed",   // (again) in try_take
                       "take_from load acquire to relaxed",  // (again) the stamp came after the link
                       "close modify seq_cst to acq_rel",    // (one way)
                   });
}

TEST(Weakened, ArrayChannel) {
  expect_survivors("array_channel.h",
                   {{reduced(), [] { sender_stays(sync_channel<Payload>(1)); }},
                    {bounded(), [] { send_and_receive(sync_channel<Payload>(1), 2); }},
                    {bounded(), [] { two_producers(sync_channel<Payload>(1), 1); }},
                    {random(4000), [] { two_producers(sync_channel<Payload>(1), 3); }},
                    {random(4000), [] { receiver_leaves(sync_channel<Payload>(1), 3, true); }}},
                   {
                       "is_closed load acquire to relaxed",                   // only an answer
                       "is_ready load acquire to relaxed",                    // (again) in try_take
                       "put load seq_cst to acquire",                         // (again) by futex_wait
                       "close modify seq_cst to acq_rel",                     // (one way) through `space_`
                       "wake_producers compare_exchange seq_cst to acq_rel",  // (one way)
                   });
}

TEST(Weakened, ChannelBase) {
  expect_survivors("channel_base.h",
                   {{reduced(), [] { send_and_receive(channel<Payload>(), 1); }},
                    {bounded(), [] { receiver_leaves(channel<Payload>(), 1, true); }}},
                   {});
}

TEST(Weakened, Oneshot) {
  expect_survivors("oneshot.h",
                   {{{},
                     [] {
                       auto [sender, receiver] = oneshot<Payload>();
                       Go producer([s = std::move(sender)]() mutable { (void)s.send(Payload(1)); });
                       auto message = receiver.recv();
                       MODEL_CHECK(message.has_value() && message->number() == 1);
                     }},
                    {{},
                     [] {
                       auto [sender, receiver] = oneshot<Payload>();
                       Go producer([s = std::move(sender)]() mutable { (void)s.send(Payload(1)); });
                       OneReceiver<Payload> mine(std::move(receiver));
                       (void)mine.try_recv();
                     }},
                    {{},
                     [] {
                       auto [sender, receiver] = oneshot<Payload>();
                       Go producer([s = std::move(sender)]() mutable { OneSender<Payload> mine(std::move(s)); });
                       OneReceiver<Payload> mine(std::move(receiver));
                       (void)mine.recv();
                     }},
                    {{},
                     [] {
                       auto [sender, receiver] = oneshot<Payload>();
                       Go producer([s = std::move(sender)]() mutable { (void)s.send(Payload(1)); });
                       OneReceiver<Payload> mine(std::move(receiver));
                       (void)mine.recv_timeout(milliseconds(1));
                     }},
                    {{},
                     [] {
                       auto [sender, receiver] = oneshot<Payload>();
                       Go producer([s = std::move(sender)]() mutable { (void)s.send(Payload(1)); });
                       OneReceiver<Payload> mine(std::move(receiver));
                       select_biased(on(mine, [](std::optional<Payload>) {}));
                     }}},
                   {
                       "wait compare_exchange acq_rel to acquire",  // (half)
                       "wait compare_exchange acq_rel to release",  // (again) in the next round
                   });
}

TEST(Weakened, Latch) {
  expect_survivors("latch.h",
                   {{{},
                     [] {
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
                     }}},
                   {
                       "count_down modify acq_rel to release",  // (half)
                   });
}

class WeakenedThreads : public RuntimeThreads {};

TEST_F(WeakenedThreads, Packet) {
  expect_survivors("packet.h",
                   {{{},
                     [] {
                       auto handle = spawn([](int n) { return Payload(n); }, 5);
                       if (handle.is_finished()) MODEL_CHECK(handle.join().number() == 5);
                     }},
                    {{},
                     [] {
                       Plain data;
                       auto handle = spawn([&data] { data.set(1); });
                       if (handle.is_finished()) MODEL_CHECK(data.get() == 1);
                       handle.join();
                     }},
                    {bounded(),
                     [] {
                       scope([&](Scope& s) {
                         auto one = s.spawn([] { return Payload(1); });
                         MODEL_CHECK(one.join().number() == 1);
                       });
                     }}},
                   {
                       "join modify acq_rel to acquire",  // (half) the system's join orders the rest
                       "join modify acq_rel to release",  // (half)
                   });
}
TEST_F(WeakenedThreads, Scope) {
  expect_survivors("scope.h",
                   {{bounded(),
                     [] {
                       Plain one, two;
                       scope([&](Scope& s) {
                         (void)s.spawn([&] { one.set(1); });
                         (void)s.spawn([&] { two.set(1); });
                       });
                       MODEL_CHECK(one.get() + two.get() == 2);
                     }}},
                   {
                       // The scope then joins every thread, which orders all of this.
                       "leave modify acq_rel to acquire",
                       "leave modify acq_rel to release",
                       "wait_for_all load acquire to relaxed",
                   });
}
TEST_F(WeakenedThreads, Park) {
  expect_survivors("current.h",
                   {{{},
                     [] {
                       Plain data;
                       Thread me = current();
                       Go other([&data, me] {
                         data.set(1);
                         me.unpark();
                       });
                       park();
                       MODEL_CHECK(data.get() == 1);
                     }},
                    {{},
                     [] {
                       Plain data;
                       Thread me = current();
                       Go other([&data, me] {
                         data.set(1);
                         me.unpark();
                       });
                       if (park_for(milliseconds(1))) MODEL_CHECK(data.get() == 1);
                     }}},
                   {});
}

}  // namespace
}  // namespace ferrule::model
