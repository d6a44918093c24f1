// Arc<T> and Weak<T>: shared ownership across threads, of what nobody may change.
#pragma once

#include <ferrule/detail/atomic.h>
#include <ferrule/detail/config.h>
#include <ferrule/detail/invoke.h>
#include <ferrule/expected.h>
#include <ferrule/traits.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace ferrule {

template <class T>
class Arc;
template <class T>
class Weak;

namespace detail {

/// Stands right in front of the shared object, so that a handle is one pointer. The strong owners together hold one
/// weak count; the memory goes with the last weak one.
struct ArcHeader {
  Atomic<std::size_t> strong{1};
  Atomic<std::size_t> weak{1};
};
/// In front of polymorphic objects, which an Arc of a base class may have to destroy.
struct ErasedArcHeader : ArcHeader {
  void (*destroy)(ErasedArcHeader*) = nullptr;
  void (*release_memory)(ErasedArcHeader*) = nullptr;
};

template <class T>
using ArcHeaderOf = std::conditional_t<std::is_polymorphic_v<T>, ErasedArcHeader, ArcHeader>;

/// The memory of one shared T.
template <class T>
struct ArcBlock {
  using Header = ArcHeaderOf<T>;
  static constexpr std::size_t alignment = alignof(T) > alignof(Header) ? alignof(T) : alignof(Header);
  static constexpr std::size_t offset = (sizeof(Header) + alignment - 1) / alignment * alignment;

  static T* object(Header* header) noexcept {
    return std::launder(reinterpret_cast<T*>(reinterpret_cast<std::byte*>(header) + sizeof(Header)));
  }

  // The allocation that takes an alignment is the slower one.
  static constexpr bool is_over_aligned = alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__;
  static void* allocate() {
    if constexpr (is_over_aligned) {
      return ::operator new(offset + sizeof(T), std::align_val_t(alignment));
    } else {
      return ::operator new(offset + sizeof(T));
    }
  }
  static void free(Header* header) noexcept {
    header->~Header();
    std::byte* memory = reinterpret_cast<std::byte*>(header) + sizeof(Header) - offset;
    if constexpr (is_over_aligned) {
      ::operator delete(memory, std::align_val_t(alignment));
    } else {
      ::operator delete(memory);
    }
  }

  /// Memory with a header, and no T yet.
  static Header* make_header() {
    auto* memory = static_cast<std::byte*>(allocate());
    auto* header = ::new (memory + offset - sizeof(Header)) Header;
    if constexpr (std::is_polymorphic_v<T>) {
      header->destroy = [](ErasedArcHeader* erased) { object(erased)->~T(); };
      header->release_memory = [](ErasedArcHeader* erased) { free(erased); };
    }
    return header;
  }
  static void* place(Header* header) noexcept { return reinterpret_cast<std::byte*>(header) + sizeof(Header); }

