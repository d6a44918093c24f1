#include "own.h"

#include <any>
#include <coroutine>
#include <exception>
#include <functional>
#include <future>
#include <utility>

void function(int);

inline int global = 0;
inline auto plain = [] {};
inline auto by_value = [value = 1] { return value; };
inline auto by_reference = [&counter = global] { ++counter; };
inline auto by_const_reference = [&counter = std::as_const(global)] { return counter; };
inline auto changing = [value = 1]() mutable { return ++value; };
inline auto of_cell = [cell = Cell{}] { return cell.value; };
inline auto of_bound = [bound = Bound{}] { return bound.value; };

struct Rows {
  void (*pointer)(int);                     // yes yes no
  void (*to_bound)(Bound);                  // yes yes no
  void (&reference)(int);                   // yes yes yes
  void (Plain::*member)();                  // yes yes no
  std::function<void()> erased;             // unknown unknown no
  std::packaged_task<int()> task;           // unknown unknown no
  std::any any;                             // unknown unknown no
  std::exception_ptr exception;             // yes yes no
  std::coroutine_handle<> handle;           // unknown unknown no
  decltype(plain) captureless;              // yes yes yes
  decltype(by_value) copies;                // yes yes yes
  decltype(by_reference) refers;            // if_unique if_unique if_unique
  decltype(by_const_reference) reads;       // yes yes yes
  decltype(changing) changes;               // yes no no
  decltype(of_cell) has_cell;               // yes no no
  decltype(of_bound) has_bound;             // no yes yes
};
