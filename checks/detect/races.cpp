#include "checks/detect/races.h"

#include "checks/detect/race_pairs.h"

namespace ferrule {
namespace {

// The first in the text stands for all that the function touches without the lock.
void fold(Race& into, Race race) {
  const auto order = [](const Race& r) { return std::tuple(r.first.blamed, r.first.where, r.name); };
  if (order(race) < order(into)) {
    race.others = std::move(into.others);
    std::swap(into, race);
  }
  into.others.push_back({race.first.blamed,
                         '\'' + race.name + "' is " + (race.first.is_write ? "written" : "read") + " without it, too"});
}

// At most one a place and function, the best evidence first

std::vector<Race> chosen(std::vector<Race> races) {
  std::stable_sort(races.begin(), races.end(), [](const Race& a, const Race& b) {
    const auto order = [](const Race& r) {
      return std::tuple(r.subject, r.profile, r.evidence, r.first.function, !r.first.is_write, r.first.way.size(),
                        r.first.where, r.second.way.size(), !r.second.is_write, r.second.where, r.name);
    };
    return order(a) < order(b);
  });
  std::vector<Race> kept;
  std::map<std::pair<std::string, std::string>, std::size_t> without_lock;  // (function, lock): one finding
  std::set<std::pair<std::string, std::string>> seen;
  std::set<std::pair<std::string, std::pair<Location, Location>>> pairs;
  for (Race& race : races) {
    const auto places = std::minmax(race.first.where, race.second.where);
    const bool other_side_is_blamed =
        race.first.function != race.second.function && seen.contains({race.subject, race.second.function});
    if (other_side_is_blamed) continue;
    if (!seen.emplace(race.subject, race.first.function).second) continue;
    if (!pairs.emplace(race.subject, std::pair(places.first, places.second)).second) continue;
    if (race.evidence == Race::Evidence::Lock) {
      const auto key = std::pair(race.root + (race.profile == Profile::Strict ? "?" : ""), race.lock);
      const auto [it, is_new] = without_lock.try_emplace(key, kept.size());
      if (!is_new) {
        fold(kept[it->second], std::move(race));
        continue;
      }
    }
    kept.push_back(std::move(race));
  }
  for (Race& race : kept) std::sort(race.others.begin(), race.others.end());
  return kept;
}

// One an object, if nothing else tells of the place: what is set and read without any lock mostly is so as a whole.
void add_by_heap(std::vector<Race> by_heap, std::vector<Race>& races) {
  std::set<std::pair<Location, Profile>> told;
  for (const Race& race : races) told.emplace(race.declared, race.profile);
  std::stable_sort(by_heap.begin(), by_heap.end(), [](const Race& a, const Race& b) { return a.profile < b.profile; });
  std::map<std::pair<std::string, Profile>, std::size_t> of_object;
  for (Race& race : by_heap) {
    if (told.contains({race.declared, Profile::Default}) || !told.emplace(race.declared, race.profile).second) continue;
    const auto [at, is_new] = of_object.try_emplace({race.root, race.profile}, races.size());
    if (is_new)
      races.push_back(std::move(race));
    else
      races[at->second].others.push_back(
          {race.first.blamed, '\'' + race.name + "' is " + (race.first.is_write ? "written" : "read") +
                                  " while another thread can " + (race.second.is_write ? "write" : "read") +
                                  " it, too"});
  }
}

// A signal handler that calls half the program is one mistake, however much it reaches.
std::vector<Race> by_handler(std::vector<Race> races) {
  constexpr std::size_t many = 4;
  const auto key = [](const Race& race) { return std::pair(race.handler, race.profile); };
  std::map<std::pair<std::string, Profile>, std::size_t> count;
  for (const Race& race : races) ++count[key(race)];
  std::map<std::pair<std::string, Profile>, std::size_t> first;
  std::vector<Race> kept;
  for (Race& race : races) {
    if (race.handler.empty() || count[key(race)] < many) {
      kept.push_back(std::move(race));
      continue;
    }
    const auto [it, is_new] = first.try_emplace(key(race), kept.size());
    if (is_new)
      kept.push_back(std::move(race));
    else
      kept[it->second].of_handler.push_back(std::move(race));
  }
  return kept;
}

}  // namespace

const std::vector<Race>& find_races(const Flow& flow, Profile loudest) {
  const Flow::Engine& engine = flow.engine();
  if (!engine.races) {
    const RaceContext& context = RaceContext::of(engine);
    std::vector<Race> races = races_by_lock(context);
    for (Race& race : races_by_thread(context)) races.push_back(std::move(race));
    for (Race& race : races_by_habit(context)) races.push_back(std::move(race));
    for (Race& race : races_in_teams(context)) races.push_back(std::move(race));
    add_by_heap(races_by_heap(context, flow, loudest), races);
    engine.races = std::make_shared<const std::vector<Race>>(by_handler(chosen(std::move(races))));
  }
  return *engine.races;
}

}  // namespace ferrule
