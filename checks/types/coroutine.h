// What a coroutine's frame holds while it is suspended: what crosses with its handle.
#pragma once

#include "checks/program/program.h"

#include <string>
#include <vector>

namespace ferrule {

struct FrameValue {
  std::string name = {};
  std::string type = {};    ///< key
  Location where = {};      ///< where it is declared
  Location suspended = {};  ///< a suspension that it lives across
};

/// Parameters that the body uses, and locals that hold something across a suspension: those used after it, and those
/// whose destructor runs after it, unless they were emptied or moved away before. `coroutine` has a body.
std::vector<FrameValue> frame_of(const Function& coroutine, const Program& program);

}  // namespace ferrule
