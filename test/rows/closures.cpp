#include "own.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

void take(int*, Plain);
int look(const Plain&);

struct Owner {
  int value = 0;
  auto by_this() {
    return [this] { return value; };
  }
  auto by_copy() {
    return [*this] { return value; };
  }
  auto by_const_this() const {
    return [this] { return value; };
  }
  auto by_default() {
    return [=, this] { return value; };
  }
};
struct CellOwner : Cell {
  auto by_copy() const {
    return [*this] { return value; };
  }
  auto by_const_this() const {
    return [this] { return value; };
  }
};
struct MonitorOwner : Monitor {
  auto by_this() {
    return [this] { add(); };
  }
};

template <class... Values>
auto pack_by_value(Values... values) {
  return [values...] { return (sizeof(values) + ... + 0); };
}
template <class... Values>
auto pack_by_reference(Values&... values) {
  return [&values...] { return (sizeof(values) + ... + 0); };
}
template <class... Values>
auto pack_moved(Values... values) {
  return [... kept = std::move(values)] { return (sizeof(kept) + ... + 0); };
}

inline int number = 0;
inline std::atomic<int> counter{0};
inline auto generic = [kept = 1](auto value) { return kept + value; };
inline auto nested = [inner = [value = Cell{}] { return value.value; }] { return inner(); };
inline auto nested_reference = [inner = [&value = number] { ++value; }] { inner(); };
inline auto owning = [owned = std::make_unique<int>(1)] { return *owned; };
inline auto owning_changes = [owned = std::make_unique<int>(1)] { ++*owned; };
inline auto pointing = [where = &counter] { ++*where; };
inline auto pointing_const = [where = static_cast<const int*>(&number)] { return *where; };
inline auto pointing_cell = [where = static_cast<const Cell*>(nullptr)] { return where->value; };
inline auto structured = [] {
  auto [first, second] = std::pair<int, Cell>{};
  return [first = first, second = second] { return first + second.value; };
}();
inline auto static_call = [] { return ++number; };
inline auto mutable_reference = [&value = counter]() mutable { ++value; };
inline auto mutable_empty = []() mutable { return 1; };
inline auto bound_value = std::bind(look, Plain{});
inline auto bound_pointer = std::bind(take, &number, std::placeholders::_1);
inline auto bound_cell = std::bind([](const Cell&) {}, Cell{});
inline auto bound_front = std::bind_front(look, Plain{});
inline auto member_function = std::mem_fn(&Owner::by_copy);
inline auto negated = std::not_fn([value = Cell{}] { return value.value != 0; });

struct Functor {
  int calls = 0;
  void operator()() { ++calls; }
};
struct ConstFunctor {
  mutable int calls = 0;
  void operator()() const { ++calls; }
};

struct Rows {
  decltype(std::declval<Owner&>().by_this()) by_this;                       // if_unique if_unique if_unique
  decltype(std::declval<Owner&>().by_copy()) by_copy;                       // yes yes yes
  decltype(std::declval<const Owner&>().by_const_this()) by_const_this;     // yes yes yes
  decltype(std::declval<Owner&>().by_default()) by_default;                 // if_unique if_unique if_unique
  decltype(std::declval<const CellOwner&>().by_copy()) cell_copy;           // yes no no
  decltype(std::declval<const CellOwner&>().by_const_this()) cell_this;     // no no no
  decltype(std::declval<MonitorOwner&>().by_this()) monitor_this;           // yes yes yes
  decltype(pack_by_value(1, Cell{})) pack_value;                            // yes no no
  decltype(pack_by_value()) pack_none;                                      // yes yes yes
  decltype(pack_by_reference(number, counter)) pack_reference;              // if_unique if_unique if_unique
  decltype(pack_by_reference(counter)) pack_atomic;                         // yes yes yes
  decltype(pack_moved(std::string(), &number)) moved_pack;                  // if_unique if_unique if_unique
  decltype(generic) of_any;                                                 // yes yes yes
  decltype(nested) of_cell;                                                 // yes no no
  decltype(nested_reference) of_reference;                                  // if_unique if_unique if_unique
  decltype(owning) owns;                                                    // yes if_unique if_unique
  decltype(owning_changes) owns_and_changes;                                // yes if_unique if_unique
  decltype(pointing) points;                                                // yes yes yes
  decltype(pointing_const) points_to_const;                                 // yes yes yes
  decltype(pointing_cell) points_to_cell;                                   // no no no
  decltype(structured) of_binding;                                          // yes no no
  decltype(static_call) calls_static;                                       // yes yes yes
  decltype(mutable_reference) changes_atomic;                               // yes yes yes
  decltype(mutable_empty) has_none;                                         // yes yes yes
  decltype(bound_value) binds;                                              // yes yes no
  decltype(bound_pointer) binds_pointer;                                    // if_unique if_unique no
  decltype(bound_cell) binds_cell;                                          // yes no no
  decltype(bound_front) binds_front;                                        // yes yes no
  decltype(member_function) of_member;                                      // yes yes no
  decltype(negated) negates;                                                // yes no no
  Functor functor;                                                          // yes yes no
  ConstFunctor const_functor;                                               // yes no no
  std::reference_wrapper<int(Plain)> to_function;                           // yes yes no
};
