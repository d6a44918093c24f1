// What bodies say about a class: reference counts, writes on const paths, and which fields a lock of its own guards.
#pragma once

#include "checks/program/program.h"
#include "checks/types/verdicts.h"
#include "checks/types/verdicts_reach.h"
#include "checks/model/verdict.h"

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace ferrule {

/// How some accesses to one field agree on a lock of the object.
struct Agreement {
  bool holds = false;      ///< each holds a common lock, or nothing writes it after construction
  bool is_locked = false;  ///< each holds a common lock, and there are some
  bool is_shared = false;  ///< some hold their lock together with others who read
  bool is_written = false;
  bool is_set_once = false;         ///< whatever writes it runs at most once, before anybody gets past it
  std::vector<Reason> strays = {};  ///< accesses without the lock, and references that get out
};

struct FieldGuard {
  Agreement always = {};          ///< all accesses
  Agreement on_const_paths = {};  ///< what const member functions do
};

/// What a class has among its members to guard the others with.
struct Locks {
  bool has_lock = false;          ///< a mutex of some kind
  bool has_synchroniser = false;  ///< …or a once_flag, atomic, or the like
  bool is_inherited = false;      ///< a base has it: that says nothing of members for which nobody takes it
};

struct ClassEvidence {
  std::vector<Reason> not_send = {};
  std::vector<Reason> not_sync = {};
  Locks locks = {};
  bool bodies_missing = true;  ///< some member function's body is in a unit that is not here
  std::unordered_map<std::string_view, FieldGuard> guards = {};  ///< by the field's key

  const FieldGuard* guard(std::string_view field_key) const {
    auto it = guards.find(field_key);
    return it == guards.end() ? nullptr : &it->second;
  }
};

/// Reads the bodies of one class after the other, on demand. Not thread-safe.
class Evidence {
 public:
  /// Keeps the references. Without `accesses` nothing is known of bodies.
  Evidence(const Program& program, AccessesOf accesses);

  const ClassEvidence& of(const Record& record, Locks locks) const;

  /// What the functions of these names, which take a pointer to the class, change without an atomic and without a lock.
  std::vector<Reason> counting(const Record& record, const std::vector<std::string>& names) const;

 private:
  using Roots = std::vector<const Function*>;

  ClassEvidence gather(const Record& record, Locks locks) const;
  bool is_filled_late(const TracedAccess& access) const;
  void read_copies(const Record& record, ClassEvidence& evidence) const;
  void read_destruction(const Record& record, const Function& constructor, ClassEvidence& evidence) const;
  void read_clones(const Record& record, ClassEvidence& evidence) const;
  void add_count(const char* doing, const Record& record, const TracedAccess& access, ClassEvidence& evidence) const;
  void read_const_writes(const Record& record, ClassEvidence& evidence) const;
  void read_casts(const Function& method, ClassEvidence& evidence) const;
  void read_stored(const Function& method, ClassEvidence& evidence) const;
  void read_outside_writes(const Record& record, ClassEvidence& evidence) const;
  /// The closures that the program puts into a member.
  const std::vector<const Record*>& stored_in(std::string_view field) const;
  bool is_initialisation(const TracedAccess& access, const Function& method) const;
  void read_guards(const Record& record, const Roots& roots, ClassEvidence& evidence) const;
  void add_closures(Roots& roots) const;
  void read_leaks(const Roots& roots, ClassEvidence& evidence) const;
  Roots roots(const Record& record) const;
  const Roots& strangers(const Record& record) const;
  const Roots& takers(const Record& record) const;

  const Program& program_;
  AccessesOf accesses_;
  Reaches reaches_;
  mutable std::unordered_map<const Record*, std::unique_ptr<ClassEvidence>> known_;
  mutable std::unordered_map<std::string_view, Roots> strangers_;  // functions that name a field of another class
  mutable std::unordered_map<const Record*, Roots> takers_;
  mutable bool indexed_ = false;
  mutable std::map<std::string, std::vector<const Record*>, std::less<>> stored_;  // by the field's key
  mutable bool stored_indexed_ = false;
};

}  // namespace ferrule
