// The only tie between types and flow, kept apart so that the type rules link without it.
#include "checks/types/verdicts.h"

namespace ferrule {

Verdicts::Verdicts(const Program& program, const Flow* flow, const knowledge::Types& types)
    : Verdicts(program,
               flow ? AccessesOf([flow](std::string_view key) -> const std::vector<TracedAccess>& {
                 return flow->accesses(key);
               })
                    : AccessesOf(),
               types) {}

}  // namespace ferrule
