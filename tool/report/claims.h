// The claims of a program as text or JSON. Deterministic, as the other reports.
#pragma once

#include "tool/report/report.h"

#include <set>
#include <string>
#include <vector>

namespace ferrule {

/// The worst first.
enum class ClaimState : unsigned char { Contradicted, Needed, NotNeeded, Declared, Unseen };

/// One claim, in the source or in the configuration, with all the instances of the template that it is made of.
struct ListedClaim {
  Location where = {};
  std::string type = {};       ///< qualified name, without template arguments
  std::string what = {};       ///< "Send", "not Sync", "bound to its thread"
  std::string condition = {};  ///< "send(T0)"; "" for none
  std::string reason = {};
  bool is_configured = false;
  ClaimState state = ClaimState::Needed;
  std::vector<std::string> instances = {};  ///< spellings
  std::set<Note> against = {};              ///< what shows the opposite
};

/// "file:line:column: 'type' is claimed to be Send: reason [needed]", with notes of what is against it.
std::string text_claims(const std::vector<ListedClaim>& claims, std::string_view directory);

/// See docs/json.md. `report` says which units there are.
std::string json_claims(const std::vector<ListedClaim>& claims, const Report& report, std::string_view directory);

}  // namespace ferrule
