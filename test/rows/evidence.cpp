#include "own.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

// Const member functions that write.
struct ThroughCast {
  int count = 0;
  void add() const { ++const_cast<ThroughCast*>(this)->count; }
};
struct ThroughCStyleCast {
  int count = 0;
  void add() const { ++*(int*)&count; }
};
struct ThroughOldCast {
  int count = 0;
  void add() const { ((ThroughOldCast*)this)->count = 1; }
};
struct ThroughReference {
  int& count;
  void add() const { ++count; }
};
struct ThroughHelper {
  int* count;
  void add() const { raise(*count); }

 private:
  static void raise(int& number) { ++number; }
};
struct ThroughPrivate {
  int* count;
  void add() const { really_add(); }

 private:
  void really_add() const { ++*count; }
};
// clang-format off
struct InOneLine {
  int next() const { static int calls = 0; return ++calls; }
};
// clang-format on
struct MakesLocalStatic {
  const std::string& name() const {
    static const std::string name = "name";
    return name;
  }
};
struct HandsOut {
  int value = 0;
  int& get() const { return const_cast<int&>(value); }
};
struct HandsOutConst {
  int value = 0;
  const int& get() const { return value; }
};
struct ThroughStatic {
  int value = 0;
  static inline int calls = 0;
  int get() const {
    ++calls;
    return value;
  }
};
struct ThroughLocalStatic {
  int value = 0;
  int get() const {
    static int calls = 0;
    ++calls;
    return value;
  }
};
struct ThroughLocalConstant {
  int value = 0;
  const std::string& get() const {
    static const std::string name = "x";
    return name;
  }
};
struct ThroughThreadLocal {
  int value = 0;
  int get() const {
    static thread_local int calls = 0;
    ++calls;
    return value;
  }
};
struct ThroughAtomicStatic {
  int value = 0;
  static inline std::atomic<int> calls{0};
  int get() const {
    ++calls;
    return value;
  }
};
struct ThroughUnique {
  std::unique_ptr<int> count;
  void add() const { ++*count; }
};
struct ThroughLocked {
  mutable std::mutex mutex;
  std::unique_ptr<int> count;
  void add() const {
    std::lock_guard lock(mutex);
    ++*count;
  }
};
struct ThroughMethod {
  struct Counter {
    int value = 0;
    void add() { ++value; }
  };
  Counter* counter;
  void add() const { counter->add(); }
};
struct ThroughConstMethodOfPart {
  ThroughUnique part;
  void add() const { part.add(); }
};

// Reference counts.
struct Object {
  int references = 0;
  void retain() { ++references; }
  void release() {
    if (--references == 0) delete this;
  }
};
template <class T>
class Intrusive {
 public:
  explicit Intrusive(T* object) : object_(object) { object_->retain(); }
  Intrusive(const Intrusive& other) : object_(other.object_) {
    if (object_) object_->retain();
  }
  ~Intrusive() {
    if (object_) object_->release();
  }
  const T& operator*() const { return *object_; }

 private:
  T* object_;
};
struct AtomicObject {
  std::atomic<int> references = 0;
  const int value = 1;
  void retain() { references.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
};
class CountedBase {
 public:
  void retain() const { ++references_; }
  void release() const {
    if (--references_ == 0) delete this;
  }
  virtual ~CountedBase() = default;

 private:
  mutable int references_ = 0;
};
class Leaf final : public CountedBase {};
inline void add_reference(Object* object) { ++object->references; }
inline void drop_reference(Object* object) { --object->references; }
template <class T>
class FreeIntrusive {
 public:
  explicit FreeIntrusive(T* object) : object_(object) { add_reference(object_); }
  FreeIntrusive(const FreeIntrusive& other) : object_(other.object_) { add_reference(object_); }
  ~FreeIntrusive() { drop_reference(object_); }

 private:
  T* object_;
};
template <class T>
class Block {
 public:
  explicit Block(T* value) : control_(new Control{value, 1}) {}
  Block(const Block& other) : control_(other.control_) { control_->count += 1; }
  Block& operator=(const Block&) = delete;

 private:
  struct Control {
    T* value;
    long count;
  };
  Control* control_;
};
template <class T>
class AtomicBlock {
 public:
  explicit AtomicBlock(T* value) : control_(new Control{value, 1}) {}
  AtomicBlock(const AtomicBlock& other) : control_(other.control_) { control_->count += 1; }

 private:
  struct Control {
    const T* value;
    std::atomic<long> count;
  };
  Control* control_;
};
template <class T>
class Linked {
 public:
  explicit Linked(T* value) : value_(value), next_(this), previous_(this) {}
  Linked(const Linked& other) : value_(other.value_), next_(&other), previous_(other.previous_) {
    other.previous_->next_ = this;
    other.previous_ = this;
  }

 private:
  const T* value_;
  mutable const Linked* next_;
  mutable const Linked* previous_;
};
class OldAuto {
 public:
  OldAuto(OldAuto& other) : value_(other.value_) { other.value_ = nullptr; }

 private:
  const int* value_;
};
class CopiesDeeply {
 public:
  CopiesDeeply() : data_(new int[4]), size_(4) {}
  CopiesDeeply(const CopiesDeeply& other) : data_(new int[other.size_]), size_(other.size_) {
    for (int at = 0; at < size_; ++at) data_[at] = other.data_[at];
  }

