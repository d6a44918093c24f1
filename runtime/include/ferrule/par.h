// par_for_each, par_map, par_reduce: one function over a range, on the threads of a pool and on the caller's.
#pragma once

#include <ferrule/detail/par_loop.h>
#include <ferrule/pool.h>
#include <ferrule/traits.h>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace ferrule {

namespace detail {

template <class Range>
constexpr auto first_of(Range& range) {
  using std::begin;
  return begin(range);
}
template <class Range>
using IteratorOf = decltype(detail::first_of(std::declval<Range&>()));
template <class Range>
using ElementOf = std::iter_reference_t<IteratorOf<Range>>;

/// The element at `index`.
template <class Iterator>
constexpr decltype(auto) at(const Iterator& first, std::size_t index) {
  return first[static_cast<std::iter_difference_t<Iterator>>(index)];
}

/// A range (<ranges> is not included for it) of elements that can be reached, and counted, at once.
template <class F, class Range>
concept ParallelOver =
    requires(Range& range) { std::size(range); } && std::random_access_iterator<IteratorOf<Range>> &&
    std::invocable<const F&, ElementOf<Range>> && Sync<F> && Send<std::iter_value_t<IteratorOf<Range>>>;

template <class F, class Range>
using MapResult = std::decay_t<std::invoke_result_t<const F&, ElementOf<Range>>>;

template <class T, class Range, class Op, class F>
concept ReducibleOver =
    ParallelOver<F, Range> && Send<T> && Sync<Op> && requires(const Op& op, T value, MapResult<F, Range> mapped) {
      { detail::invoke(op, std::move(value), std::move(mapped)) } -> std::convertible_to<T>;
      { detail::invoke(op, std::move(value), std::move(value)) } -> std::convertible_to<T>;
      { std::move(mapped) } -> std::convertible_to<T>;
    };

/// The element itself.
struct Same {
  template <class T>
  constexpr T&& operator()(T&& element) const noexcept {
    return std::forward<T>(element);
  }
};

}  // namespace detail

/// Calls `f` with each element, on the caller's thread and on those of the pool that have time (see Pool::install), and
/// waits. `f` is called by several threads at once, so it is const. Throws the first exception of `f` when all have
/// stopped, and std::system_error if the system has no thread to give. Rust: rayon's par_iter().for_each. std:
/// for_each(execution::par).
template <class Range, class F>
  requires detail::ParallelOver<F, Range>
void par_for_each(Range&& range, const F& f) {
  auto first = detail::first_of(range);
  detail::par_pieces(static_cast<std::size_t>(std::size(range)), [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) detail::invoke(f, detail::at(first, i));
  });
}

/// The results of `f` for each element, in the elements' order; otherwise as par_for_each. Rust: rayon's
/// par_iter().map. Throws also std::bad_alloc.
template <class Range, class F>
  requires detail::ParallelOver<F, Range> && Send<detail::MapResult<F, Range>>
auto par_map(Range&& range, const F& f) {
  using R = detail::MapResult<F, Range>;
  auto first = detail::first_of(range);
  auto count = static_cast<std::size_t>(std::size(range));
  // A vector<bool> has several results in one word.
  if constexpr (std::default_initializable<R> && std::is_move_assignable_v<R> && !std::is_same_v<R, bool>) {
    std::vector<R> results(count);
    detail::par_pieces(count, [&](std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) results[i] = detail::invoke(f, detail::at(first, i));
    });
    return results;
  } else {
    std::vector<std::optional<R>> slots(count);
    detail::par_pieces(count, [&](std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) slots[i].emplace(detail::invoke(f, detail::at(first, i)));
    });
    std::vector<R> results;
    results.reserve(count);
    for (auto& slot : slots) results.push_back(std::move(*slot));
    return results;
  }
}

/// `op(…op(op(init, f(first)), f(second))…)`, where `op` is associative; otherwise as par_for_each. The range is
/// divided in the same way whatever the number of threads, and results are combined in order: so the same range gives
/// the same result on every machine, also where `op` rounds. Throws what `f` and `op` throw, and std::bad_alloc. Rust:
/// rayon's par_iter().map(f).reduce. std: transform_reduce(execution::par).
template <class Range, class T, class Op, class F = detail::Same>
  requires detail::ReducibleOver<T, Range, Op, F>
T par_reduce(Range&& range, T init, const Op& op, const F& f = F()) {
  auto first = detail::first_of(range);
  const auto count = static_cast<std::size_t>(std::size(range));
  constexpr std::size_t most_pieces = 512;
  const std::size_t length = (count + most_pieces - 1) / most_pieces;
  const std::size_t pieces = length == 0 ? 0 : (count + length - 1) / length;
  std::vector<std::optional<T>> partial(pieces);
  detail::par_pieces(pieces, [&](std::size_t from, std::size_t to) {
    for (std::size_t piece = from; piece < to; ++piece) {
      std::size_t i = piece * length;
      const std::size_t end = count - i < length ? count : i + length;
      T result(detail::invoke(f, detail::at(first, i)));
      while (++i < end) result = detail::invoke(op, std::move(result), detail::invoke(f, detail::at(first, i)));
      partial[piece].emplace(std::move(result));
    }
  });
  for (auto& each : partial) init = detail::invoke(op, std::move(init), std::move(*each));
  return init;
}

}  // namespace ferrule
