// Monitors that let references to their state out, each way in a class of its own, and their good twins.
#include "own.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

// A class whose `value_` is guarded; the last arguments are one more member function.
#define MONITOR(NAME, TYPE, ...)    \
  class NAME {                      \
   public:                          \
    void reset() {                  \
      std::lock_guard lock(mutex_); \
      value_ = {};                  \
    }                               \
    __VA_ARGS__                     \
                                    \
   private:                         \
    mutable std::mutex mutex_;      \
    TYPE value_;                    \
  };

using IntMap = std::map<int, int>;
struct Pointing {
  int* where;
};
struct Referring {
  int& where;
};
struct Two {
  int first, second;
};
inline int other = 0;
inline int* left_here = nullptr;

MONITOR(
    LeakGet, std::unique_ptr<int>, int* get() {
      std::lock_guard lock(mutex_);
      return value_.get();
    })
MONITOR(
    LeakStar, std::unique_ptr<int>, int& get() {
      std::lock_guard lock(mutex_);
      return *value_;
    })
MONITOR(
    LeakData, std::vector<int>, int* get() {
      std::lock_guard lock(mutex_);
      return value_.data();
    })
MONITOR(
    LeakBegin, std::vector<int>, auto begin() {
      std::lock_guard lock(mutex_);
      return value_.begin();
    })
MONITOR(
    LeakAt, std::vector<int>, int& at(int i) {
      std::lock_guard lock(mutex_);
      return value_[i];
    })
MONITOR(
    LeakElemPtr, std::vector<int>, int* at(int i) {
      std::lock_guard lock(mutex_);
      return &value_[i];
    })
MONITOR(
    LeakView, std::string, std::string_view view() const {
      std::lock_guard lock(mutex_);
      return value_;
    })
MONITOR(
    LeakCref, std::string, const std::string& name() const {
      std::lock_guard lock(mutex_);
      return value_;
    })
MONITOR(
    LeakFind, std::vector<int>, auto find() {
      std::lock_guard lock(mutex_);
      return std::pair(value_.begin(), true);
    })
MONITOR(
    LeakTie, int, std::tuple<int&> get() {
      std::lock_guard lock(mutex_);
      return std::tie(value_);
    })
MONITOR(
    LeakRef, int, std::reference_wrapper<int> get() {
      std::lock_guard lock(mutex_);
      return std::ref(value_);
    })
MONITOR(
    LeakRef2, int, std::reference_wrapper<int> get() {
      std::lock_guard lock(mutex_);
      return value_;
    })
MONITOR(
    LeakOptRef, int, std::optional<std::reference_wrapper<int>> get() {
      std::lock_guard lock(mutex_);
      return std::ref(value_);
    })
MONITOR(
    LeakAggregate, int, Pointing get() {
      std::lock_guard lock(mutex_);
      return {&value_};
    })
MONITOR(
    LeakAggregate2, int, Pointing get() {
      std::lock_guard lock(mutex_);
      return Pointing{&value_};
    })
MONITOR(
    LeakAggregate3, int, Pointing get() {
      std::lock_guard lock(mutex_);
      Pointing h{&value_};
      return h;
    })
MONITOR(
    LeakLocal, int, int* get() {
      std::lock_guard lock(mutex_);
      int* p = &value_;
      return p;
    })
MONITOR(LeakLambda, int, auto get() { return [this]() -> int& { return value_; }; })
MONITOR(LeakLambdaRef, int, auto get() { return [&v = value_] { ++v; }; })
MONITOR(LeakFunction, int, std::function<int()> get() { return [this] { return ++value_; }; })
MONITOR(
    LeakSpan, std::vector<int>, std::span<int> get() {
      std::lock_guard lock(mutex_);
      return value_;
    })
MONITOR(
    LeakSpan2, std::vector<int>, std::span<int> get() {
      std::lock_guard lock(mutex_);
      return std::span(value_);
    })
MONITOR(
    LeakOut, int, void get(int** o) {
      std::lock_guard lock(mutex_);
      *o = &value_;
    })
MONITOR(
    LeakOutVec, int, void get(std::vector<int*>& o) {
      std::lock_guard lock(mutex_);
      o.push_back(&value_);
    })
