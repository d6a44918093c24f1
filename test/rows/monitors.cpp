#include "own.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

// Classes that hand out references to their inside.
class HandsOutPointer {
 public:
  int* count() {
    std::lock_guard lock(mutex_);
    return &count_;
  }
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
  }

 private:
  std::mutex mutex_;
  int count_ = 0;
};
class HandsOutIterator {
 public:
  std::vector<int>::iterator begin() {
    std::lock_guard lock(mutex_);
    return numbers_.begin();
  }
  void add(int number) {
    std::lock_guard lock(mutex_);
    numbers_.push_back(number);
  }

 private:
  std::mutex mutex_;
  std::vector<int> numbers_;
};
class HandsOutByParameter {
 public:
  void count(int*& where) {
    std::lock_guard lock(mutex_);
    where = &count_;
  }
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
  }

 private:
  std::mutex mutex_;
  int count_ = 0;
};
class HandsOutCopy {
 public:
  std::vector<int> numbers() const {
    std::lock_guard lock(mutex_);
    return numbers_;
  }
  void add(int number) {
    std::lock_guard lock(mutex_);
    numbers_.push_back(number);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<int> numbers_;
};
class HandsOutConstant {
 public:
  explicit HandsOutConstant(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
  }

 private:
  std::mutex mutex_;
  std::string name_;
  int count_ = 0;
};
struct PublicMember {
  std::mutex mutex;
  int count = 0;
  void add() {
    std::lock_guard lock(mutex);
    ++count;
  }
};
inline void reach_in(PublicMember& object) { ++object.count; }
class HasFriend {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
  }

 private:
  friend int peek(const HasFriend& object) { return object.count_; }
  std::mutex mutex_;
  int count_ = 0;
};
class LockedByHelper {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    add_locked();
  }

 private:
  void add_locked() { ++count_; }
  std::mutex mutex_;
  int count_ = 0;
};
class TwoLocks {
 public:
  void add() {
    std::lock_guard lock(first_);
    ++count_;
  }
  void subtract() {
    std::lock_guard lock(second_);
    --count_;
  }

 private:
  std::mutex first_, second_;
  int count_ = 0;
};
class ReadsUnlocked {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
  }
  int count() const { return count_; }

 private:
  mutable std::mutex mutex_;
  int count_ = 0;
};
class LazyUnlocked {
 public:
  int get() const {
    if (!known_) {
      value_ = 7;
      known_ = true;
    }
    return value_;
  }

 private:
  mutable bool known_ = false;
  mutable int value_ = 0;
};
class LazyLocked {
 public:
  int get() const {
    std::lock_guard lock(mutex_);
    if (!known_) {
      value_ = 7;
      known_ = true;
    }
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  mutable bool known_ = false;
  mutable int value_ = 0;
};
class LazyOnce {
 public:
  int get() const {
    std::call_once(once_, [this] { value_ = 7; });
    return value_;
  }

 private:
  mutable std::once_flag once_;
  mutable int value_ = 0;
};
class HeirOfMonitor : public Monitor {
 public:
  int extra = 0;
};

class GuardsBound {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++bound_.value;
  }

 private:
  std::mutex mutex_;
  Bound bound_;
};
class GuardsCell {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++cell_.value;
  }

 private:
  std::mutex mutex_;
  Cell cell_;
};
class GuardsPointer {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++*where_;
  }

 private:
  std::mutex mutex_;
  int* where_;
};
class GuardsOwner {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++*owned_;
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<int> owned_ = std::make_unique<int>(1);
};
class GuardsMutableBound {
 public:
  int get() const {
    std::lock_guard lock(mutex_);
    return ++bound_.value;
  }

 private:
  mutable std::mutex mutex_;
  mutable Bound bound_;
};

struct Rows {
  GuardsBound guards_bound;                       // no yes no
  GuardsCell guards_cell;                         // yes yes yes
  GuardsPointer guards_pointer;                   // if_unique if_unique if_unique
  GuardsOwner guards_owner;                       // yes yes yes
  GuardsMutableBound guards_mutable_bound;        // no no no
  HandsOutPointer hands_out_pointer;              // yes yes no
  HandsOutIterator hands_out_iterator;            // yes yes no
  HandsOutByParameter hands_out_by_parameter;     // yes yes no
  HandsOutCopy hands_out_copy;                    // yes yes yes
  HandsOutConstant hands_out_constant;            // yes yes yes
  PublicMember public_member;                     // yes yes no
  HasFriend has_friend;                           // yes yes no
  LockedByHelper locked_by_helper;                // yes yes yes
  TwoLocks two_locks;                             // yes yes no
  ReadsUnlocked reads_unlocked;                   // yes yes no
  LazyUnlocked lazy_unlocked;                     // yes no no
  LazyLocked lazy_locked;                         // yes yes yes
  LazyOnce lazy_once;                             // yes yes no
  HeirOfMonitor heir_of_monitor;                  // yes yes no
};
