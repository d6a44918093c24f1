#include "checks/judge/borrows.h"

#include "checks/judge/flow/engine.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace ferrule {
namespace {

class BorrowFinder {
 public:
  explicit BorrowFinder(const Flow& flow) : engine_(flow.engine()), places_(engine_.places) {}

  std::vector<Borrow> run() {
    for (const FunctionFlow* flow : engine_.all()) {
      for (const Dangling& dangling : flow->dangling) add_dangling(*flow, dangling);
      for (unsigned id : flow->live_at_exit) add_unproved(*flow, flow->started[id]);
    }
    std::sort(found_.begin(), found_.end(), [](const Borrow& a, const Borrow& b) {
      const auto order = [](const Borrow& x) { return std::tie(x.where, x.name, x.profile, x.crosses, x.ends, x.sink); };
      return order(a) < order(b);
    });
    const auto same = [](const Borrow& a, const Borrow& b) { return a.where == b.where && a.name == b.name; };
    found_.erase(std::unique(found_.begin(), found_.end(), same), found_.end());
    return std::move(found_);
  }

 private:
  Borrow make(const FunctionFlow& flow, const Started& started, const Reference& reference) const {
    Borrow borrow;
    borrow.where = *reference.where;
    borrow.sink = started.sink;
    borrow.crosses = *started.where;
    borrow.by_capture = reference.by_capture;
    borrow.is_this = reference.is_this;
    borrow.is_message = !started.items.empty() && started.items.front().kind == CrossingItem::Kind::Message;
    for (const Location* via : started.via) borrow.via.push_back(*via);
    const Function& function = *flow.function;
    const PlaceId top = places_.root_of(reference.place);
    const unsigned index = places_.root_index(top);
    borrow.name = reference.name;
    if (places_.root_kind(top) == Root::Local && index < function.locals.size()) {
      borrow.declared = function.locals[index].where;
      if (!reference.is_this) borrow.name = function.locals[index].name;
    }
    if (places_.root_kind(top) == Root::Param && index < function.params.size()) {
      borrow.declared = function.params[index].where;
      if (!reference.is_this) borrow.name = function.params[index].name;
    }
    if (borrow.name.empty()) borrow.name = describe(places_.expand(reference.place), function, engine_.program);
    borrow.subject = function.key + '#' + borrow.name;
    return borrow;
  }

  void add_dangling(const FunctionFlow& flow, const Dangling& dangling) {
    const Started& started = flow.started[dangling.started];
    Borrow borrow = make(flow, started, dangling.reference);
    borrow.proved = true;
    if (dangling.ends) borrow.ends = *dangling.ends;
    // The sink takes nothing borrowed, although here it is joined in time.
    const bool joined = started.is_static && !flow.live_at_exit.contains(dangling.started);
    if (joined) borrow.profile = Profile::Strict;
    found_.push_back(std::move(borrow));
  }

  // Detached, and what it refers to belongs to somebody else: whether it lives long enough, nobody can see here.
  void add_unproved(const FunctionFlow& flow, const Started& started) {
    if (started.origin != flow.function || started.handle != no_place) return;
    for (const Reference& reference : started.references) {
      const Root root = places_.root_kind(reference.place);
      const unsigned index = places_.root_index(reference.place);
      const Function& function = *flow.function;
      const bool of_caller = root == Root::This || (root == Root::Param && index < function.params.size());
      if (!of_caller) continue;
      Borrow borrow = make(flow, started, reference);
      borrow.profile = Profile::Strict;
      found_.push_back(std::move(borrow));
    }
  }

  const Flow::Engine& engine_;
  PlaceTable& places_;
  std::vector<Borrow> found_;
};

}  // namespace

std::vector<Borrow> find_borrows(const Flow& flow) { return BorrowFinder(flow).run(); }

}  // namespace ferrule
