// NOLINT comments, with the meaning that clang-tidy gives them.
#pragma once

#include "checks/model/finding.h"
#include "tool/source/source.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

/// Does a comma-separated list of globs ("ferrule-*,-ferrule-lock-order") select `name`? The last glob that matches
/// decides; one that starts with '-' takes away.
bool glob_list_matches(std::string_view list, std::string_view name);

/// One word NOLINT, NOLINTNEXTLINE, NOLINTBEGIN or NOLINTEND in a file.
struct Suppression {
  enum class Kind : unsigned char { Line, NextLine, Begin, End };

  struct Item {
    std::string_view glob;  ///< as written, without the blanks around it
    bool is_used = false;   ///< it has hidden a finding
  };

  Kind kind = Kind::Line;
  unsigned line = 0;
  unsigned column = 0;
  std::optional<std::string_view> list = {};  ///< what stands in parentheses; none: all checks
  std::vector<Item> items = {};               ///< the list, split
  std::string_view reason = {};               ///< what is written behind it
  unsigned first = 1;                         ///< the lines that it hides; none if first > last
  unsigned last = 0;
  bool is_paired = true;  ///< of Begin and End: there is one with the same list

  bool hides(unsigned at, std::string_view check) const {
    return first <= at && at <= last && (!list || glob_list_matches(*list, check));
  }
  /// "NOLINTBEGIN(ferrule-*)"
  std::string text() const;
};

/// All of a file, in its order. Views into `lines`.
std::vector<Suppression> suppressions_in(const std::vector<std::string_view>& lines);

/// The suppressions of the files that findings are in, and which of them were of use. Only a finding's own place
/// counts, not its notes'.
class Suppressions {
 public:
  explicit Suppressions(SourceCache& sources) : sources_(sources) {}

  /// Removes what is suppressed from `findings` and returns it in the same order.
  std::vector<SuppressedFinding> take_from(std::vector<Finding>& findings);

  const std::vector<Suppression>& of(const std::string& file) { return entry(file); }

 private:
  std::vector<Suppression>& entry(const std::string& file);

  SourceCache& sources_;
  std::map<std::string, std::vector<Suppression>> files_;
};

}  // namespace ferrule
