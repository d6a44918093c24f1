// What was judged of a program, kept as long as its facts and all that was asked of them are the same.
#pragma once

#include "tool/cache/cache.h"
#include "tool/cli/analysis.h"
#include "tool/cli/judge.h"
#include "tool/cli/units.h"

#include <optional>
#include <vector>

namespace ferrule::cli {

/// Stands for all that a judgement rests on.
cache::Digest judgement_key(const std::vector<Unit>& units, const std::vector<cache::Outcome>& outcomes,
                            const CheckOptions& options);

std::optional<Judged> find_judgement(cache::Cache& cache, const cache::Digest& key);

/// "" or what was in the way.
std::string keep_judgement(cache::Cache& cache, const cache::Digest& key, const Judged& judged);

}  // namespace ferrule::cli
