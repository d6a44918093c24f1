// A rule's complaint.
#pragma once

#include "checks/model/location.h"

#include <compare>
#include <string>
#include <vector>

namespace ferrule {

enum class Profile : unsigned char { Default, Strict };

struct Note {
  Location where;
  std::string text;

  auto operator<=>(const Note&) const = default;
};

/// `message` starts with the user's own thing in quotes and has no full stop. `notes` are the reasons in order;
/// `cures` come last and are printed with "cure: " before them, at the finding's own place.
struct Finding {
  std::string rule;  ///< without the prefix: "non-moved-capture"
  Location where;
  std::string message;
  std::vector<Note> notes = {};
  std::vector<std::string> cures = {};
  Profile profile = Profile::Default;  ///< the quietest profile that reports it
  std::string subject = {};            ///< stable name of what it is about (entity keys), for the fingerprint
  /// Where threads meet: the way of each, from where it starts to the meeting. Empty if the rule has no such ways.
  std::vector<std::vector<Note>> ways = {};

  auto operator<=>(const Finding&) const = default;
};

/// A finding that a comment in the source hides, and the reason that the comment gives ("" for none).
struct SuppressedFinding {
  Finding finding;
  std::string reason = {};
};

/// Stable across moved lines, renamed files and machines: rule, subject and message, without the places in them.
std::string fingerprint(const Finding& finding);

}  // namespace ferrule