MONITOR(
    LeakGlobal, int, void get() {
      std::lock_guard lock(mutex_);
      left_here = &value_;
    })
MONITOR(
    LeakAssign, int, int& operator=(int x) {
      std::lock_guard lock(mutex_);
      value_ = x;
      return value_;
    })
MONITOR(
    LeakAssignChain, int, int& operator=(int x) {
      std::lock_guard lock(mutex_);
      return value_ = x;
    })
MONITOR(
    SelfAssign, int, SelfAssign& operator=(int x) {
      std::lock_guard lock(mutex_);
      value_ = x;
      return *this;
    })
MONITOR(
    LeakIncr, int, int& operator++() {
      std::lock_guard lock(mutex_);
      return ++value_;
    })
MONITOR(
    LeakCompound, int, int& add(int x) {
      std::lock_guard lock(mutex_);
      return value_ += x;
    })
MONITOR(
    LeakArrow, std::string, std::string* operator->() {
      std::lock_guard lock(mutex_);
      return &value_;
    })
MONITOR(
    LeakConv, std::string, operator std::string&() {
      std::lock_guard lock(mutex_);
      return value_;
    })
MONITOR(
    LeakCond, int, int& get(bool b) {
      std::lock_guard lock(mutex_);
      return b ? value_ : other;
    })
MONITOR(
    LeakAuto, std::string, decltype(auto) get() {
      std::lock_guard lock(mutex_);
      return (value_);
    })
MONITOR(
    LeakOptValue, std::optional<int>, int& get() {
      std::lock_guard lock(mutex_);
      return *value_;
    })
MONITOR(
    LeakOptValue2, std::optional<int>, int& get() {
      std::lock_guard lock(mutex_);
      return value_.value();
    })
MONITOR(
    LeakMapAt, IntMap, int& get(int k) {
      std::lock_guard lock(mutex_);
      return value_.at(k);
    })
MONITOR(
    LeakMapFind, IntMap, int* get(int k) {
      std::lock_guard lock(mutex_);
      auto i = value_.find(k);
      return i == value_.end() ? nullptr : &i->second;
    })
MONITOR(
    LeakMapFind2, IntMap, int& get(int k) {
      std::lock_guard lock(mutex_);
      auto i = value_.find(k);
      return i->second;
    })
MONITOR(
    LeakFor, std::vector<int>, int* get(int k) {
      std::lock_guard lock(mutex_);
      for (auto& e : value_)
        if (e == k) return &e;
      return nullptr;
    })
MONITOR(
    LeakForCopyOk, std::vector<int>, int get(int k) {
      std::lock_guard lock(mutex_);
      for (auto& e : value_)
        if (e == k) return e;
      return 0;
    })
MONITOR(
    LeakAddressof, int, int* get() {
      std::lock_guard lock(mutex_);
      return std::addressof(value_);
    })
MONITOR(
    LeakIndex, IntMap, int& get() {
      std::lock_guard lock(mutex_);
      return value_[1];
    })
MONITOR(
    LeakTern, int, int* get(bool b) {
      std::lock_guard lock(mutex_);
      return b ? &value_ : nullptr;
    })
MONITOR(
    LeakMoveOk, std::vector<int>, std::vector<int> take() {
      std::lock_guard lock(mutex_);
      return std::move(value_);
    })
MONITOR(
    CopyOk, std::vector<int>, std::vector<int> copy() const {
      std::lock_guard lock(mutex_);
      return value_;
    })
MONITOR(
    SizeOk, std::vector<int>, std::size_t size() const {
      std::lock_guard lock(mutex_);
      return value_.size();
    })
MONITOR(
    SubstrOk, std::string, std::string sub() const {
      std::lock_guard lock(mutex_);
      return value_.substr(1);
    })
MONITOR(
    StrViewCopyOk, std::string, std::string sub() const {
      std::lock_guard lock(mutex_);
      std::string_view s = value_;
      return std::string(s);
    })
MONITOR(
    CallbackOk, int, template <class F> void with(F f) {
      std::lock_guard lock(mutex_);
      f(value_);
    })
