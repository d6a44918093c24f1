// What a crossing refers to without owning it, and how long that lives.
#pragma once

#include "checks/flow/flow.h"
#include "checks/model/finding.h"

#include <string>
#include <vector>

namespace ferrule {

struct Borrow {
  Location where = {};      ///< the capture or argument
  std::string name = {};    ///< the variable, "this" for a captured object
  std::string sink = {};    ///< for people
  Location crosses = {};    ///< the call of the sink
  Location declared = {};   ///< what it refers to, if that is a variable
  Location ends = {};       ///< where its life ends, if that was seen
  Location joined_by = {};  ///< a member that joins the thread too late, after this one is destroyed
  std::vector<Location> via = {};
  bool by_capture = false;
  bool is_this = false;
  bool is_message = false;  ///< sent through a channel
  bool proved = false;      ///< its life certainly can end first; otherwise nothing shows that it cannot
  Profile profile = Profile::Default;
  std::string subject = {};
};

/// Sorted by place; one for each capture.
std::vector<Borrow> find_borrows(const Flow& flow);

/// Crossings that get the address of a thread_local variable; in the default profile those that may outlive the sender.
std::vector<Borrow> find_thread_local_borrows(const Flow& flow);

}  // namespace ferrule
