#include "own.h"

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <tuple>
#include <vector>

// Bases.
struct Left : virtual Plain {
  int* left;
};
struct Right : virtual Plain {
  int right;
};
struct Diamond : Left, Right {};
struct TwoBases : Monitor, Plain {};
struct TwoMonitors : Monitor {
  Monitor other;
};
template <class Derived>
struct Curious {
  int count;
};
struct Curiously : Curious<Curiously> {};
template <class... Parts>
struct Mixed : Parts... {};

// Templates.
template <class... Parts>
struct Pack {
  std::tuple<Parts...> parts;
};
template <class First, class... Rest>
struct Chain {
  First first;
  Chain<Rest...> rest;
};
template <class Last>
struct Chain<Last> {
  Last last;
};
template <class T, bool by_pointer = (sizeof(T) > 16)>
struct Stored {
  T value;
};
template <class T>
struct Stored<T, true> {
  std::unique_ptr<const T> value;
};
template <class T>
struct Slot {
  T value;
};
template <class T>
struct Slot<T&> {
  T* value;
};
template <class R, class... Arguments>
struct Slot<R(Arguments...)> {
  R (*function)(Arguments...);
};
template <class R, class C>
struct Slot<R C::*> {
  R C::*member;
};
template <>
struct Slot<char> {
  std::atomic<char> value;
};
template <template <class...> class Container>
struct Holds {
  Container<Cell> cells;
};
template <class T>
using Alias = const std::vector<T>*;
template <class T>
struct Outer {
  struct Inner {
    T value;
    Outer* parent;
  };
};

// Members.
struct Fields {
  unsigned low : 3;
  unsigned : 0;
  volatile unsigned high : 5;
};
struct Anonymous {
  union {
    int number;
    struct {
      short low, high;
    };
  };
};
struct AnonymousPointer {
  union {
    int number;
    int* where;
  };
};
struct Mutable {
  mutable std::atomic<int> counted;
  mutable std::mutex mutex;
};
struct MutablePointer {
  mutable const int* where;
};
struct Referring {
  const std::atomic<int>& counter;
};
struct ReferringConst {
  const int& value;
};
struct ConstMember {
  const int value = 1;
  int* const where = nullptr;
};
struct ConstMembers {
  const int value = 1;
  const Plain plain{};
};
struct Opaque;
struct Behind {
  std::unique_ptr<Opaque, void (*)(Opaque*)> hidden;
};
struct Node {
  std::unique_ptr<Node> next;
  Node* previous = nullptr;
};
struct ConstNode {
  std::unique_ptr<const ConstNode> next;
};
struct Tree {
  std::vector<Tree> children;
};
typedef int Vector __attribute__((vector_size(16)));

inline auto local_type() {
  struct Local {
    int* where;
  };
  return Local{};
}
inline auto local_cell() {
  class Local {
   public:
    int get() const { return ++count_; }

   private:
    mutable int count_ = 0;
  };
  return Local{};
}

struct Rows {
  Diamond diamond;                           // if_unique if_unique no
  TwoBases two_bases;                        // yes yes no
  TwoMonitors two_monitors;                  // yes yes yes
  Curiously curiously;                       // yes yes no
  Mixed<Plain, Cell> mixed;                  // yes no no
  Mixed<Monitor> of_monitor;                 // yes yes yes
  Mixed<> of_none;                           // yes yes yes
  Pack<int, Cell, Bound> pack;               // no no no
  Pack<> empty_pack;                         // yes yes no
  Chain<int, Cell> chain;                    // yes no no
  Chain<Monitor, Monitor> monitors;          // yes yes yes
  Stored<int> small;                         // yes yes no
  Stored<std::array<long, 9>> large;         // yes yes no
  Slot<int&> reference_slot;                 // if_unique if_unique no
  Slot<int(Bound)> function_slot;            // yes yes no
  Slot<int Plain::*> member_slot;            // yes yes no
  Slot<char> specialised;                    // yes yes yes
  Holds<std::vector> holds;                  // yes no no
  Alias<Cell> alias;                         // no no no
  Alias<Bound> of_bound;                     // yes yes no
  Outer<Cell>::Inner inner;                  // yes no no
  Outer<int>::Inner of_int;                  // yes yes no
  Fields fields;                             // yes yes no
  Anonymous anonymous;                       // yes yes no
  AnonymousPointer anonymous_pointer;        // if_unique if_unique no
  Mutable changing;                          // yes yes yes
  MutablePointer pointer;                    // yes no no
  Referring referring;                       // yes yes yes
  ReferringConst referring_const;            // yes yes yes
  ConstMember constant;                      // if_unique if_unique if_unique
  ConstMembers constants;                    // yes yes yes
  Opaque* opaque;                            // unknown unknown no
  Behind behind;                             // unknown unknown no
  Node node;                                 // if_unique if_unique no
  ConstNode const_node;                      // yes yes no
  Tree tree;                                 // yes yes no
  Vector vector;                             // yes yes no
  _Atomic(int) atomic;                       // yes yes yes
  _Atomic(int)* to_atomic;                   // yes yes no
  volatile int changing_fast;                // yes yes no
  volatile int* to_volatile;                 // if_unique if_unique no
  const volatile int* to_const_volatile;     // yes yes no
  volatile std::atomic<int>* device;         // yes yes no
  int (*to_array)[4];                        // if_unique if_unique no
  const int (*to_const_array)[4];            // yes yes no
  std::atomic<int> counters[2][3];           // yes yes yes
  const Cell cells[2];                       // yes no no
  const Monitor monitor_array[2];            // yes yes yes
  int Plain::*data_member;                   // yes yes no
  int (Plain::*function_member)() const;     // yes yes no
  int (*const functions[2])(Bound);          // yes yes yes
  int* const* const_pointer;                 // if_unique if_unique no
  int&& moved;                               // if_unique if_unique if_unique
  const std::unique_ptr<int>& owner;         // if_unique if_unique if_unique
  long double _Complex complex;              // yes yes no
  decltype(nullptr) null;                    // yes yes no
  enum class Colour : char { Red } colour;   // yes yes no
  decltype(local_type()) local;              // if_unique if_unique no
  decltype(local_cell()) of_local;           // yes no no
};