MONITOR(
    LeakSubField, Two, int& get() {
      std::lock_guard lock(mutex_);
      return value_.first;
    })
MONITOR(
    LeakSubHelper, Two,
    int& get() {
      std::lock_guard lock(mutex_);
      return inner();
    } private : int& inner() { return value_.first; } public:)
// Copies of pointers that it holds are no references to what holds them.
MONITOR(
    CopiesPointersOk, std::vector<int*>, std::vector<int*> copy() const {
      std::lock_guard lock(mutex_);
      return value_;
    })
MONITOR(
    CopiesFrontOk, std::vector<int*>, std::optional<int*> first() const {
      std::lock_guard lock(mutex_);
      return value_.front();
    })
MONITOR(
    LeakReferring, int, Referring get() {
      std::lock_guard lock(mutex_);
      return {value_};
    })

struct Rows {
  LeakGet leak_get;                     // yes if_unique no
  LeakStar leak_star;                   // yes if_unique no
  LeakData leak_data;                   // yes yes no
  LeakBegin leak_begin;                 // yes yes no
  LeakAt leak_at;                       // yes yes no
  LeakElemPtr leak_elem_ptr;            // yes yes no
  LeakView leak_view;                   // yes yes no
  LeakCref leak_cref;                   // yes yes no
  LeakFind leak_find;                   // yes yes no
  LeakTie leak_tie;                     // yes yes no
  LeakRef leak_ref;                     // yes yes no
  LeakRef2 leak_ref2;                   // yes yes no
  LeakOptRef leak_opt_ref;              // yes yes no
  LeakAggregate leak_aggregate;         // yes yes no
  LeakAggregate2 leak_aggregate2;       // yes yes no
  LeakAggregate3 leak_aggregate3;       // yes yes no
  LeakLocal leak_local;                 // yes yes no
  LeakLambda leak_lambda;               // yes yes no
  LeakLambdaRef leak_lambda_ref;        // yes yes no
  LeakFunction leak_function;           // yes yes no
  LeakSpan leak_span;                   // yes yes no
  LeakSpan2 leak_span2;                 // yes yes no
  LeakOut leak_out;                     // yes yes no
  LeakOutVec leak_out_vec;              // yes yes no
  LeakGlobal leak_global;               // yes yes no
  LeakAssign leak_assign;               // yes yes no
  LeakAssignChain leak_assign_chain;    // yes yes no
  SelfAssign self_assign;               // yes yes yes
  LeakIncr leak_incr;                   // yes yes no
  LeakCompound leak_compound;           // yes yes no
  LeakArrow leak_arrow;                 // yes yes no
  LeakConv leak_conv;                   // yes yes no
  LeakCond leak_cond;                   // yes yes no
  LeakAuto leak_auto;                   // yes yes no
  LeakOptValue leak_opt_value;          // yes yes no
  LeakOptValue2 leak_opt_value2;        // yes yes no
  LeakMapAt leak_map_at;                // yes yes no
  LeakMapFind leak_map_find;            // yes yes no
  LeakMapFind2 leak_map_find2;          // yes yes no
  LeakFor leak_for;                     // yes yes no
  LeakForCopyOk leak_for_copy_ok;       // yes yes yes
  LeakAddressof leak_addressof;         // yes yes no
  LeakIndex leak_index;                 // yes yes no
  LeakTern leak_tern;                   // yes yes no
  LeakMoveOk leak_move_ok;              // yes yes yes
  CopyOk copy_ok;                       // yes yes yes
  SizeOk size_ok;                       // yes yes yes
  SubstrOk substr_ok;                   // yes yes yes
  StrViewCopyOk str_view_copy_ok;       // yes yes yes
  CallbackOk callback_ok;               // yes yes yes
  LeakSubField leak_sub_field;          // yes yes no
  LeakSubHelper leak_sub_helper;        // yes yes no
  CopiesPointersOk copies_pointers_ok;  // if_unique if_unique if_unique
  CopiesFrontOk copies_front_ok;        // if_unique if_unique if_unique
  LeakReferring leak_referring;         // yes yes no
};
