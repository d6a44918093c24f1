#include "checks/program/flow_graph.h"

#include <algorithm>
#include <optional>

namespace ferrule {
namespace {

// The blocks that at least one edge leads to from `from`; `without` is entered by none.
std::vector<bool> reached_from(const Function& function, unsigned from, std::optional<unsigned> without) {
  std::vector<bool> seen(function.blocks.size());
  std::vector<unsigned> open(function.blocks[from].successors);
  while (!open.empty()) {
    const unsigned at = open.back();
    open.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    if (at == without) continue;
    open.insert(open.end(), function.blocks[at].successors.begin(), function.blocks[at].successors.end());
  }
  return seen;
}

}  // namespace

FlowGraph::FlowGraph(const Function& function)
    : function_(function), block_of_(function.events.size()), predecessors_(function.blocks.size()) {
  for (unsigned block = 0; block < function.blocks.size(); ++block) {
    for (unsigned event = function.blocks[block].first; event < function.blocks[block].last; ++event)
      block_of_[event] = block;
    for (unsigned next : function.blocks[block].successors) predecessors_[next].push_back(block);
  }
  search();
  rank_.assign(function.blocks.size(), static_cast<unsigned>(function.blocks.size()));
  for (unsigned at = 0; at < order_.size(); ++at) rank_[order_[at]] = at;
}

// Depth first, without recursion: reverse postorder, and the back edges.
void FlowGraph::search() {
  if (function_.blocks.empty()) return;
  enum class Mark : unsigned char { New, Open, Done };
  std::vector<Mark> marks(function_.blocks.size(), Mark::New);
  std::vector<std::pair<unsigned, std::size_t>> stack{{function_.entry, 0}};
  marks[function_.entry] = Mark::Open;
  while (!stack.empty()) {
    auto& [block, next] = stack.back();
    if (next == function_.blocks[block].successors.size()) {
      marks[block] = Mark::Done;
      order_.push_back(block);
      stack.pop_back();
      continue;
    }
    const unsigned tail = block;
    const unsigned successor = function_.blocks[block].successors[next++];
    if (marks[successor] == Mark::Open) {
      back_edges_.emplace_back(tail, successor);
    } else if (marks[successor] == Mark::New) {
      marks[successor] = Mark::Open;
      stack.emplace_back(successor, 0);
    }
  }
  std::reverse(order_.begin(), order_.end());
}

std::vector<bool> FlowGraph::natural_loop(unsigned tail, unsigned header) const {
  std::vector<bool> body(function_.blocks.size());
  body[header] = true;
  std::vector<unsigned> open{tail};
  while (!open.empty()) {
    const unsigned block = open.back();
    open.pop_back();
    if (body[block]) continue;
    body[block] = true;
    open.insert(open.end(), predecessors_[block].begin(), predecessors_[block].end());
  }
  return body;
}

bool FlowGraph::reaches(unsigned from, unsigned to) const {
  const auto [it, is_new] = reachable_.try_emplace(from);
  if (is_new) it->second = reached_from(function_, from, std::nullopt);
  return it->second[to];
}

bool FlowGraph::reaches_without(unsigned from, unsigned to, unsigned without) const {
  return reached_from(function_, from, without)[to];
}

bool FlowGraph::avoids(unsigned from, unsigned block) const {
  if (from == block) return false;
  if (function_.blocks[from].successors.empty()) return true;
  const std::vector<bool> seen = reached_from(function_, from, block);
  for (unsigned at = 0; at < seen.size(); ++at)
    if (seen[at] && at != block && function_.blocks[at].successors.empty()) return true;
  return false;
}

bool FlowGraph::happens_after(unsigned event, unsigned later) const {
  const unsigned block = block_of_[event];
  return (block_of_[later] == block && later > event) || reaches(block, block_of_[later]);
}

}  // namespace ferrule
