// Changes of the source that mend a finding, for programs that apply them.
#pragma once

#include "checks/model/finding.h"

#include <map>
#include <string>
#include <utility>

namespace ferrule {

/// `length` bytes from `where` on, in its line, become `text`: what the finding's first cure says.
struct Fix {
  Location where;
  unsigned length = 0;
  std::string text;
};

/// The fixes of a report's findings, by place and message. Few findings have one.
using Fixes = std::map<std::pair<Location, std::string>, Fix>;

/// The finding's own, or null.
inline const Fix* fix_of(const Fixes& fixes, const Finding& finding) {
  const auto found = fixes.find({finding.where, finding.message});
  return found == fixes.end() ? nullptr : &found->second;
}

}  // namespace ferrule
