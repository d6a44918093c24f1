// For tests: weakens each memory order that a header uses, one after the other, and asks which of them no program
// notices.
#pragma once

#include "test/model/support.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace ferrule::model {

using Order = std::memory_order;

struct Program {
  Options options;
  std::function<void()> run;
};
using Programs = std::vector<Program>;

inline const char* name_of(Order order) {
  static constexpr const char* names[] = {"relaxed", "consume", "acquire", "release", "acq_rel", "seq_cst"};
  return names[static_cast<int>(order)];
}

/// The next weaker ones that the operation may have.
inline std::vector<Order> weaker(const Site& site) {
  switch (site.order) {
    case Order::seq_cst:
      if (site.operation == "load") return {Order::acquire};
      if (site.operation == "store") return {Order::release};
      return {Order::acq_rel};
    case Order::acq_rel:
      return {Order::acquire, Order::release};
    default:
      return {Order::relaxed};
  }
}

/// What the programs say of one weakening; empty if they notice nothing.
inline std::string failure_of(const Programs& programs, const Site& site, Order order) {
  for (const Program& program : programs) {
    Options options = program.options;
    options.weakening = site;
    options.weakened_to = order;
    options.stale_loads = std::max(options.stale_loads, 2u);
    if (options.search != Options::Search::Random) options.executions = 20000;
    Result result = explore(options, program.run);
    if (!result.failure.empty()) return result.failure;
  }
  return "";
}

// Why an order survives:
//   (again)   the same store is loaded once more, with acquire, before anything depends on it
//   (one way) read-modify-writes of one atomic: whoever acts on it either reads it or is read by it
//   (half)    the thread needs nothing from those whose value it replaces, or gives nothing to those who replace its
//   own (delayed) guards against a load that is carried out after a later store, which the checker does not model
/// Weakens each order that `file` uses in `programs`. Those that survive must be the expected ones, each written
/// "function operation order to order".
inline void expect_survivors(const std::string& file, const Programs& programs, const std::set<std::string>& expected) {
  std::set<Site> sites;
  for (const Program& program : programs)
    for (const Site& site : sites_of(program.options, program.run))
      if (site.file == file) sites.insert(site);
  EXPECT_FALSE(sites.empty());
  std::set<std::string> survivors;
  unsigned count = 0;
  for (const Site& site : sites) {
    for (Order order : weaker(site)) {
      ++count;
      std::string failure = failure_of(programs, site, order);
      std::string text = site.function + " " + site.operation + " " + name_of(site.order) + " to " + name_of(order);
      if (failure.empty()) survivors.insert(text);
      if (std::getenv("FERRULE_MODEL_SURVEY") != nullptr)
        std::printf("%s %s: %s\n", file.c_str(), text.c_str(), failure.empty() ? "SURVIVES" : failure.c_str());
    }
  }
  std::printf("[   model  ] %s: %u weaker orders, %zu survive\n", file.c_str(), count, survivors.size());
  EXPECT_EQ(survivors, expected);
}

}  // namespace ferrule::model
