// What runs once, before anybody gets past it: the callable of `call_once`, the initialiser of a static local.
#include "checks/flow/interpreter.h"

#include <algorithm>

namespace ferrule {

// `static T* p = make();`: whoever comes by while another thread makes it waits until that is done. The branch that
// asks whether it has to be made tests nothing that the text has; an initialiser that branches itself is left out.
void Interpreter::find_static_initialisers() {
  if (function_.is_initialiser) return;
  for (unsigned guard = 0; guard < function_.blocks.size(); ++guard) {
    const Block& before = function_.blocks[guard];
    if (before.condition || before.successors.size() != 2) continue;
    for (unsigned at : before.successors) {
      const Block& block = function_.blocks[at];
      if (block.successors.size() != 1 ||
          std::count(before.successors.begin(), before.successors.end(), block.successors.front()) == 0)
        continue;
      for (unsigned index = block.first; index < block.last; ++index) {
        const Event& event = function_.events[index];
        const bool makes =
            (event.kind == Event::Kind::Assign && event.is_initialisation) || event.kind == Event::Kind::Construct;
        if (!makes || event.place.root != Root::Global || !event.place.steps.empty()) continue;
        const Global* global = program_.global(event.place.key);
        if (!global || global->is_thread_local) continue;  // each thread makes its own
        initialisers_.push_back({guard, block.first, index, places_.intern(event.place)});
      }
    }
  }
}

// All that comes after the guard comes after the initialiser, whoever ran it.
void Interpreter::pass_initialiser(unsigned block, State& state) const {
  for (const Initialiser& it : initialisers_)
    if (it.guard == block) state.acquired_sync.insert(it.made);
}

// Runs the callable of event `index` under a lock of its own; when that is given back, whoever gets past `flag` comes
// after it.
void Interpreter::run_once(unsigned index, PlaceId flag, const Abstract& callable, const std::vector<Abstract>& args) {
  acquire(flag, false, false);
  const std::size_t sites = into_.sites.size();
  inside_once_.push_back(flag);
  invoke(index, callable, args);
  inside_once_.pop_back();
  for (std::size_t site = sites; site < into_.sites.size(); ++site) into_.sites[site].once = true;
  release(flag);
  if (collecting_ && flag != no_place) into_.once_flags.insert(flag);
  if (flag != no_place) state_.acquired_sync.insert(flag);
}

void Interpreter::note_once(Accessed& accessed) const {
  if (accessed.on_thread) return;
  for (PlaceId flag : inside_once_)
    if (flag != no_place) accessed.sync_after.add({flag});
  for (const Initialiser& it : initialisers_)
    if (it.first <= now_ && now_ <= it.last) accessed.sync_after.add({it.made});
}

}  // namespace ferrule
