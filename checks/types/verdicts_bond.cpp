// What ties the objects of a class to a thread: no question of Send and Sync, but what tells misuse from carrying
// along.
#include "checks/types/verdicts_engine.h"

namespace ferrule {
namespace {

constexpr unsigned max_bases = 32;

Bond bond_of(const Record& record, const Program& program, const knowledge::Types& types, unsigned depth) {
  for (const Annotation& annotation : record.annotations)
    if (annotation.name == "thread_affine") return {knowledge::Affinity::Maker, true, nullptr};
  if (const knowledge::TypeRule* rule = types.find(record.name)) return {rule->affinity, false, &rule->unless_called};
  if (depth == 0) return {};
  for (const Base& base : record.bases) {
    const Record* of = program.record_of_type(base.type);
    const Bond bond = of ? bond_of(*of, program, types, depth - 1) : Bond();
    if (bond.to != knowledge::Affinity::None) return bond;
  }
  return {};
}

}  // namespace

Bond Verdicts::bond(const Record& record) const {
  return bond_of(record, engine_->program_, engine_->types(), max_bases);
}

}  // namespace ferrule
