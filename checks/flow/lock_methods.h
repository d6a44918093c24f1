// What the name and the attributes of a member function say of a lock class of the program's own.
#pragma once

#include "checks/model/function.h"

namespace ferrule {

struct LockCall {
  bool locks = false;
  bool unlocks = false;
  bool tries = false;
  bool shared = false;
  bool asserts = false;
};

LockCall lock_call(const Function& callee);

}  // namespace ferrule
