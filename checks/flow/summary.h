// What a call of a function does, in the function's own terms (This, Param, Global), so that callers can take it over.
#pragma once

#include "checks/flow/crossing.h"
#include "checks/flow/shared_set.h"
#include "checks/flow/state.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace ferrule {

using SharedPlaces = Shared<std::set<PlaceId>>;

/// Hops shared between accesses, outermost first.
struct HopList {
  const Location* where;
  const Function* callee;
  bool starts_thread;
  std::shared_ptr<const HopList> next;
  unsigned length;  ///< of this and all that follow
};
using Hops = std::shared_ptr<const HopList>;

inline Hops hop(const Location* where, const Function& callee, bool starts_thread, Hops next) {
  const unsigned length = 1 + (next ? next->length : 0);
  return std::make_shared<const HopList>(HopList{where, &callee, starts_thread, std::move(next), length});
}

struct Accessed {
  PlaceId place = no_place;
  bool write = false;
  bool atomic = false;
  bool increment = false;
  bool assumed = false;        ///< a read by a callee that gets a reference, though no body shows it (strict only)
  bool published = false;      ///< through an older name, after the object was put where others find it
  bool split_by_test = false;  ///< with `split`: the load was only tested
  const std::string* element = nullptr;  ///< of a container: the constant that names it, "*" for each one in turn
  bool unnamed_lock = false;             ///< some lock that is held has no name here: it may be the right one
  bool removed = false;                  ///< from its container, by then
  const Location* split = nullptr;       ///< a store that depends on a load of the same atomic: where that is
  bool on_thread = false;                ///< made by a thread that the function starts
  const Location* where = nullptr;
  const Function* in = nullptr;    ///< the function whose text it is in
  unsigned event = 0;              ///< of `in`
  const Place* text = nullptr;     ///< what it calls the place, if there are elements on the way
  unsigned at = 0;                 ///< the event of the function that it was last taken over by
  const Event* stands = nullptr;   ///< the event that made or took it over in a body that tells threads apart
  const Function* team = nullptr;  ///< what all threads run of which one makes it
  unsigned at_team = 0;            ///< the event of `team`
  Shared<Locks> locks = {};
  SharedPlaces released = {};  ///< locks given up since entry at this point
  SharedPlaces perhaps = {};   ///< locks taken on some ways to it only: a flag may tell which way was taken
  SharedPlaces told = {};      ///< locks that a callee perhaps took before it: what it answered tells
  SharedPlaces joined = {};    ///< handles joined before it
  SharedPlaces zero = {};      ///< numbers that are zero wherever it is made: of many threads, one alone has that
  SharedPlaces sync_before = {};
  SharedPlaces sync_after = {};
  Hops hops = {};
  unsigned effect = 0;  ///< the same number for accesses that do the same; 0: not numbered yet
};

/// An access of a summary. What a caller neither renames nor guards is not copied: it stands once, and callers refer to
/// it.
struct Passed {
  std::shared_ptr<const Accessed> access = {};
  const Function* via = nullptr;    ///< the callee whose summary has it too; null: `access` knows its whole way
  const Location* where = nullptr;  ///< of that call
  unsigned distance = 0;            ///< calls from here to its text
};

/// Orders accesses by what they do: place, kind, locks. Where in the text they stand does not count, so of all that do
/// the same a summary keeps one, as a witness (RacerD: Blackshear and others 2018).
struct ByEffect {
  bool operator()(const Accessed* a, const Accessed* b) const;
  bool operator()(const std::shared_ptr<const Accessed>& a, const std::shared_ptr<const Accessed>& b) const {
    return (*this)(a.get(), b.get());
  }
};

/// Calls on the way.
inline unsigned length(const Hops& hops) { return hops ? hops->length : 0; }

/// A lock is taken and waited for (a try does not wait).
struct Acquisition {
  PlaceId lock = no_place;
  bool shared = false;
  Shared<Locks> held = {};     ///< by then
  SharedPlaces released = {};  ///< locks given up since entry by then
  const Location* where = nullptr;
  const Function* in = nullptr;  ///< the function whose text it is in
  Hops hops = {};
  Shared<Locks> held_if = {};  ///< held by then as a test came out
  bool conditional = false;    ///< some way through the function does without it
  bool told = false;           ///< a callee takes it on some ways only, and gets a constant that may tell which
  Shared<std::set<unsigned>> live = {};  ///< the function's crossings that may run by then
};

/// A callable that a function calls but whose body only a caller knows.
struct Deferred {
  PlaceId callable = no_place;
  std::vector<Abstract> args = {};
  Locks locks = {};
  Hops hops = {};
  const Location* where = nullptr;  ///< the call
};

/// Something that a thread refers to without owning it.
struct Reference {
  PlaceId place = no_place;  ///< what is referred to
  const Location* where = nullptr;
  std::string name = {};  ///< the variable, for people
  bool by_capture = false;
  bool is_this = false;
  bool operator==(const Reference&) const = default;
};

