#include "checks/heap/graph.h"

#include <algorithm>

namespace ferrule::heap {

namespace {

std::uint64_t pair_key(std::uint32_t a, std::uint32_t b) { return std::uint64_t{a} << 32 | b; }

}  // namespace

Graph::Graph(PartOf part_of) : part_of_(std::move(part_of)) { add_node(); }

NodeId Graph::add_node() {
  const auto node = static_cast<NodeId>(nodes_.size());
  nodes_.emplace_back().representative = node;
  return node;
}

NodeId Graph::root(NodeId node) {
  const NodeId top = find(node);
  while (nodes_[node].representative != top) node = std::exchange(nodes_[node].representative, top);
  return top;
}

void Graph::queue(NodeId node) {
  if (std::exchange(nodes_[node].queued, true)) return;
  work_.push_back(node);
}

void Graph::spread(NodeId to, const IdSet& pointees) {
  to = root(to);
  if (nodes_[to].pointees.insert_all(pointees, nodes_[to].fresh)) queue(to);
}

void Graph::adopt(NodeId whole, StepId step, NodeId part) {
  whole = root(whole);
  auto& parts = nodes_[whole].parts;
  const auto known = std::find_if(parts.begin(), parts.end(), [&](const auto& entry) { return entry.first == step; });
  if (known != parts.end()) {
    unify(known->second, part);
    return;
  }
  parts.emplace_back(step, part);
  if (!nodes_[whole].edges.empty()) new_parts_.push_back({whole, {step, part}});
}

void Graph::unify(NodeId a, NodeId b) { to_unify_.emplace_back(a, b); }

void Graph::point(NodeId node, NodeId pointee) {
  if (node == no_node || pointee == no_node) return;
  node = root(node);
  if (!nodes_[node].pointees.insert(pointee)) return;
  nodes_[node].fresh.insert(pointee);
  queue(node);
}

void Graph::copy(NodeId from, NodeId to, bool deep) {
  if (from == no_node || to == no_node || is_spent()) return;
  spend();
  from = root(from);
  to = root(to);
  if (from == to || !known_edges_.insert(pair_key(from << 1 | (deep ? 1 : 0), to)).second) return;
  nodes_[from].edges.push_back({to, deep});
  if (!nodes_[from].pointees.empty()) spread(to, nodes_[from].pointees);
  if (!deep) return;
  for (const auto& [step, part] : nodes_[from].parts) new_parts_.push_back({from, {step, part}});
}

void Graph::load(NodeId pointer, NodeId to, bool deep) {
  watch(pointer, {deep ? Watch::Kind::DeepLoad : Watch::Kind::Load, to});
}

void Graph::store(NodeId pointer, NodeId from) { watch(pointer, {Watch::Kind::Store, from}); }

void Graph::react(NodeId node, Reaction reaction) {
  if (node == no_node) return;
  reactions_.push_back(std::move(reaction));
  watch(node, {Watch::Kind::React, static_cast<std::uint32_t>(reactions_.size() - 1)});
}

void Graph::watch(NodeId node, Watch watch) {
  if (node == no_node || (watch.kind != Watch::Kind::React && watch.with == no_node)) return;
  node = root(node);
  nodes_[node].watches.push_back(watch);
  if (!nodes_[node].pointees.empty()) new_watches_.emplace_back(node, watch);
}

void Graph::run(const Watch& watch, const IdSet& pointees) {
  for (const NodeId pointee : pointees) switch (watch.kind) {
      case Watch::Kind::Load:
        copy(pointee, watch.with, false);
        break;
      case Watch::Kind::DeepLoad:
        copy(pointee, watch.with, true);
        break;
      case Watch::Kind::Store:
        copy(watch.with, pointee, true);
        break;
      case Watch::Kind::React:
        reactions_[watch.with](pointee);
        break;
    }
}

void Graph::carry(NodeId whole, StepId step, NodeId part) {
  whole = root(whole);
  for (std::size_t i = 0; i < nodes_[whole].edges.size(); ++i) {
    const Edge edge = nodes_[whole].edges[i];
    if (!edge.deep || root(edge.to) == whole || is_spent()) continue;
    spend();
    const NodeId to = part_of_(root(edge.to), step);
    if (to != no_node) copy(part, to, true);
  }
}

void Graph::process(NodeId node) {
  nodes_[node].queued = false;
  if (root(node) != node) return;
  const IdSet fresh = std::exchange(nodes_[node].fresh, {});
  if (fresh.empty()) return;
  for (std::size_t i = 0; i < nodes_[node].watches.size(); ++i) {
    const Watch watch = nodes_[node].watches[i];
    run(watch, fresh);
  }
  for (std::size_t i = 0; i < nodes_[node].edges.size(); ++i) {
    const NodeId to = root(nodes_[node].edges[i].to);
    if (to == root(node)) continue;
    spend();
    if (nodes_[to].pointees.insert_all(fresh, nodes_[to].fresh))
      queue(to);
    else if (nodes_[to].pointees.size() == nodes_[node].pointees.size() && searched_.insert(pair_key(node, to)).second)
      find_cycle(node, to);
    if (root(node) != node) return;  // merged: the rest runs with the representative
  }
}

// Nothing new went over the edge, as on an edge of a cycle: looks for the way back, and merges the nodes on it.
void Graph::find_cycle(NodeId from, NodeId to) {
  struct Visit {
    NodeId node;
    std::size_t next;
  };
  constexpr std::size_t most = 2000;
  std::vector<Visit> path{{to, 0}};
  std::unordered_set<NodeId> seen{to};
  while (!path.empty()) {
    Visit& visit = path.back();
    const Node& node = nodes_[visit.node];
    if (visit.node == from) {
      std::vector<NodeId> members;
      for (const Visit& member : path) members.push_back(member.node);
      for (const NodeId member : members) merge(from, member);
      return;
    }
    if (visit.next == node.edges.size() || seen.size() > most) {
      path.pop_back();
      continue;
    }
    const NodeId next = root(node.edges[visit.next++].to);
    if (nodes_[next].pointees.size() == nodes_[from].pointees.size() && seen.insert(next).second)
      path.push_back({next, 0});
  }
}

void Graph::merge(NodeId a, NodeId b) {
  a = root(a);
  b = root(b);
  if (a == b) return;
  if (nodes_[a].edges.size() + nodes_[a].watches.size() < nodes_[b].edges.size() + nodes_[b].watches.size())
    std::swap(a, b);
  Node& into = nodes_[a];
  Node gone = std::exchange(nodes_[b], Node{});
  nodes_[b].representative = a;
  // Each side's edges and watches have yet to see what only the other had.
  for (const NodeId pointee : into.pointees)
    if (!gone.pointees.contains(pointee)) into.fresh.insert(pointee);
  into.pointees.insert_all(gone.pointees, into.fresh);
  into.fresh.insert_all(gone.fresh);
  for (const Edge& edge : gone.edges) {
    if (root(edge.to) == a || !known_edges_.insert(pair_key(a << 1 | (edge.deep ? 1 : 0), root(edge.to))).second)
      continue;
    into.edges.push_back(edge);
  }
  into.watches.insert(into.watches.end(), gone.watches.begin(), gone.watches.end());
  for (const auto& [step, part] : gone.parts) {
    const auto known =
        std::find_if(into.parts.begin(), into.parts.end(), [&](const auto& entry) { return entry.first == step; });
    if (known == into.parts.end())
      into.parts.emplace_back(step, part);
    else
      unify(known->second, part);
  }
  for (const auto& [step, part] : into.parts)
    if (!into.edges.empty()) new_parts_.push_back({a, {step, part}});
  if (!into.fresh.empty()) queue(a);
}

void Graph::drain() {
  while (!is_spent() && (!to_unify_.empty() || !new_parts_.empty() || !new_watches_.empty())) {
    while (!to_unify_.empty()) {
      const auto [a, b] = to_unify_.front();
      to_unify_.pop_front();
      merge(a, b);
    }
    if (!new_parts_.empty()) {
      const auto [whole, entry] = new_parts_.front();
      new_parts_.pop_front();
      carry(whole, entry.first, entry.second);
      continue;
    }
    if (!new_watches_.empty()) {
      const auto [node, watch] = new_watches_.front();
      new_watches_.pop_front();
      const IdSet pointees = nodes_[root(node)].pointees;
      run(watch, pointees);
    }
  }
}

void Graph::solve() {
  for (;;) {
    drain();
    if (work_.empty() || is_spent()) return;
    const NodeId node = work_.front();
    work_.pop_front();
    process(node);
  }
}

}  // namespace ferrule::heap
