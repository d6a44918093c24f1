// Facts from outside, looked at before they are used.
#pragma once

#include "checks/model/function.h"

namespace ferrule {

/// Does every number in the function mean something? One that points outside would lead readers astray.
bool is_consistent(const Function& function);

}  // namespace ferrule
