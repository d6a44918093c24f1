// Verdicts and their reasons.
#pragma once

#include "checks/model/location.h"

#include <string>
#include <vector>

namespace ferrule {

enum class Question : unsigned char { Send, Sync, Synchronized };

/// Worst last, so that the verdict of a compound is the maximum of its parts'.
enum class Answer : unsigned char { Yes, IfUnique, Unknown, No };

/// One link of the chain that leads to a verdict: "member 'hits_' is of type 'int'" …
struct Reason {
  std::string text;
  Location where = {};
  std::string cure = {};             ///< at the leaf that causes it: what to do
  std::vector<Reason> because = {};  ///< what this follows from
  Answer answer = Answer::Yes;       ///< what this alone would lead to
  bool is_evidence = false;          ///< a body or a library's documentation shows it
};

/// The answer to "is this type Send / Sync / Synchronized?". `reasons` holds every reason for an answer worse than
/// Yes (and, for a Yes by claim or knowledge, what it rests on).
struct Verdict {
  Answer answer = Answer::Unknown;
  std::vector<Reason> reasons = {};
};

}  // namespace ferrule
