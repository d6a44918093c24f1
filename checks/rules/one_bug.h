// One bug is reported by one rule: the more specific one, which says what to mend.
#pragma once

#include "checks/rules/rule.h"

#include <vector>

namespace ferrule {

/// A race that comes of what another finding complains of becomes a note of that finding: an access that a guard was to
/// protect which dies at once, or one to a variable that a thread should not have borrowed at all. What tells of it
/// must be in the profile `default`, so that it is shown wherever the race would be.
void keep_most_specific(const Judgement& judgement, std::vector<Finding>& findings);

}  // namespace ferrule
