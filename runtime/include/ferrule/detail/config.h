// Compiler attributes and build switches of the runtime.
//
//   FERRULE_STRICT          Send and Sync refuse types whose answer is unknown
//   FERRULE_PORTABLE_FUTEX  sleep on a table of condition variables instead of the kernel's futex
//   FERRULE_NO_SPIN         never spin before sleeping
//   FERRULE_LOCK_ORDER      find lock-order cycles at run time (see lock_order.h)
#pragma once

#include <cstddef>

// Clang's analyses are sound for guards that are returned by value only from 16 on.
#if defined(__clang__) && !defined(__apple_build_version__) && __clang_major__ >= 16
#define FERRULE_DETAIL_CLANG(x) __attribute__((x))
#else
#define FERRULE_DETAIL_CLANG(x)
#endif

#if defined(__clang__) && __clang_major__ >= 16
#define FERRULE_DETAIL_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define FERRULE_DETAIL_LIFETIMEBOUND
#endif

#define FERRULE_DETAIL_CAPABILITY(name) FERRULE_DETAIL_CLANG(capability(name))
#define FERRULE_DETAIL_SCOPED FERRULE_DETAIL_CLANG(scoped_lockable)
#define FERRULE_DETAIL_ACQUIRE(...) FERRULE_DETAIL_CLANG(acquire_capability(__VA_ARGS__))
#define FERRULE_DETAIL_ACQUIRE_SHARED(...) FERRULE_DETAIL_CLANG(acquire_shared_capability(__VA_ARGS__))
#define FERRULE_DETAIL_RELEASE(...) FERRULE_DETAIL_CLANG(release_capability(__VA_ARGS__))
#define FERRULE_DETAIL_RELEASE_SHARED(...) FERRULE_DETAIL_CLANG(release_generic_capability(__VA_ARGS__))
#define FERRULE_DETAIL_REQUIRES(...) FERRULE_DETAIL_CLANG(requires_capability(__VA_ARGS__))
#define FERRULE_DETAIL_UNCHECKED FERRULE_DETAIL_CLANG(no_thread_safety_analysis)

#define FERRULE_DETAIL_CONSUMABLE FERRULE_DETAIL_CLANG(consumable(unconsumed))
#define FERRULE_DETAIL_CALLABLE FERRULE_DETAIL_CLANG(callable_when("unconsumed", "unknown"))
#define FERRULE_DETAIL_CONSUMES FERRULE_DETAIL_CLANG(set_typestate(consumed))
#define FERRULE_DETAIL_GIVES_UNCONSUMED FERRULE_DETAIL_CLANG(return_typestate(unconsumed))

#if defined(__linux__) && !defined(FERRULE_PORTABLE_FUTEX)
#define FERRULE_DETAIL_LINUX_FUTEX 1
#else
#define FERRULE_DETAIL_LINUX_FUTEX 0
#endif

#if defined(__SANITIZE_THREAD__)
#define FERRULE_DETAIL_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FERRULE_DETAIL_TSAN 1
#endif
#endif
#ifndef FERRULE_DETAIL_TSAN
#define FERRULE_DETAIL_TSAN 0
#endif

#if defined(__SANITIZE_ADDRESS__)
#define FERRULE_DETAIL_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FERRULE_DETAIL_ASAN 1
#endif
#endif
#ifndef FERRULE_DETAIL_ASAN
#define FERRULE_DETAIL_ASAN 0
#endif

namespace ferrule::detail {

/// Distance that keeps two words from sharing a cache line or a pair of prefetched lines. Our own constant: the std one
/// is part of the ABI and differs between compilers.
#if defined(__x86_64__) || defined(_M_X64) || defined(__aarch64__) || defined(__powerpc64__)
inline constexpr std::size_t cache_line = 128;
#else
inline constexpr std::size_t cache_line = 64;
#endif

}  // namespace ferrule::detail
