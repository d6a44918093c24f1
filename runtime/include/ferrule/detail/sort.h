// Sorting without <algorithm>: quicksort that gives way to heapsort where it goes wrong (Musser's introsort, 1997),
// with the partitions of pattern-defeating quicksort (Peters, 2021): equal elements are set aside, and elements that
// are cheap to move are partitioned without branches.
#pragma once

#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>

namespace ferrule::detail {

template <class I>
using Value = std::iter_value_t<I>;

template <class I, class Less>
void insertion_sort(I first, I last, Less& less) {
  if (first == last) return;
  for (I at = first + 1; at < last; ++at) {
    if (!less(*at, *(at - 1))) continue;
    Value<I> value = std::move(*at);
    I hole = at;
    do {
      *hole = std::move(*(hole - 1));
      --hole;
    } while (hole != first && less(value, *(hole - 1)));
    *hole = std::move(value);
  }
}

template <class I, class Less>
void sift_down(I first, std::iter_difference_t<I> hole, std::iter_difference_t<I> count, Less& less) {
  Value<I> value = std::move(first[hole]);
  for (;;) {
    auto child = 2 * hole + 1;
    if (child >= count) break;
    if (child + 1 < count && less(first[child], first[child + 1])) ++child;
    if (!less(value, first[child])) break;
    first[hole] = std::move(first[child]);
    hole = child;
  }
  first[hole] = std::move(value);
}
template <class I, class Less>
void heap_sort(I first, I last, Less& less) {
  auto count = last - first;
  for (auto i = count / 2; i-- > 0;) detail::sift_down(first, i, count, less);
  for (auto end = count; --end > 0;) {
    std::swap(first[0], first[end]);
    detail::sift_down(first, decltype(count){0}, end, less);
  }
}

template <class I, class Less>
void sort_three(I a, I b, I c, Less& less) {
  if (less(*b, *a)) std::swap(*a, *b);
  if (less(*c, *b)) {
    std::swap(*b, *c);
    if (less(*b, *a)) std::swap(*a, *b);
  }
}

/// Puts a good pivot first.
template <class I, class Less>
void choose_pivot(I first, I last, Less& less) {
  const auto count = last - first;
  I middle = first + count / 2;
  if (count > 128) {  // the median of three medians
    detail::sort_three(first + 1, middle - 1, last - 2, less);
    detail::sort_three(first + 2, middle + 1, last - 3, less);
    detail::sort_three(first, middle, last - 1, less);
    detail::sort_three(middle - 1, middle, middle + 1, less);
  } else {
    detail::sort_three(first, middle, last - 1, less);
  }
  std::swap(*first, *middle);
}

template <class T>
inline constexpr bool is_cheap_to_move = std::is_trivially_copyable_v<T> && sizeof(T) <= 16;

/// Those that `goes_left` are put before the others, all but the first element, which is the pivot, and goes between
/// them; gives its place.
template <class I, class GoesLeft>
I partition(I first, I last, GoesLeft goes_left) {
  I left = first + 1;
  if constexpr (is_cheap_to_move<Value<I>>) {
    // One hole goes through the range; each element is moved twice, whichever side it belongs to.
    if (left != last) {
      Value<I> saved = std::move(*left);
      I hole = left;
      for (I at = left + 1; at != last; ++at) {
        *hole = *left;
        *left = *at;
        hole = at;
        left += goes_left(*left) ? 1 : 0;
      }
      *hole = *left;
      *left = saved;
      left += goes_left(*left) ? 1 : 0;
    }
  } else {
    I right = last;
    for (;;) {
      while (left != right && goes_left(*left)) ++left;
      while (left != right && !goes_left(*(right - 1))) --right;
      if (left == right) break;
      std::swap(*left, *(right - 1));
    }
  }
  --left;
  std::swap(*first, *left);
  return left;
}

/// The first element as a pivot: a copy where that is cheap, because stores to the range may else change it.
template <class I>
using Pivot = std::conditional_t<is_cheap_to_move<Value<I>>, const Value<I>, const Value<I>&>;

constexpr int sort_depth(std::size_t count) {
  int depth = 0;
  for (; count != 0; count /= 2) depth += 2;
  return depth;
}

/// Sorts; `fork(count, f, g)` calls both functions, at the same time if `count` elements are worth it. `has_less` says
/// that an element stands before the range, and none in the range is less than it.
template <class I, class Less, class Fork>
void quick_sort(I first, I last, Less& less, const Fork& fork, int depth, bool has_less = false) {
  constexpr int few = 24;
  while (last - first > few) {
    if (depth-- == 0) return detail::heap_sort(first, last, less);
    detail::choose_pivot(first, last, less);
    Pivot<I> pivot = *first;
    if (has_less && !less(*(first - 1), pivot)) {  // the pivot is among the least: so are those that are not greater
      first = detail::partition(first, last, [&](const Value<I>& value) { return !less(pivot, value); }) + 1;
      continue;
    }
    I middle = detail::partition(first, last, [&](const Value<I>& value) { return less(value, pivot); });
    auto below = [&, first, middle] { detail::quick_sort(first, middle, less, fork, depth, has_less); };
    auto above = [&, middle, last] { detail::quick_sort(middle + 1, last, less, fork, depth, true); };
    return fork(static_cast<std::size_t>(last - first), below, above);
  }
  detail::insertion_sort(first, last, less);
}

}  // namespace ferrule::detail
