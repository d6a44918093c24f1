// The functions behind the rules, one file each.
#pragma once

#include "checks/rules/rule.h"

namespace ferrule {

void non_moved_capture(const Judgement& judgement, std::vector<Finding>& findings);
void non_send_crossing(const Judgement& judgement, std::vector<Finding>& findings);
void non_sync_sharing(const Judgement& judgement, std::vector<Finding>& findings);
void use_after_send(const Judgement& judgement, std::vector<Finding>& findings);
void guard_escape(const Judgement& judgement, std::vector<Finding>& findings);
void lock_order(const Judgement& judgement, std::vector<Finding>& findings);
void lock_across_wait(const Judgement& judgement, std::vector<Finding>& findings);
void discarded_guard(const Judgement& judgement, std::vector<Finding>& findings);
void unguarded_shared_data(const Judgement& judgement, std::vector<Finding>& findings);
void thread_local_escape(const Judgement& judgement, std::vector<Finding>& findings);
void split_atomic_update(const Judgement& judgement, std::vector<Finding>& findings);
void unsound_claim(const Judgement& judgement, std::vector<Finding>& findings);
void unused_suppression(const Judgement& judgement, std::vector<Finding>& findings);

}  // namespace ferrule