  template <class... Args>
  static T* make(Args&&... args) {
    Header* header = make_header();
    try {
      return ::new (place(header)) T(std::forward<Args>(args)...);
    } catch (...) {
      free(header);
      throw;
    }
  }
};

/// The header of the object that `pointer` points to, or to a base of which it points.
template <class T>
ArcHeaderOf<T>* arc_header(const T* pointer) noexcept {
  const void* whole = pointer;
  if constexpr (std::is_polymorphic_v<T> && !std::is_final_v<T>) whole = dynamic_cast<const void*>(pointer);
  auto* header = static_cast<const ArcHeaderOf<T>*>(whole) - 1;
  return const_cast<ArcHeaderOf<T>*>(header);
}

inline void arc_count_up(Atomic<std::size_t>& count) noexcept {
  // Half the range is out of reach unless handles are leaked in a loop; going on would free what is in use.
  if (static_cast<std::ptrdiff_t>(count.fetch_add(1, std::memory_order_relaxed)) < 0) std::abort();
}

template <class T>
void arc_drop_weak(ArcHeader* header) noexcept {
  // Whoever holds the only count needs no read-modify-write to give it back: nobody is left who could make another.
  if (header->weak.load(std::memory_order_acquire) != 1 && header->weak.fetch_sub(1, std::memory_order_acq_rel) != 1)
    return;
  if constexpr (std::is_polymorphic_v<T>) {
    auto* erased = static_cast<ErasedArcHeader*>(header);
    erased->release_memory(erased);
  } else {
    ArcBlock<T>::free(header);
  }
}

template <class T>
void arc_drop(ArcHeaderOf<T>* header) noexcept {
  if (header->strong.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if constexpr (std::is_polymorphic_v<T>) {
    header->destroy(header);
  } else {
    ArcBlock<T>::object(header)->~T();
  }
  arc_drop_weak<T>(header);
}

/// Arc<From> may become Arc<To>: the complete object finds its header through its vtable.
template <class From, class To>
concept ArcUpcast = !std::same_as<From, To> && std::derived_from<From, To> && std::is_polymorphic_v<To>;

}  // namespace detail

/// Shared ownership of one T, which all owners may only read; a Mutex or RwLock inside makes it changeable. A handle
/// is one pointer. Distinct handles may be used by distinct threads at once; several may copy one handle. The last one
/// to go destroys the T, on its own thread: so T must be Send as well as Sync. After a move a handle may only be
/// destroyed or assigned to. Rust: Arc. std: shared_ptr<const T>. Throws only what making or copying the T throws, and
/// std::bad_alloc. Costs one allocation for the T and its counts; a copy costs one atomic addition.
template <class T>
class Arc {
 public:
  static_assert(std::is_object_v<T> && !std::is_const_v<T> && !std::is_array_v<T>,
                "an Arc holds one object, and gives its owners a const T as it is: write Arc<T>");
  using element_type = T;

  template <class U = T>
    requires(std::same_as<std::remove_cvref_t<U>, T> || !std::is_class_v<std::remove_cvref_t<U>>) && Send<T> &&
            Sync<T> && std::constructible_from<T, U>
  explicit Arc(U&& value) : object_(detail::ArcBlock<T>::make(std::forward<U>(value))) {}

  /// Makes the T where it stays. Throws what its constructor or the allocation throws.
  template <class... Args>
    requires Send<T> && Sync<T> && std::constructible_from<T, Args...>
  [[nodiscard]] static Arc make(Args&&... args) {
    return Arc(Adopt{}, detail::ArcBlock<T>::make(std::forward<Args>(args)...));
  }

  /// Makes the T by `make(weak)`, where `weak` will refer to it: until `make` returns, it cannot be upgraded. Rust:
  /// Arc::new_cyclic. Throws what `make` or the allocation throws.
  template <class F>
    requires Send<T> && Sync<T> && std::same_as<std::invoke_result_t<F, const Weak<T>&>, T>
  [[nodiscard]] static Arc new_cyclic(F&& make);

