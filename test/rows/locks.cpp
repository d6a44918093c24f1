// Where the lock of a class is: in it, in a base, in a part of it, elsewhere; held alone or shared.
#include "own.h"

#include <memory>
#include <mutex>
#include <shared_mutex>

class PrivateBase : std::mutex {
 public:
  void add() {
    std::lock_guard<std::mutex> lock(*this);
    ++count_;
  }

 private:
  int count_ = 0;
};
class PublicBase : public std::mutex {
 public:
  void add() {
    std::lock_guard lock(*this);
    ++count_;
  }

 private:
  int count_ = 0;
};
class WithLock {
 protected:
  std::mutex mutex_;
};
class WithMutableLock {
 protected:
  mutable std::mutex mutex_;
};
class UsesInherited : WithLock {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
  }

 private:
  int count_ = 0;
};
class UsesInheritedTwice : UsesInherited {};
class ForgetsInherited : WithLock {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
  }
  void reset() { count_ = 0; }

 private:
  int count_ = 0;
};
class CachesUnderInherited : WithMutableLock {
 public:
  int get() const {
    std::lock_guard lock(mutex_);
    return ++calls_;
  }

 private:
  mutable int calls_ = 0;
};
class Behind {
 public:
  void add() {
    std::lock_guard lock(*mutex_);
    ++count_;
  }

 private:
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
  int count_ = 0;
};
class Static {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
  }

 private:
  static inline std::mutex mutex_;
  int count_ = 0;
};
class Nested {
 public:
  void add() {
    std::lock_guard lock(part_.mutex);
    ++part_.count;
  }

 private:
  struct Part {
    std::mutex mutex;
    int count = 0;
  } part_;
};
class OneEach {
 public:
  void add_first() {
    std::lock_guard lock(of_first_);
    ++first_;
  }
  void add_second() {
    std::lock_guard lock(of_second_);
    ++second_;
  }

 private:
  std::mutex of_first_, of_second_;
  int first_ = 0, second_ = 0;
};
class EitherOne {
 public:
  void add() {
    std::lock_guard lock(one_);
    ++count_;
  }
  void add_again() {
    std::lock_guard lock(other_);
    ++count_;
  }

 private:
  std::mutex one_, other_;
  int count_ = 0;
};
template <class T>
class ReadTogether {
 public:
  void set(T value) {
    std::unique_lock lock(mutex_);
    value_ = value;
  }
  T get() const {
    std::shared_lock lock(mutex_);
    return value_;
  }

 private:
  mutable std::shared_mutex mutex_;
  T value_{};
};
class WritesTogether {
 public:
  void add() {
    std::shared_lock lock(mutex_);
    ++count_;
  }
  int get() const {
    std::shared_lock lock(mutex_);
    return count_;
  }

 private:
  mutable std::shared_mutex mutex_;
  int count_ = 0;
};
inline void use(ReadTogether<int>& numbers, ReadTogether<Cell>& cells, ReadTogether<Bound>& bound) {
  numbers.set(numbers.get());
  cells.set(cells.get());
  bound.set(bound.get());
}

struct Rows {
  PrivateBase private_base;                 // yes yes yes
  PublicBase public_base;                   // yes yes yes
  UsesInherited uses_inherited;             // yes yes yes
  UsesInheritedTwice uses_inherited_twice;  // yes yes yes
  ForgetsInherited forgets_inherited;       // yes yes no
  CachesUnderInherited caches;              // yes yes yes
  Behind behind;                            // yes yes no
  Static with_static;                       // yes yes no
  Nested nested;                            // yes yes yes
  OneEach one_each;                         // yes yes yes
  EitherOne either_one;                     // yes yes no
  ReadTogether<int> numbers;                // yes yes yes
  ReadTogether<Cell> cells;                 // yes no no
  ReadTogether<Bound> bound;                // no no no
  WritesTogether writes_together;           // yes yes no
};
