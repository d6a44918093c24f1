// Pairs of accesses that can race, and why we think so.
#pragma once

#include "checks/flow/flow.h"
#include "checks/model/finding.h"

#include <string>
#include <vector>

namespace ferrule {

struct RaceSide {
  Location where = {};
  Location blamed = {};       ///< where to complain: the access, or the call that should have held the lock
  std::string function = {};  ///< name of the function whose text it is in
  bool is_write = false;
  bool on_thread = false;               ///< made by a thread that the way below starts
  std::vector<std::string> locks = {};  ///< held, for people
  std::vector<Note> way = {};           ///< from the root to the access: calls and thread starts
};

struct Race {
  enum class Evidence : unsigned char {
    Lock,    ///< the place is guarded elsewhere by a lock that this access does not hold
    Thread,  ///< a thread makes one of the accesses while the other can happen
    Heap,    ///< the same, by two names of one object
    Habit,   ///< what stands beside it is made for several threads, and this is not
  };
  Evidence evidence = Evidence::Lock;
  std::string name = {};     ///< of the place, for people
  std::string subject = {};  ///< its key
  Location declared = {};
  Location split = {};       ///< the load, if 'first' is the store of an atomic update in two steps
  std::string root = {};     ///< Evidence::Lock: key of the function that is entered without the lock; Heap: the object
  std::string lock = {};     ///< Evidence::Lock: the lock that guards it
  RaceSide first = {};       ///< the access to complain of
  RaceSide second = {};      ///< without a place if only an annotation says that the lock is needed
  std::string handler = {};  ///< Evidence::Thread: the signal handler that leads to one of the accesses by a call
  Location in_handler = {};  ///< that call
  std::vector<Race> of_handler = {};  ///< what else it leads to
  std::vector<Note> others = {};      ///< further places that the same function touches without the lock
  std::string habit = {};             ///< Evidence::Habit: the end of the sentence that tells of it
  bool is_held_shared = false;        ///< Evidence::Lock: the first side writes while it holds the lock with others
  std::string belief = {};            ///< why the lock is taken to guard the place, or threads to be meant, for people
  std::string doubt = {};             ///< Evidence::Lock: why it is not in the profile `default`, for people
  bool in_team = false;               ///< threads, tasks or lanes that OpenMP makes are at it
  Profile profile = Profile::Default;
};

/// All races of the program that there is evidence for, sorted, at most one for each place and function; the answer is
/// kept. Not thread-safe.
/// What only a louder profile than `loudest` reports is not looked for where that is dear.
const std::vector<Race>& find_races(const Flow& flow, Profile loudest);

}  // namespace ferrule
