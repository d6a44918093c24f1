// A listing of facts for people. Nothing reads it back.
#pragma once

#include "checks/model/facts.h"

#include <string>

namespace ferrule {

/// Every entity and event on a line of its own: "  12: call std::mutex::lock this.Cache::mutex_".
std::string dump(const Facts& facts);

}  // namespace ferrule
