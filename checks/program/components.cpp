#include "checks/program/components.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ferrule {
namespace {

constexpr unsigned unvisited = std::numeric_limits<unsigned>::max();

class Tarjan {
 public:
  explicit Tarjan(const std::vector<std::vector<unsigned>>& edges)
      : edges_(edges),
        number_(edges.size(), unvisited),
        low_(edges.size()),
        left_(edges.size()),
        on_stack_(edges.size()) {}

  std::vector<Component> run() {
    for (unsigned node = 0; node < edges_.size(); ++node)
      if (number_[node] == unvisited) visit(node);
    return std::move(found_);
  }

 private:
  void enter(unsigned node) {
    number_[node] = low_[node] = next_number_++;
    stack_.push_back(node);
    on_stack_[node] = true;
    calls_.emplace_back(node, 0);
  }

  void visit(unsigned root) {
    enter(root);
    while (!calls_.empty()) {
      const unsigned node = calls_.back().first;
      if (calls_.back().second < edges_[node].size()) {
        const unsigned next = edges_[node][calls_.back().second++];
        if (number_[next] == unvisited)
          enter(next);
        else if (on_stack_[next])
          low_[node] = std::min(low_[node], number_[next]);
        continue;
      }
      calls_.pop_back();
      left_[node] = next_left_++;
      if (!calls_.empty()) low_[calls_.back().first] = std::min(low_[calls_.back().first], low_[node]);
      if (low_[node] == number_[node]) take_component(node);
    }
  }

  void take_component(unsigned root) {
    Component component;
    unsigned member = unvisited;
    do {
      member = stack_.back();
      stack_.pop_back();
      on_stack_[member] = false;
      component.members.push_back(member);
    } while (member != root);
    std::sort(component.members.begin(), component.members.end(),
              [&](unsigned a, unsigned b) { return left_[a] < left_[b]; });
    component.is_recursive =
        component.members.size() > 1 || std::find(edges_[root].begin(), edges_[root].end(), root) != edges_[root].end();
    found_.push_back(std::move(component));
  }

  const std::vector<std::vector<unsigned>>& edges_;
  std::vector<unsigned> number_;
  std::vector<unsigned> low_;
  std::vector<unsigned> left_;
  std::vector<bool> on_stack_;
  std::vector<unsigned> stack_;
  std::vector<std::pair<unsigned, std::size_t>> calls_;  // node, next edge
  std::vector<Component> found_;
  unsigned next_number_ = 0;
  unsigned next_left_ = 0;
};

}  // namespace

std::vector<Component> components(const std::vector<std::vector<unsigned>>& edges) { return Tarjan(edges).run(); }

}  // namespace ferrule
