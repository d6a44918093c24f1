// Points in time to wait until. <chrono> is expensive to include, so durations and times are taken by their shape: who
// has one to give has included it.
#pragma once

#include <ferrule/detail/config.h>

#include <cstdint>
#include <limits>
#include <type_traits>

#if FERRULE_DETAIL_LINUX_FUTEX
#include <ctime>
#else
#include <chrono>
#endif

namespace ferrule::detail {

/// std::chrono::duration, and what looks like it.
template <class D>
concept Duration = requires(const D& duration) {
  duration.count();
  typename D::rep;
  D::period::num;
  D::period::den;
};

/// std::chrono::time_point of a clock that can be asked for the time.
template <class P>
concept TimePoint = requires(const P& time) {
  typename P::clock;
  { time - P::clock::now() } -> Duration;
};

/// Nanoseconds of the clock that never goes back.
struct Deadline {
  std::int64_t nanoseconds;

  static constexpr Deadline never() noexcept { return {std::numeric_limits<std::int64_t>::max()}; }

  static Deadline now() noexcept {
#if FERRULE_DETAIL_LINUX_FUTEX
    std::timespec time;
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return {static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec};
#else
    return {std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count()};
#endif
  }

#if FERRULE_DETAIL_LINUX_FUTEX
  std::timespec to_timespec() const noexcept {
    const std::int64_t since_boot = nanoseconds < 0 ? 0 : nanoseconds;
    std::timespec time;
    time.tv_sec = static_cast<std::time_t>(since_boot / 1'000'000'000);
    time.tv_nsec = static_cast<long>(since_boot % 1'000'000'000);
    return time;
  }
#else
  std::chrono::steady_clock::time_point to_time_point() const noexcept {
    return std::chrono::steady_clock::time_point(
        std::chrono::floor<std::chrono::steady_clock::duration>(std::chrono::nanoseconds(nanoseconds)));
  }
#endif
};

/// Rounded up, and to the nearest that can be said: no wait ends too early.
template <Duration D>
constexpr std::int64_t to_nanoseconds(const D& duration) {
  using Rep = typename D::rep;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t per_second = 1'000'000'000;
  if constexpr (std::is_integral_v<Rep> && per_second % D::period::den == 0 &&
                D::period::num <= most / (per_second / D::period::den)) {
    constexpr std::int64_t factor = D::period::num * (per_second / D::period::den);
    const Rep count = duration.count();
    if (count <= Rep(0)) return 0;
    if (static_cast<std::uint64_t>(count) > static_cast<std::uint64_t>(most / factor)) return most;
    return static_cast<std::int64_t>(count) * factor;
  } else {
    const long double exact = static_cast<long double>(duration.count()) * D::period::num / D::period::den * per_second;
    if (!(exact > 0)) return 0;
    if (exact >= static_cast<long double>(most)) return most;
    const auto whole = static_cast<std::int64_t>(exact);
    return whole < exact ? whole + 1 : whole;
  }
}

template <Duration D>
Deadline deadline_after(const D& duration) {
  const Deadline now = Deadline::now();
  const std::int64_t wait = to_nanoseconds(duration);
  return wait > Deadline::never().nanoseconds - now.nanoseconds ? Deadline::never() : Deadline{now.nanoseconds + wait};
}

/// Of any clock; if that clock is set meanwhile, the wait does not notice.
template <TimePoint P>
Deadline deadline_at(const P& time) {
  return deadline_after(time - P::clock::now());
}

}  // namespace ferrule::detail