/// A crossing that a call of the function makes and that may still run when it returns, or ran inside it.
struct Started {
  const Function* origin = nullptr;  ///< the function whose text has the sink call
  unsigned event = 0;
  const Location* where = nullptr;
  std::string sink = {};
  PlaceId handle = no_place;  ///< who can join it; no_place: nobody
  PlaceId joiner = no_place;  ///< another handle, which joins it too: what a scope's spawn() returns
  PlaceId owner = no_place;   ///< the executor that runs it, if it was handed to one
  bool joins_on_destroy = false;
  bool is_static = false;
  bool interrupts = false;  ///< a signal handler: it gets a number, and nothing of what it was set up with
  bool checked = false;
  bool repeats = false;                  ///< may run several times at once
  bool perhaps_once = false;             ///< some way through the function that starts it does not
  const Location* sink_call = nullptr;   ///< the real sink's call, wherever the crossing is decided
  bool pooled = false;                   ///< one of several threads of an executor runs it: it meets others of its kind
  std::set<PlaceId> joined_before = {};  ///< handles certainly joined in the function by then
  bool is_call = false;                  ///< ended before the sink returned
  std::vector<Accessed> accesses = {};
  std::vector<Acquisition> acquisitions = {};  ///< that it makes while it holds another lock
  std::set<PlaceId> locks = {};                ///< that it takes while it runs
  std::vector<Deferred> deferred = {};
  std::vector<Reference> references = {};
  std::vector<CrossingItem> items = {};
  std::set<const Function*> bodies = {};
  std::vector<const Location*> via = {};
};

/// `value` is stored at `place` when the function returns.
struct Store {
  PlaceId place = no_place;
  Abstract value = {};
};

struct Summary {
  bool never_returns = false;         ///< in a recursive component, as long as no way out of it is known
  std::vector<Passed> accesses = {};  ///< one an effect
  std::vector<std::pair<const Accessed*, unsigned>> at = {};  ///< (access, index in `accesses`), sorted
  std::vector<Acquisition> acquisitions = {};
  std::vector<Deferred> deferred = {};
  std::vector<Started> started = {};  ///< still running at the end
  Locks acquired = {};
  std::set<PlaceId> perhaps_acquired = {};  ///< on some ways through it only
  std::map<PlaceId, HeldIf> acquired_if = {};
  bool always_locks = false;  ///< whichever way it takes, some lock is held at its end
  std::set<PlaceId> released = {};
  std::map<PlaceId, Outcomes> released_if = {};  ///< of those, given up only if tests come out so
  std::map<PlaceId, bool> tests = {};            ///< how tests of members come out at its end
  std::map<PlaceId, long long> numbers = {};     ///< that members hold at its end
  std::set<std::string_view> rewritten = {};     ///< as in State
  std::map<PlaceId, Guard> guards = {};          ///< that outlive the call (in *this, or returned)
  std::vector<Store> stores = {};
  std::vector<Store> inserts = {};  ///< callables put into containers: place is the container's element
  std::optional<Abstract> returns = {};
  std::optional<Tentative> returns_try_lock = {};
  Tells returns_tells = {};
  std::set<PlaceId> joined = {};
  std::set<PlaceId> acquired_sync = {};
  std::set<PlaceId> released_sync = {};
  std::set<PlaceId> waits = {};    ///< condition variables it blocks on
  std::set<PlaceId> removes = {};  ///< containers that it takes elements from
};

/// Beyond so many, the accesses of one summary are not followed into callers, and that is said.
inline constexpr std::size_t most_accesses = 600;

/// Is `b` ordered, by joins and synchronisation, wherever `a` is? Then whatever races with `b` races with `a`.
bool is_ordered_by_less(const Accessed& a, const Accessed& b);

/// Is `a` the better witness: by fewer calls, then the first in the text?
bool is_nearer(const Passed& a, const Passed& b);

/// Callees' accesses that one body has met, so that the same from another call is not looked at again.
class Repeats {
 public:
  /// Has one with its effect, beside the same threads, that is ordered by no more? `releases`: how many
  /// synchronisations of this body came before, since those that come after order it too.
  bool is_repeat(std::shared_ptr<const Accessed> access, const Shared<std::set<unsigned>>& live,
                 const Shared<std::set<std::pair<unsigned, PlaceId>>>& stale, std::size_t releases);

 private:
  struct Beside {
    std::shared_ptr<const Accessed> access;
    Shared<std::set<unsigned>> live;
    Shared<std::set<std::pair<unsigned, PlaceId>>> stale;
    std::size_t releases;
  };
  std::unordered_map<unsigned, std::vector<Beside>> met_;  // by effect
};

/// Of each effect the accesses that are ordered by least, in the order in which they were offered first.
class Witnesses {
 public:
  void offer(Passed passed);
  std::vector<Passed> take();

 private:
  std::unordered_map<unsigned, std::vector<std::size_t>> at_;  // by effect
  std::vector<Passed> all_;                                    // without an access: another took its place
};

/// Do two summaries of one function say the same to its callers, wherever in the text their accesses stand?
bool same_effect(const Summary& a, const Summary& b);

}  // namespace ferrule
