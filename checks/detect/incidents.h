// What single functions do wrong with what they sent, hold and discard.
#pragma once

#include "checks/flow/flow.h"
#include "checks/model/finding.h"

#include <string>
#include <vector>

namespace ferrule {

struct UseAfterSend {
  std::string name = {};
  std::string sink = {};  ///< "" if the value stayed on its thread
  Location sent = {};
  Location used = {};
  bool always = false;
  std::string subject = {};
};

struct LockAcrossWait {
  std::string lock = {};
  Location where = {};
  Location started = {};  ///< of the thread that is joined and takes the lock; no place: the function suspends
  Location told = {};     ///< where the condition that is waited for is told, by who takes the lock before
  std::string subject = {};
  Profile profile = Profile::Default;
  bool for_answer = false;  ///< what is waited for is a promise
};

struct DiscardedGuard {
  std::string type = {};
  std::string lock = {};      ///< "" if it is not known, or of a future
  std::string function = {};  ///< whose text it is in
  bool is_future = false;
  Location where = {};
  std::string subject = {};
};

/// Each sorted by place.
std::vector<UseAfterSend> find_uses_after_send(const Flow& flow);
std::vector<LockAcrossWait> find_locks_across_waits(const Flow& flow);
std::vector<DiscardedGuard> find_discarded_guards(const Flow& flow);

}  // namespace ferrule
