// SendFn<Sig>: any callable that may be handed to another thread; checked when it was made, so its own type is Send.
#pragma once

#include <ferrule/detail/invoke.h>
#include <ferrule/detail/owner.h>
#include <ferrule/traits.h>

#include <concepts>
#include <type_traits>
#include <utility>

namespace ferrule {

template <class Signature>
class SendFn;

/// A move-only callable of any type that is Send. Belongs to one thread at a time. Calling an empty one is undefined.
/// Rust: Box<dyn FnMut + Send>. std: move_only_function (C++23), which checks nothing. Throws what making and calling
/// the callable throws, and std::bad_alloc. Costs one allocation; a call costs a virtual one.
template <class R, class... Args>
class SendFn<R(Args...)> {
 public:
  SendFn() noexcept = default;

  /// Refuses callables that are known not to be Send.
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, SendFn>) && Send<std::decay_t<F>> &&
            std::is_invocable_r_v<R, std::decay_t<F>&, Args...>
  SendFn(F&& f) : target_(new Holds<std::decay_t<F>>(std::forward<F>(f))) {}

  explicit operator bool() const noexcept { return static_cast<bool>(target_); }
  R operator()(Args... args) { return target_->call(std::forward<Args>(args)...); }

 private:
  struct Target {
    virtual ~Target() = default;
    virtual R call(Args... args) = 0;
  };
  template <class F>
  struct Holds final : Target {
    template <class G>
    explicit Holds(G&& g) : f(std::forward<G>(g)) {}
    R call(Args... args) override {
      if constexpr (std::is_void_v<R>) {
        detail::invoke(f, std::forward<Args>(args)...);
      } else {
        return detail::invoke(f, std::forward<Args>(args)...);
      }
    }
    F f;
  };

  detail::Box<Target> target_;
};

namespace detail {

template <class Signature, class Seen>
struct SendOf<SendFn<Signature>, Seen> : VerdictConstant<Verdict::Yes> {};
template <class Signature, class Seen>
struct SyncOf<SendFn<Signature>, Seen> : VerdictConstant<Verdict::No> {};

}  // namespace detail
}  // namespace ferrule
