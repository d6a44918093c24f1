// std::invoke without <functional>.
#pragma once

#include <type_traits>
#include <utility>

namespace ferrule::detail {

/// Results of callbacks that run under a lock: whatever points may point into the guarded data.
template <class R>
concept LeavesNothingBehind = !std::is_reference_v<R> && !std::is_pointer_v<R>;

/// What the object argument of a pointer to member refers to: an object, a reference_wrapper or a pointer.
template <class Class, class Object>
constexpr decltype(auto) object_of(Object&& object) {
  if constexpr (std::is_base_of_v<Class, std::remove_cvref_t<Object>>) {
    return static_cast<Object&&>(object);
  } else if constexpr (requires { object.get(); } && !requires { *object; }) {
    return object.get();
  } else {
    return *static_cast<Object&&>(object);
  }
}

template <class Member, class Class, class Object, class... Args>
constexpr decltype(auto) invoke_member(Member Class::* member, Object&& object, Args&&... args) {
  if constexpr (std::is_function_v<Member>) {
    return (object_of<Class>(std::forward<Object>(object)).*member)(std::forward<Args>(args)...);
  } else {
    return (object_of<Class>(std::forward<Object>(object)).*member);
  }
}

/// Calls a function, a function object or a member.
template <class F, class... Args>
constexpr std::invoke_result_t<F, Args...> invoke(F&& f, Args&&... args) {
  if constexpr (std::is_member_pointer_v<std::remove_cvref_t<F>>) {
    return detail::invoke_member(f, std::forward<Args>(args)...);
  } else {
    return std::forward<F>(f)(std::forward<Args>(args)...);
  }
}

}  // namespace ferrule::detail
