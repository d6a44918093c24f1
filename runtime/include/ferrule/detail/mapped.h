// What mapped guards of all locks share: a part of the guarded data.
#pragma once

#include <ferrule/detail/config.h>
#include <ferrule/detail/invoke.h>
#include <ferrule/detail/verdict.h>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace ferrule::detail {

/// Access to a U inside of what a guard guards. Neither copied nor moved.
template <class U>
class MappedPart {
 public:
  MappedPart(const MappedPart&) = delete;
  MappedPart& operator=(const MappedPart&) = delete;

  U& operator*() & noexcept FERRULE_DETAIL_LIFETIMEBOUND { return *part_; }
  void operator*() && = delete;
  U* operator->() noexcept FERRULE_DETAIL_LIFETIMEBOUND { return part_; }

 protected:
  explicit MappedPart(U& part) noexcept : part_(&part) {}
  ~MappedPart() = default;

 private:
  U* part_;
};

/// From a T& to a reference into it: a function, or a pointer to a member.
template <class F, class T>
concept PartOf = std::is_lvalue_reference_v<std::invoke_result_t<F, T&>>;
/// From a T& to a pointer into it, null where there is no such part.
template <class F, class T>
concept MaybePartOf = std::is_pointer_v<std::invoke_result_t<F, T&>>;

template <class F, class T>
using Part = std::remove_reference_t<std::invoke_result_t<F, T&>>;
template <class F, class T>
using MaybePart = std::remove_pointer_t<std::invoke_result_t<F, T&>>;

/// Converts to a mapped guard in the place where it shall live.
template <class Mapped, class U>
struct AdoptPart {
  U& part;
  operator Mapped() const noexcept { return Mapped(part); }
};

template <class Mapped, class U>
std::optional<Mapped> mapped_or_nothing(U* part) noexcept {
  if (part == nullptr) return std::nullopt;
  return std::optional<Mapped>(std::in_place, AdoptPart<Mapped, U>{*part});
}

}  // namespace ferrule::detail
