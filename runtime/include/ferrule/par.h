// par_map and par_for_each: one function over a range, on as many threads as the machine can run.
#pragma once

#include <ferrule/scope.h>
#include <ferrule/traits.h>

#include <concepts>
#include <cstddef>
#include <exception>
#include <iterator>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace ferrule {

namespace detail {

/// A closure over locals of the caller, which outlive the scope, and of which the concepts below were checked.
template <class F>
struct Checked {
  const F& f;
  void operator()() const { f(); }
};

}  // namespace detail

template <class F>
inline constexpr bool claims_send<detail::Checked<F>> = true;

namespace detail {

/// Calls `f(i)` for each i below `count`, on several threads, and waits. Each thread takes the next index when it is
/// done with one; after an exception no new one is begun.
template <class F>
void par_for_indices(std::size_t count, const F& f) {
  std::size_t helpers = available_parallelism();
  if (helpers > count) helpers = count;
  Atomic<std::size_t> next{0};
  auto work = [&] {
    struct StopOthers {
      Atomic<std::size_t>& next;
      std::size_t end;
      int exceptions = std::uncaught_exceptions();
      ~StopOthers() {
        if (std::uncaught_exceptions() > exceptions) next.store(end, std::memory_order_relaxed);
      }
    } stop{next, count};
    for (;;) {
      std::size_t i = next.load(std::memory_order_relaxed);
      do {
        if (i >= count) return;
      } while (!next.compare_exchange_weak(i, i + 1, std::memory_order_relaxed));
      f(i);
    }
  };
  scope([&](Scope& threads) {
    for (std::size_t i = 1; i < helpers; ++i) threads.spawn(Checked<decltype(work)>{work});
    work();
  });
}

template <class Range>
constexpr auto first_of(Range& range) {
  using std::begin;
  return begin(range);
}
template <class Range>
using IteratorOf = decltype(detail::first_of(std::declval<Range&>()));
template <class Range>
using ElementOf = std::iter_reference_t<IteratorOf<Range>>;

/// A range (<ranges> is not included for it) of elements that can be reached, and counted, at once.
template <class F, class Range>
concept ParallelOver =
    requires(Range& range) { std::size(range); } && std::random_access_iterator<IteratorOf<Range>> &&
    std::invocable<const F&, ElementOf<Range>> && Sync<F> && Send<std::iter_value_t<IteratorOf<Range>>>;

}  // namespace detail

/// Calls `f` with each element, on several threads, and waits. `f` is called by several threads at once, so it is
/// const. Throws the first exception of `f` when all threads have stopped, and std::system_error if the system has no
/// thread to give. Rust: rayon's par_iter().for_each. std:
/// for_each(execution::par).
template <class Range, class F>
  requires detail::ParallelOver<F, Range>
void par_for_each(Range&& range, const F& f) {
  auto first = detail::first_of(range);
  using Difference = std::iter_difference_t<decltype(first)>;
  detail::par_for_indices(static_cast<std::size_t>(std::size(range)),
                          [&](std::size_t i) { detail::invoke(f, first[static_cast<Difference>(i)]); });
}

/// The results of `f` for each element, in the elements' order; otherwise as par_for_each. Rust: rayon's
/// par_iter().map. Throws also std::bad_alloc.
template <class Range, class F>
  requires detail::ParallelOver<F, Range> && Send<std::invoke_result_t<const F&, detail::ElementOf<Range>>>
auto par_map(Range&& range, const F& f) {
  using R = std::decay_t<std::invoke_result_t<const F&, detail::ElementOf<Range>>>;
  auto first = detail::first_of(range);
  using Difference = std::iter_difference_t<decltype(first)>;
  auto count = static_cast<std::size_t>(std::size(range));
  std::vector<std::optional<R>> slots(count);
  detail::par_for_indices(
      count, [&](std::size_t i) { slots[i].emplace(detail::invoke(f, first[static_cast<Difference>(i)])); });
  std::vector<R> results;
  results.reserve(count);
  for (auto& slot : slots) results.push_back(std::move(*slot));
  return results;
}

}  // namespace ferrule
