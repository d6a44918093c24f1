// unused-suppression: a NOLINT comment hides nothing.
#include "checks/rules/rules.h"

namespace ferrule {

// Comments are no part of the facts, and what they hide is known when all rules have run: tool/suppress finds these.
void unused_suppression(const Judgement&, std::vector<Finding>&) {}

}  // namespace ferrule
