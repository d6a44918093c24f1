// unguarded-shared-data: two accesses can meet, one writes, and nothing keeps them apart.
#include "checks/detect/races.h"
#include "checks/rules/rule.h"
#include "checks/rules/rules.h"

#include <algorithm>

namespace ferrule {
namespace {

std::string holding(const RaceSide& side) {
  if (side.locks.empty()) return "with no lock held";
  std::string text = "holding";
  for (std::size_t i = 0; i < side.locks.size(); ++i) text += (i ? ", '" : " '") + side.locks[i] + '\'';
  return text;
}

std::string done(const RaceSide& side) { return side.is_write ? "written" : "read"; }

std::string message(const Race& race) {
  const std::string thing = '\'' + race.name + "' is " + done(race.first);
  if (race.is_held_shared) return thing + " while '" + race.lock + "' is held only shared";
  if (race.evidence == Race::Evidence::Lock) return thing + " without '" + race.lock + "', which guards it elsewhere";
  if (race.evidence == Race::Evidence::Habit) return thing + ' ' + race.habit;
  const std::string other = race.first.on_thread && race.second.on_thread ? "another thread "
                            : race.second.on_thread                       ? "a thread "
                                                                          : "another thread ";
  const std::string where = race.first.on_thread ? " by a thread" : "";
  return thing + where + " while " + other + (race.second.is_write ? "can write it" : "can read it") +
         ", with no lock in common";
}

std::string message_of_handler(const Race& race) {
  constexpr std::size_t most = 3;
  std::vector<std::string> names{race.name};
  for (const Race& other : race.of_handler)
    if (std::find(names.begin(), names.end(), other.name) == names.end()) names.push_back(other.name);
  std::string text = '\'' + race.handler + "' is run by a signal and leads to";
  for (std::size_t i = 0; i < most && i < names.size(); ++i) text += (i ? ", '" : " '") + names[i] + '\'';
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text + ", which whoever it interrupts can be at work on";
}

std::vector<std::string> cures(const Race& race) {
  if (!race.of_handler.empty())
    return {
        "set a 'volatile std::sig_atomic_t' or a lock-free atomic in the handler, and do the work where it is polled"};
  if (race.is_held_shared) return {"hold '" + race.lock + "' alone here, as a writer"};
  if (race.evidence == Race::Evidence::Lock) {
    if (race.first.is_write || race.second.is_write)
      return {"hold '" + race.lock + "' here: 'std::lock_guard lock(" + race.lock + ");'"};
  }
  if (race.in_team)
    return {
        "give each thread or task its own with 'private' or 'reduction', update it under 'omp atomic' or 'omp "
        "critical', or wait for the others at a 'barrier' or 'taskwait'"};
  return {
      "guard it with one lock at both places, make it 'std::atomic', or touch it only before the thread starts or "
      "after it is joined"};
}

void add_way(const RaceSide& side, std::vector<Note>& notes) {
  notes.insert(notes.end(), side.way.begin(), side.way.end());
}

std::string meeting(const Race& race) {
  const bool itself = race.first.where == race.second.where;
  return itself ? "here it meets itself: several threads run this"
                : "here it is " + done(race.second) + ", " + holding(race.second);
}

// One way for each side that has a place; an annotation alone has none.
std::vector<std::vector<Note>> ways(const Race& race) {
  std::vector<std::vector<Note>> both{race.first.way};
  both[0].push_back({race.first.where, "'" + race.name + "' is " + done(race.first) + ", " + holding(race.first)});
  if (race.second.where) {
    both.push_back(race.second.way);
    both[1].push_back({race.second.where, "'" + race.name + "' is " + done(race.second) + ", " + holding(race.second)});
  }
  return both;
}

}  // namespace

void unguarded_shared_data(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const Race& race : find_races(judgement.flow, judgement.loudest)) {
    if (race.split) continue;  // split-atomic-update's
    Finding finding;
    finding.rule = "unguarded-shared-data";
    finding.where = race.first.blamed;
    finding.message = message(race);
    finding.subject = race.subject + " in " + race.first.function;
    finding.profile = race.profile;
    if (!race.of_handler.empty()) {
      finding.where = race.in_handler;
      finding.message = message_of_handler(race);
      finding.subject = race.handler;
    }
    add_way(race.first, finding.notes);
    if (race.first.blamed != race.first.where)
      finding.notes.push_back({race.first.where, "here it is " + done(race.first)});
    add_way(race.second, finding.notes);
    if (race.second.where) finding.notes.push_back({race.second.where, meeting(race)});
    constexpr std::size_t most_others = 5;
    for (std::size_t i = 0; i < race.others.size() && i < most_others; ++i) finding.notes.push_back(race.others[i]);
    if (race.others.size() > most_others)
      finding.notes.push_back({race.first.where, "and " + std::to_string(race.others.size() - most_others) + " more"});
    if (!race.belief.empty() && race.declared)
      finding.notes.push_back({race.declared, race.lock.empty()
                                                  ? race.belief
                                                  : '\'' + race.lock + "' is taken to guard it: " + race.belief});
    if (!race.doubt.empty())
      finding.notes.push_back({race.first.where, "not reported in the profile 'default': " + race.doubt});
    if (race.declared) finding.notes.push_back({race.declared, '\'' + race.name + "' is declared here"});
    finding.cures = cures(race);
    finding.ways = ways(race);
    findings.push_back(std::move(finding));
  }
}

}  // namespace ferrule
