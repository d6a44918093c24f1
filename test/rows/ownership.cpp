#include "own.h"

#include <functional>
#include <iterator>
#include <memory>
#include <memory_resource>
#include <ranges>
#include <span>
#include <string_view>
#include <vector>
#include <list>
#include <map>
#include <set>
#include <unordered_map>

struct Base {
  virtual ~Base() = default;
};
struct Final final : Base {};
struct [[clang::annotate("ferrule::requires_send")]] Sendable {
  virtual ~Sendable() = default;
};
struct Opaque;
struct Recursive {
  std::unique_ptr<Recursive> next;
  int value;
};

struct Rows {
  int* pointer;                                     // if_unique if_unique no
  const int* to_const;                              // yes yes no
  int* const constant_pointer = nullptr;            // if_unique if_unique if_unique
  Cell* to_cell;                                    // if_unique no no
  const Cell* to_const_cell;                        // no no no
  Bound* to_bound;                                  // no if_unique no
  const Bound* to_const_bound;                      // yes yes no
  Monitor* to_monitor;                              // yes yes no
  std::mutex* to_mutex;                             // yes yes no
  void* erased;                                     // unknown unknown no
  Opaque* opaque;                                   // unknown unknown no
  int& reference;                                   // if_unique if_unique if_unique
  const int& to_constant;                           // yes yes yes
  Monitor& monitor;                                 // yes yes yes
  const Cell& cell;                                 // no no no
  std::unique_ptr<int> unique;                      // yes if_unique no
  std::unique_ptr<const int> unique_const;          // yes yes no
  std::unique_ptr<int[]> unique_array;              // yes if_unique no
  std::unique_ptr<Cell> unique_cell;                // yes no no
  std::unique_ptr<Bound> unique_bound;              // no if_unique no
  std::unique_ptr<Monitor> unique_monitor;          // yes yes no
  std::unique_ptr<Base> unique_base;                // unknown unknown no
  std::unique_ptr<Final> unique_final;              // yes yes no
  std::unique_ptr<Sendable> unique_sendable;        // yes unknown no
  std::shared_ptr<int> shared;                      // if_unique if_unique no
  std::shared_ptr<const int> shared_const;          // yes yes no
  std::shared_ptr<Cell> shared_cell;                // if_unique no no
  std::shared_ptr<const Cell> shared_const_cell;    // no no no
  std::shared_ptr<Bound> shared_bound;              // no no no
  std::shared_ptr<const Bound> shared_const_bound;  // no no no
  std::shared_ptr<Monitor> shared_monitor;          // yes yes no
  std::shared_ptr<Base> shared_base;                // unknown unknown no
  std::weak_ptr<int> weak;                          // if_unique if_unique no
  std::weak_ptr<const int> weak_const;              // yes yes no
  std::reference_wrapper<int> wrapper;              // if_unique if_unique no
  std::reference_wrapper<const int> const_wrapper;  // yes yes no
  std::string_view view;                            // yes yes no
  std::span<int> span;                              // if_unique if_unique no
  std::span<const int> const_span;                  // yes yes no
  std::vector<int>::iterator iterator;              // if_unique if_unique no
  std::vector<int>::const_iterator const_iterator;  // yes yes no
  std::list<int>::iterator list_iterator;           // if_unique if_unique no
  std::map<int, int>::iterator map_iterator;        // if_unique if_unique no
  std::unordered_map<int, int>::iterator hash_iterator;       // if_unique if_unique no
  std::reverse_iterator<const int*> reverse_iterator;         // yes yes no
  std::ranges::iota_view<int, int> iota;            // yes yes no
  std::ranges::ref_view<std::vector<int>> ref_view; // if_unique if_unique no
  std::pmr::vector<int> pmr;                        // unknown unknown no
  std::pmr::monotonic_buffer_resource monotonic;    // if_unique no no
  std::pmr::unsynchronized_pool_resource unsynchronized;      // if_unique no no
  std::pmr::synchronized_pool_resource synchronized;          // yes yes yes
  Recursive recursive;                              // yes if_unique no
};
