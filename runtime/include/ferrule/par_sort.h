// par_sort: sorts on several threads.
#pragma once

#include <ferrule/detail/sort.h>
#include <ferrule/par.h>
#include <ferrule/pool.h>
#include <ferrule/traits.h>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>

namespace ferrule {

namespace detail {

/// std::less without <functional>.
struct Less {
  template <class A, class B>
  constexpr bool operator()(const A& a, const B& b) const {
    return a < b;
  }
};

template <class Range, class Compare>
concept SortableInParallel =
    requires(Range& range) { std::size(range); } && std::random_access_iterator<IteratorOf<Range>> &&
    std::predicate<const Compare&, ElementOf<Range>, ElementOf<Range>> && std::movable<Value<IteratorOf<Range>>> &&
    Sync<Compare> && Send<Value<IteratorOf<Range>>>;

}  // namespace detail

/// Sorts the range by `less`, in place, on the threads of the pool (see Pool::install); equal elements may change their
/// order. `less` is called by several threads at once. Throws what `less` or moving an element throws, when all have
/// stopped: the range then holds the same elements in another order, but for those that were being moved; and
/// std::system_error if the system has no thread to give. Rust: rayon's par_sort_unstable. std: sort(execution::par).
template <class Range, class Compare = detail::Less>
  requires detail::SortableInParallel<Range, Compare>
void par_sort(Range&& range, const Compare& less = Compare()) {
  auto first = detail::first_of(range);
  const auto count = static_cast<std::size_t>(std::size(range));
  auto compare = [&less](const auto& a, const auto& b) -> bool { return detail::invoke(less, a, b); };
  auto both = [](std::size_t size, auto& below, auto& above) {
    constexpr std::size_t worth_it = 4096;
    if (size < worth_it) {
      below();
      above();
    } else {
      detail::par_both(below, above);
    }
  };
  auto sort = [&] {
    detail::quick_sort(first, first + static_cast<std::iter_difference_t<decltype(first)>>(count), compare, both,
                       detail::sort_depth(count));
  };
  constexpr std::size_t worth_it = 8192;
  if (count < worth_it || detail::this_worker() != nullptr) return sort();
  Pool::global().install(sort);
}

}  // namespace ferrule
