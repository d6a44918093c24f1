// A load and a store of one atomic that were meant as one update.
#pragma once

#include "checks/knowledge/concurrency.h"
#include "checks/program/program.h"

#include <map>

namespace ferrule {

struct SplitUpdate {
  unsigned load = 0;  ///< event
  bool by_test =
      false;  ///< the store happens only if a test of the load says so; otherwise its value is computed from it
};

/// Read off the text of one body: the store's event → what it depends on. Whether anybody comes between, others decide.
std::map<unsigned, SplitUpdate> find_split_updates(const Function& function, const Program& program,
                                                   const Concurrency& known);

}  // namespace ferrule
