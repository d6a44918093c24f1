#include "own.h"

#include <memory>
#include <string>
#include <vector>

struct Empty {};
struct Derived : Plain {
  std::string name;
};
struct FromCell : Cell {};
struct Virtually : virtual Plain, virtual Bound {};
union Either {
  int number;
  int* pointer;
};
struct Bits {
  unsigned low : 4;
  unsigned high : 4;
};
struct Wrong {
  int* where;
  void set(int value) const { *where = value; }
};
struct Quiet {
  int* where;
  int get() const { return *where; }
};
class Counted {
 public:
  Counted() : count_(new int(1)) {}
  Counted(const Counted& other) : count_(other.count_) { ++*count_; }
  ~Counted() {
    if (--*count_ == 0) delete count_;
  }

 private:
  int* count_;
};
class Deep {
 public:
  Deep() : data_(new int(1)) {}
  Deep(const Deep& other) : data_(new int(*other.data_)) { *data_ += 0; }
  ~Deep() { delete data_; }

 private:
  int* data_;
};
class Leaky {
 public:
  int& count() {
    std::lock_guard lock(mutex_);
    return count_;
  }
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
  }

 private:
  std::mutex mutex_;
  int count_ = 0;
};
class Elsewhere {
 public:
  void add();

 private:
  std::mutex mutex_;
  int count_ = 0;
};
struct [[clang::annotate("ferrule::claim_send", "one owner at a time")]] Claimed {
  int* where;
};
struct Heir : Claimed {
  int* other;
};
template <class T>
struct Box {
  T value;
};
template <class T>
struct Box<T*> {
  T value;
};
struct A;
struct B {
  std::vector<A> many;
};
struct A {
  std::unique_ptr<B> one;
  Bound bound;
};

struct Rows {
  Empty empty;          // yes yes yes
  Derived derived;      // yes yes no
  FromCell from_cell;   // yes no no
  Virtually virtually;  // no yes no
  Either either;        // if_unique if_unique no
  Bits bits;            // yes yes no
  Wrong wrong;          // if_unique no no
  Quiet quiet;          // if_unique if_unique no
  Counted counted;      // no no no
  Deep deep;            // if_unique if_unique no
  Leaky leaky;          // yes yes no
  Elsewhere elsewhere;  // yes yes unknown
  Claimed claimed;      // yes if_unique no
  Heir heir;            // if_unique if_unique no
  Box<int> box;         // yes yes no
  Box<int*> special;    // yes yes no
  Box<Cell> of_cell;    // yes no no
  A recursive;          // no if_unique no
  struct {
    int* inner;
  } unnamed;            // if_unique if_unique no
};