  Arc(const Arc& other) noexcept : object_(other.object_) { detail::arc_count_up(header()->strong); }
  Arc(Arc&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <class U>
    requires detail::ArcUpcast<U, T>
  Arc(const Arc<U>& other) noexcept : object_(other.object_) {
    detail::arc_count_up(header()->strong);
  }
  template <class U>
    requires detail::ArcUpcast<U, T>
  Arc(Arc<U>&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Arc& operator=(Arc other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Arc() {
    if (object_ != nullptr) detail::arc_drop<T>(header());
  }

  /// The T, to read. It lives at least as long as this handle.
  const T& operator*() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return *object_; }
  const T* operator->() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return object_; }
  const T* get() const noexcept FERRULE_DETAIL_LIFETIMEBOUND { return object_; }

  /// Another handle to the same T: what the copy constructor does, said aloud.
  [[nodiscard]] Arc clone() const noexcept { return *this; }
  [[nodiscard]] Weak<T> downgrade() const noexcept;

  /// The T, to change, if this is the only handle and no Weak exists; else null.
  [[nodiscard]] T* get_mut() & noexcept FERRULE_DETAIL_LIFETIMEBOUND { return is_unique() ? object_ : nullptr; }

  /// The T, to change; first replaced by a copy of its own if others share it. A Weak loses its T then.
  [[nodiscard]] T& make_mut() & FERRULE_DETAIL_LIFETIMEBOUND
        requires std::copy_constructible<T>
  {
    if (!is_unique()) *this = make(std::as_const(*object_));
    return *object_;
  }

  /// The T itself if this is the only handle, else nothing; the handle is given up in any case.
  [[nodiscard]] std::optional<T> into_inner() &&
    requires std::move_constructible<T>
  {
    auto* h = header();
    T* object = std::exchange(object_, nullptr);
    if (h->strong.fetch_sub(1, std::memory_order_acq_rel) != 1) return std::nullopt;
    Remains remains{h, object};
    return std::optional<T>(std::move(*object));
  }

  /// The T itself if this is the only handle, else the handle back. Weak ones lose their T. Rust: Arc::try_unwrap.
  [[nodiscard]] Expected<T, Arc> try_unwrap() &&
    requires std::move_constructible<T>
  {
    auto* h = header();
    std::size_t one = 1;
    if (!h->strong.compare_exchange_strong(one, 0, std::memory_order_acquire, std::memory_order_relaxed)) {
      return Unexpected<Arc>{std::move(*this)};
    }
    Remains remains{h, std::exchange(object_, nullptr)};
    return Expected<T, Arc>(std::move(*remains.object));
  }

  /// The T itself if this is the only handle, else a copy of it. Rust: Arc::unwrap_or_clone.
  [[nodiscard]] T unwrap_or_clone() &&
    requires std::copy_constructible<T>
  {
    auto inner = std::move(*this).try_unwrap();
    return inner ? *std::move(inner) : T(*inner.error());
  }

  /// How many handles share the T, and how many Weak ones refer to it; other threads may change both at any time.
  [[nodiscard]] std::size_t strong_count() const noexcept { return header()->strong.load(std::memory_order_acquire); }
  [[nodiscard]] std::size_t weak_count() const noexcept {
    std::size_t count = header()->weak.load(std::memory_order_acquire);
    return count == locked ? 0 : count - 1;
  }

  /// True if both handles share one T.
  friend bool ptr_eq(const Arc& a, const Arc& b) noexcept { return a.object_ == b.object_; }

 private:
  template <class U>
  friend class Arc;
  friend class Weak<T>;

  /// In the weak count: `is_unique` looks, and no Weak may be made meanwhile.
  static constexpr std::size_t locked = static_cast<std::size_t>(-1);

  /// A T whose last handle is gone, while it is moved out of.
  struct Remains {
    detail::ArcHeaderOf<T>* header;
    T* object;
    ~Remains() {
      object->~T();
      detail::arc_drop_weak<T>(header);
    }
  };

  struct Adopt {};
  Arc(Adopt, T* object) noexcept : object_(object) {}

  auto* header() const noexcept { return detail::arc_header(object_); }

  bool is_unique() const noexcept {
    // Only the weak count of one that the strong handles share: then a single strong handle cannot be multiplied behind
    // our back, neither through a Weak nor through a handle that makes one.
    std::size_t one = 1;
    auto* h = header();
    if (!h->weak.compare_exchange_strong(one, locked, std::memory_order_acquire, std::memory_order_relaxed))
      return false;
    bool unique = h->strong.load(std::memory_order_acquire) == 1;
    h->weak.store(1, std::memory_order_release);
    return unique;
  }

  T* object_;
};

template <class T>
Arc(T) -> Arc<T>;

/// `make_arc<T>(args...)`: Arc<T>::make for those who come from make_shared. Throws what its constructor or the
/// allocation throws.
template <class T, class... Args>
[[nodiscard]] Arc<T> make_arc(Args&&... args) {
  return Arc<T>::make(std::forward<Args>(args)...);
}

/// A handle that does not keep the T alive. Threads as for Arc. Rust: Weak. std: weak_ptr. Nothing throws. A copy
/// costs one atomic addition.
template <class T>
class Weak {
 public:
  /// Refers to nothing.
  Weak() noexcept = default;
  Weak(const Weak& other) noexcept : header_(other.header_), object_(other.object_) {
    if (header_ != nullptr) detail::arc_count_up(header_->weak);
  }
  Weak(Weak&& other) noexcept
      : header_(std::exchange(other.header_, nullptr)), object_(std::exchange(other.object_, nullptr)) {}
  Weak& operator=(Weak other) noexcept {
    std::swap(header_, other.header_);
    std::swap(object_, other.object_);
    return *this;
  }
  ~Weak() {
    if (header_ != nullptr) detail::arc_drop_weak<T>(header_);
  }