 private:
  int* data_;
  int size_;
};

template <class T>
class AtomicOnlyInCopies {
 public:
  explicit AtomicOnlyInCopies(const T* value) : value_(value), count_(new int(1)) {}
  AtomicOnlyInCopies(const AtomicOnlyInCopies& other) : value_(other.value_), count_(other.count_) {
    __atomic_add_fetch(count_, 1, __ATOMIC_RELAXED);
  }
  ~AtomicOnlyInCopies() {
    if (--*count_ == 0) delete count_;
  }

 private:
  const T* value_;
  int* count_;
};
template <class T>
class AtomicInBoth {
 public:
  explicit AtomicInBoth(const T* value) : value_(value), count_(new int(1)) {}
  AtomicInBoth(const AtomicInBoth& other) : value_(other.value_), count_(other.count_) {
    __atomic_add_fetch(count_, 1, __ATOMIC_RELAXED);
  }
  ~AtomicInBoth() {
    if (__atomic_sub_fetch(count_, 1, __ATOMIC_ACQ_REL) == 0) delete count_;
  }

 private:
  const T* value_;
  int* count_;
};
class AtomicByReference {
 public:
  AtomicByReference() : count_(new int(1)) {}
  AtomicByReference(const AtomicByReference& other) : count_(other.count_) { std::atomic_ref<int>(*count_).fetch_add(1); }
  ~AtomicByReference() {
    if (std::atomic_ref<int>(*count_).fetch_sub(1) == 1) delete count_;
  }

 private:
  int* count_;
};
class Cloned {
 public:
  Cloned() : count_(new int(1)) {}
  Cloned(Cloned&& other) : count_(other.count_) { other.count_ = nullptr; }
  Cloned clone() {
    ++*count_;
    return Cloned(count_);
  }

 private:
  explicit Cloned(int* count) : count_(count) {}
  int* count_;
};
class ClonedAtomically {
 public:
  ClonedAtomically() : count_(new std::atomic<int>(1)) {}
  ClonedAtomically(ClonedAtomically&& other) : count_(other.count_) { other.count_ = nullptr; }
  ClonedAtomically clone() {
    ++*count_;
    return ClonedAtomically(count_);
  }

 private:
  explicit ClonedAtomically(std::atomic<int>* count) : count_(count) {}
  std::atomic<int>* count_;
};
class ClonedDeeply {
 public:
  ClonedDeeply() : uses_(new int(1)) {}
  ClonedDeeply clone() {
    ++*uses_;
    return ClonedDeeply();
  }

 private:
  int* uses_;
};
struct ThroughStaticOnOneLine {
  int value = 0;
  int get() const { static int calls = 0; return ++calls; }
};
struct ThroughStaticMadeOnOneLine {
  int value = 0;
  int get() const { static std::string name("x"); return static_cast<int>(name.size()); }
};

template class Intrusive<Object>;
template class Intrusive<AtomicObject>;
template class Intrusive<Leaf>;
template class FreeIntrusive<Object>;
template class AtomicOnlyInCopies<int>;
template class AtomicInBoth<int>;
template class Block<int>;
template class AtomicBlock<int>;

struct Rows {
  ThroughCast through_cast;                       // yes no no
  ThroughCStyleCast through_c_style_cast;         // yes no no
  ThroughOldCast through_old_cast;                // yes no no
  ThroughReference through_reference;             // if_unique no no
  ThroughHelper through_helper;                   // if_unique no no
  ThroughPrivate through_private;                 // if_unique no no
  InOneLine in_one_line;                          // yes no no
  MakesLocalStatic makes_local_static;            // yes yes yes
  HandsOut hands_out;                             // yes unknown no
  HandsOutConst hands_out_const;                  // yes yes no
  ThroughStatic through_static;                   // yes no no
  ThroughLocalStatic through_local_static;        // yes no no
  ThroughLocalConstant through_local_constant;    // yes yes no
  ThroughThreadLocal through_thread_local;        // yes yes no
  ThroughAtomicStatic through_atomic_static;      // yes yes no
  ThroughUnique through_unique;                   // yes no no
  ThroughLocked through_locked;                   // yes yes yes
  ThroughMethod through_method;                   // if_unique no no
  ThroughConstMethodOfPart through_part;          // yes no no
  Intrusive<Object> intrusive;                    // no no no
  Intrusive<AtomicObject> atomic_intrusive;       // yes yes no
  Intrusive<Leaf> derived_count;                  // no no no
  FreeIntrusive<Object> free_intrusive;           // no no no
  Block<int> block;                               // no no no
  AtomicBlock<int> atomic_block;                  // if_unique if_unique no
  Linked<int> linked;                             // no no no
  AtomicOnlyInCopies<int> only_in_copies;         // no no no
  AtomicInBoth<int> atomic_in_both;               // if_unique if_unique no
  AtomicByReference atomic_by_reference;          // if_unique if_unique no
  Cloned cloned;                                  // no no no
  ClonedAtomically cloned_atomically;             // yes yes no
  ClonedDeeply cloned_deeply;                     // if_unique if_unique no
  ThroughStaticOnOneLine static_on_one_line;      // yes no no
  ThroughStaticMadeOnOneLine made_on_one_line;    // yes yes no
  OldAuto old_auto;                               // yes yes no
  CopiesDeeply copies_deeply;                     // if_unique if_unique no
};
