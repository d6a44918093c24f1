// What may not cross to another thread, in whatever way; and ends and handles that have one owner.
#include "wrong.h"

#include <ferrule/ferrule.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using ferrule::Rc;

struct Job {
  std::string name;
  int number = 0;
};
struct Tied {
  std::string name;
  Rc<int> number;
};
struct TiedCallable {
  Rc<int> number;
  int operator()() const { return *number; }
};
struct FreeCallable {
  int number = 0;
  int operator()() const { return number; }
};
Tied tied() { return {"name", Rc<int>(1)}; }
Rc<int> make_rc() { return Rc<int>(1); }
int use(Job job) { return job.number; }
int use_tied(Tied job) { return *job.number; }

void threads() {
  ferrule::spawn(use, Job{"a", 1}).join();
  ferrule::spawn(FreeCallable{}).join();
  ferrule::Builder().spawn(use, Job{"a", 1})->join();
  WRONG(ferrule::spawn(use_tied, tied()).join();)           // error: Send|no matching
  WRONG(ferrule::spawn(TiedCallable{Rc<int>(1)}).join();)   // error: Send|no matching
  WRONG(ferrule::spawn(make_rc).join();)                    // error: Send|no matching
  WRONG(ferrule::spawn(tied).join();)                       // error: Send|no matching
  WRONG((void)ferrule::Builder().spawn(use_tied, tied());)  // error: Send|no matching
  WRONG((void)ferrule::Builder().spawn(make_rc);)           // error: Send|no matching
}

void scopes() {
  ferrule::scope([](ferrule::Scope& all) {
    all.spawn(use, Job{"a", 1});
    ferrule::Builder().spawn_scoped(all, use, Job{"a", 1})->join();
    WRONG(all.spawn(use_tied, tied());)                                   // error: Send|no matching
    WRONG(all.spawn(TiedCallable{Rc<int>(1)});)                           // error: Send|no matching
    WRONG(all.spawn(make_rc);)                                            // error: Send|no matching
    WRONG((void)ferrule::Builder().spawn_scoped(all, make_rc);)           // error: Send|no matching
    WRONG((void)ferrule::Builder().spawn_scoped(all, use_tied, tied());)  // error: Send|no matching
  });
}

void references() {
  int number = 1;
  ferrule::spawn([](int n) { return n; }, number).join();
  WRONG(ferrule::spawn([](int& n) { ++n; }, number).join();)                 // error: no matching
  WRONG(ferrule::spawn([](int* n) -> int& { return *n; }, &number).join();)  // error: no matching
}

void messages() {
  auto ends = ferrule::channel<Job>();
  WRONG(auto e = ferrule::channel<Rc<int>>();)                       // error: Send|no matching
  WRONG(auto e = ferrule::channel<Tied>();)                          // error: Send|no matching
  WRONG(auto e = ferrule::sync_channel<Tied>(1);)                    // error: Send|no matching
  WRONG(auto e = ferrule::oneshot<Tied>();)                          // error: Send|no matching
  WRONG(auto e = ferrule::mpmc::channel<Tied>();)                    // error: Send|no matching
  WRONG(auto e = ferrule::mpmc::sync_channel<Tied>(1);)              // error: Send|no matching
  WRONG(auto e = ferrule::channel<std::unique_lock<std::mutex>>();)  // error: Send|no matching
  WRONG(auto e = ferrule::channel<ferrule::MutexGuard<int>*>();)     // error: Send|no matching
}

void sharing() {
  auto job = ferrule::Arc<Job>::make(Job{"a", 1});
  auto counter = ferrule::Arc<ferrule::Mutex<int>>::make(1);
  WRONG(auto a = ferrule::Arc<Rc<int>>::make(make_rc());)            // error: Send|Sync|no matching
  WRONG(ferrule::Arc<Rc<int>> a(make_rc());)                         // error: Send|Sync|no matching
  WRONG(auto a = ferrule::make_arc<Tied>(tied());)                   // error: Send|Sync|no matching
  WRONG(auto a = ferrule::Arc<ferrule::Mutex<Tied>>::make(tied());)  // error: Send|Sync|no matching
  WRONG(auto a =
            ferrule::Arc<ferrule::Receiver<int>>::make(ferrule::channel<int>().second);)  // error: Sync|no matching
  WRONG(ferrule::Snapshot<Tied> s(tied());)               // error: Send|Sync|no matching
  WRONG(ferrule::assert_send<Tied>();)                    // error: Send
  WRONG(ferrule::assert_sync<ferrule::Receiver<int>>();)  // error: Sync
}

void callables() {
  ferrule::SendFn<int()> free(FreeCallable{});
  std::vector<int> numbers{1, 2};
  ferrule::par_for_each(numbers, [](int& n) { ++n; });
  std::vector<Rc<int>> counted{make_rc()};
  WRONG(ferrule::SendFn<int()> f(TiedCallable{Rc<int>(1)});)                    // error: Send|no matching
  WRONG(ferrule::par_for_each(counted, [](Rc<int>&) {});)                       // error: Send|no matching
  WRONG(auto r = ferrule::par_map(numbers, [](int n) { return Rc<int>(n); });)  // error: Send|no matching
}

void single_owners() {
  auto handle = ferrule::spawn([] { return 1; });
  auto [tx, rx] = ferrule::channel<int>();
  auto [one_tx, one_rx] = ferrule::oneshot<int>();
  auto more = tx;
  WRONG(auto h = handle;)  // error: deleted
  WRONG(auto r = rx;)      // error: deleted
  WRONG(auto o = one_tx;)  // error: deleted
  WRONG(auto o = one_rx;)  // error: deleted
  handle.join();
  ferrule::scope([](ferrule::Scope& all) {
    auto scoped = all.spawn([] { return 1; });
    WRONG(ferrule::JoinHandle<int> h(std::move(scoped));)  // error: no matching
    WRONG(auto s = all;)                                   // error: deleted
  });
}

void selecting() {
  auto [tx, rx] = ferrule::mpmc::channel<int>();
  ferrule::select(ferrule::on(rx, [](std::optional<int>) {}), ferrule::otherwise([] {}));
  WRONG(
      ferrule::select(ferrule::on(ferrule::mpmc::channel<int>().second, [](std::optional<int>) {}));)  // error: deleted
  WRONG(ferrule::select(ferrule::on(rx, [](std::string) {}));)  // error: no matching
  WRONG(ferrule::select(ferrule::otherwise([] {}));)            // error: select needs a receiver
}

}  // namespace
