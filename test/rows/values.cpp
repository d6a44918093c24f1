#include "own.h"

#include <array>
#include <bitset>
#include <chrono>
#include <compare>
#include <complex>
#include <cstddef>
#include <deque>
#include <expected>
#include <forward_list>
#include <list>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <stack>
#include <string>
#include <system_error>
#include <tuple>
#include <typeindex>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

enum class Colour { red };

struct Rows {
  int integer;                                         // yes yes no
  bool flag;                                           // yes yes no
  double number;                                       // yes yes no
  Colour enumerator;                                   // yes yes no
  std::nullptr_t null;                                 // yes yes no
  std::byte byte;                                      // yes yes no
  const int constant = 1;                              // yes yes yes
  int array[3];                                        // yes yes no
  const int constants[3] = {};                         // yes yes yes
  volatile int busy;                                   // yes yes no
  int Plain::* member;                                 // yes yes no
  std::complex<double> complex;                        // yes yes no
  std::chrono::milliseconds duration;                  // yes yes no
  std::chrono::steady_clock::time_point instant;       // yes yes no
  std::type_index type = typeid(int);                  // yes yes no
  std::error_code error;                               // yes yes no
  std::strong_ordering order = std::strong_ordering::equal;  // yes yes no
  std::pair<int, Plain> pair;                          // yes yes no
  std::pair<int, Cell> pair_of_cell;                   // yes no no
  std::pair<Bound, int> pair_of_bound;                 // no yes no
  std::tuple<> empty_tuple;                            // yes yes no
  std::tuple<Plain, Cell, int> tuple;                  // yes no no
  std::tuple<Neither> tuple_of_neither;                // no no no
  std::array<Bound, 2> array_of_bound;                 // no yes no
  std::optional<Cell> optional;                        // yes no no
  std::expected<Plain, int> expected;                  // yes yes no
  std::expected<int, Bound> expected_bound;            // no yes no
  std::variant<int, Cell> variant;                     // yes no no
  std::vector<Plain> vector;                           // yes yes no
  std::vector<Cell> vector_of_cell;                    // yes no no
  std::vector<bool> bits;                              // yes yes no
  std::deque<Bound> deque;                             // no yes no
  std::list<Cell> list;                                // yes no no
  std::forward_list<Plain> forward_list;               // yes yes no
  std::map<int, Cell> map;                             // yes no no
  std::multimap<int, Plain> multimap;                  // yes yes no
  std::set<int> set;                                   // yes yes no
  std::unordered_map<std::string, Bound> hash_map;     // no yes no
  std::unordered_set<int> hash_set;                    // yes yes no
  std::stack<int> stack;                               // yes yes no
  std::queue<Cell> queue;                              // yes no no
  std::priority_queue<int> priority_queue;             // yes yes no
  std::string string;                                  // yes yes no
  std::bitset<8> bitset;                               // yes yes no
  std::vector<std::vector<std::optional<Cell>>> deep;  // yes no no
  std::vector<int*> pointers;                          // if_unique if_unique no
};