  /// A handle that keeps the T alive, or nothing if the last one has gone.
  [[nodiscard]] std::optional<Arc<T>> upgrade() const noexcept {
    if (header_ == nullptr) return std::nullopt;
    std::size_t seen = header_->strong.load(std::memory_order_relaxed);
    while (seen != 0) {
      if (static_cast<std::ptrdiff_t>(seen) < 0) std::abort();
      if (header_->strong.compare_exchange_weak(seen, seen + 1, std::memory_order_acquire, std::memory_order_relaxed)) {
        return Arc<T>(typename Arc<T>::Adopt{}, object_);
      }
    }
    return std::nullopt;
  }

  /// Another such handle: what the copy constructor does, said aloud.
  [[nodiscard]] Weak clone() const noexcept { return *this; }
  /// How many handles keep the T alive; other threads may change that at any time.
  [[nodiscard]] std::size_t strong_count() const noexcept {
    return header_ == nullptr ? 0 : header_->strong.load(std::memory_order_acquire);
  }
  /// How many Weak handles there are to a T that is alive; other threads may change that at any time.
  [[nodiscard]] std::size_t weak_count() const noexcept {
    if (strong_count() == 0) return 0;
    std::size_t count = header_->weak.load(std::memory_order_acquire);
    return count == Arc<T>::locked || count == 0 ? 0 : count - 1;
  }

  /// True if both refer to one T, alive or gone, or both to nothing.
  friend bool ptr_eq(const Weak& a, const Weak& b) noexcept { return a.header_ == b.header_; }

 private:
  friend class Arc<T>;
  Weak(detail::ArcHeader* header, T* object) noexcept : header_(header), object_(object) {}

  // Both pointers: once the object is gone, its header can no longer be found through it.
  detail::ArcHeader* header_ = nullptr;
  T* object_ = nullptr;
};

template <class T>
template <class F>
  requires Send<T> && Sync<T> && std::same_as<std::invoke_result_t<F, const Weak<T>&>, T>
Arc<T> Arc<T>::new_cyclic(F&& make) {
  auto* h = detail::ArcBlock<T>::make_header();
  h->strong.store(0, std::memory_order_relaxed);
  // The one weak count of the strong handles to come; if `make` throws, it goes with the memory.
  Weak<T> weak(h, static_cast<T*>(detail::ArcBlock<T>::place(h)));
  T* object = ::new (detail::ArcBlock<T>::place(h)) T(detail::invoke(std::forward<F>(make), std::as_const(weak)));
  weak.header_ = nullptr;
  h->strong.store(1, std::memory_order_release);  // who upgrades a Weak from now on sees the T
  return Arc(Adopt{}, object);
}

template <class T>
Weak<T> Arc<T>::downgrade() const noexcept {
  auto* h = header();
  std::size_t seen = h->weak.load(std::memory_order_relaxed);
  for (;;) {
    if (seen == locked) {
      seen = h->weak.load(std::memory_order_relaxed);
      continue;
    }
    if (static_cast<std::ptrdiff_t>(seen) < 0) std::abort();
    if (h->weak.compare_exchange_weak(seen, seen + 1, std::memory_order_acquire, std::memory_order_relaxed)) {
      return Weak<T>(h, object_);
    }
  }
}

namespace detail {

template <class T, class Seen>
struct SendOf<Arc<T>, Seen> : VerdictConstant<shared_ownership<T, Seen>()> {};
template <class T, class Seen>
struct SyncOf<Arc<T>, Seen> : VerdictConstant<shared_ownership<T, Seen>()> {};
template <class T, class Seen>
struct SendOf<Weak<T>, Seen> : VerdictConstant<shared_ownership<T, Seen>()> {};
template <class T, class Seen>
struct SyncOf<Weak<T>, Seen> : VerdictConstant<shared_ownership<T, Seen>()> {};

}  // namespace detail
}  // namespace ferrule
