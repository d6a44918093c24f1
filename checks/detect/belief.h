// How far the code shows that a lock is meant to guard a member.
#pragma once

#include <cstddef>
#include <string>

namespace ferrule {

/// What is seen of one member (or global) and one lock. A function counts where its own text has the access: that
/// others call it says nothing of its author's habits.
struct Observations {
  std::size_t holding = 0;          ///< functions that access the member with the lock held
  std::size_t holding_writers = 0;  ///< those of them that write it
  std::size_t bare = 0;             ///< functions that access it without the lock, and may be called without it
  std::size_t bare_writers = 0;     ///< those of them that write it
  std::size_t fewest_members =
      0;                     ///< that a function touches under the lock when it touches this one, itself among them
  bool is_declared = false;  ///< the author says so, with an attribute
};

/// The z-statistic of deviant behaviour (Engler and others, "Bugs as deviant behavior", 2001; z-ranking: Kremenek and
/// Engler, 2003): how many standard deviations the examples that keep to the rule "the lock guards the member" lie
/// above what chance would give. A write is worth more than a read, as a lock is there for its sake, and so is a
/// critical section that touches few other members: what it holds the lock for is plain.
double belief(const Observations& seen);

/// Is that enough to call those who do not hold the lock wrong?
bool is_believed(const Observations& seen);

/// For people: "4 of 5 functions hold it".
std::string in_words(const Observations& seen);

}  // namespace ferrule
