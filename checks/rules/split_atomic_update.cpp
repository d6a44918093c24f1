// split-atomic-update: an atomic is loaded, then stored, where another thread can come in between.
#include "checks/detect/races.h"
#include "checks/rules/rules.h"

namespace ferrule {

void split_atomic_update(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const Race& race : find_races(judgement.flow, judgement.loudest)) {
    if (!race.split) continue;
    Finding finding;
    finding.rule = "split-atomic-update";
    finding.where = race.first.where;
    finding.message =
        '\'' + race.name + "' is loaded and then stored in two steps, and another thread can change it in between";
    finding.subject = race.subject;
    finding.profile = race.profile;
    finding.notes.push_back({race.split, "it is loaded here"});
    finding.notes.insert(finding.notes.end(), race.first.way.begin(), race.first.way.end());
    if (race.second.where != race.first.where) {
      finding.notes.insert(finding.notes.end(), race.second.way.begin(), race.second.way.end());
      finding.notes.push_back({race.second.where, "another thread changes it here"});
    }
    if (race.declared) finding.notes.push_back({race.declared, '\'' + race.name + "' is declared here"});
    finding.cures = {"update it in one step: 'fetch_add', 'exchange', or 'compare_exchange_weak' in a loop"};
    findings.push_back(std::move(finding));
  }
}

}  // namespace ferrule
