// Where code runs: `main`, each thread, task and handler that the program starts, and what is called from outside.
// Objects that one origin alone reaches are its own (O2: Liu and others 2021).
#pragma once

#include "checks/calls/calls.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace ferrule::calls {

struct Origin {
  enum class Kind : unsigned char {
    Main,
    Outside,   ///< functions that nobody in the program calls
    Shared,    ///< nothing of its own: what is analysed once for several origins, since there are too many
    Thread,    ///< a thread or task
    Parallel,  ///< the same body on several threads, which the starter waits for
    Later,     ///< a task that a library runs at some later time
    Handler,   ///< interrupts a thread, as a signal handler does
  };
  Kind kind = Kind::Main;
  const Function* function = nullptr;  ///< that starts it; null for the first three
  unsigned event = 0;
  std::vector<const Function*> bodies = {};
  /// Several may run at once: it is started in a loop, by a function that runs more than once, by an origin of many.
  bool many = false;
};

/// Immutable; safe to share.
class Origins {
 public:
  Origins(const heap::Builder& builder, const Calls& calls);

  /// By OriginId: first Main, Outside and Shared, then what the program starts.
  const std::vector<Origin>& all() const { return origins_; }
  /// In which origins a function may run, sorted.
  const std::vector<OriginId>& of(const Function& function) const;
  /// Which origins name a place that may be in the object, sorted.
  const std::vector<OriginId>& reached_by(unsigned object_id) const;
  /// In which origins one copy of a body runs (an instance of the builder), sorted.
  const std::vector<OriginId>& of_copy(unsigned copy) const { return of_instance_[copy]; }

 private:
  void spread(const heap::Builder& builder);
  void find_many(const Calls& calls);
  void find_reached(const heap::Builder& builder);

  std::vector<Origin> origins_;
  std::vector<std::vector<OriginId>> of_instance_;
  std::unordered_map<const Function*, std::vector<OriginId>> of_;
  std::unordered_map<unsigned, std::vector<OriginId>> reached_;
};

}  // namespace ferrule::calls
