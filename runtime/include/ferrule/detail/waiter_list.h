// Tasks that wait for something, in the order in which they came.
#pragma once

#include <ferrule/detail/waker.h>

#include <cstddef>
#include <utility>

namespace ferrule::detail {

/// A list of nodes that lie in their tasks' frames. Everything is done under a lock of whoever has the list, but that a
/// waker is called: it may run other code.
class WaiterList {
 public:
  struct Node {
    Waker waker;
    bool is_listed = false;
    bool was_called = false;  ///< and has not come yet
    Node* next = nullptr;
    Node* previous = nullptr;
  };

  bool is_empty() const noexcept { return first_ == nullptr; }
  std::size_t size() const noexcept { return size_; }

  /// At the end, unless it is listed already.
  void enlist(Node& node, Waker waker) noexcept {
    node.waker = std::move(waker);
    node.was_called = false;
    if (std::exchange(node.is_listed, true)) return;
    node.next = nullptr;
    node.previous = last_;
    (last_ != nullptr ? last_->next : first_) = &node;
    last_ = &node;
    ++size_;
  }
  void withdraw(Node& node) noexcept {
    if (!std::exchange(node.is_listed, false)) return;
    (node.previous != nullptr ? node.previous->next : first_) = node.next;
    (node.next != nullptr ? node.next->previous : last_) = node.previous;
    --size_;
  }
  /// The first, taken out; its waker is to be called without the lock. Null if there is none.
  Node* call_first() noexcept {
    Node* node = first_;
    if (node == nullptr) return nullptr;
    withdraw(*node);
    node->was_called = true;
    return node;
  }

 private:
  Node* first_ = nullptr;
  Node* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace ferrule::detail
