// needs /usr/include/absl/strings/cord.h
#include "../own.h"
#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <absl/synchronization/blocking_counter.h>
#include <absl/synchronization/barrier.h>
#include <absl/base/call_once.h>
#include <absl/base/internal/spinlock.h>
#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/container/node_hash_map.h>
#include <absl/container/node_hash_set.h>
#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <absl/container/inlined_vector.h>
#include <absl/container/fixed_array.h>
#include <absl/types/optional.h>
#include <absl/types/variant.h>
#include <absl/types/any.h>
#include <absl/types/span.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/cord.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <absl/time/civil_time.h>
#include <absl/numeric/int128.h>
#include <absl/functional/function_ref.h>
#include <absl/functional/any_invocable.h>
#include <absl/random/random.h>
struct Rows {
  absl::Mutex mu;                                              // yes yes yes
  absl::base_internal::SpinLock sl;                            // yes yes yes
  absl::CondVar cv;                                            // yes yes yes
  absl::once_flag once;                                        // yes yes yes
  absl::Notification n;                                        // yes yes yes
  absl::BlockingCounter bc;                                    // yes yes yes
  absl::Barrier bar;                                           // yes yes yes
  absl::MutexLock ml;                                          // no yes no
  absl::ReaderMutexLock rml;                                   // no yes no
  absl::WriterMutexLock wml;                                   // no yes no
  absl::MutexLockMaybe mlm;                                    // no yes no
  absl::ReleasableMutexLock rel;                               // no yes no
  absl::flat_hash_map<int, Plain> fm;                          // yes yes no
  absl::flat_hash_map<int, Bound> fmb;                         // no yes no
  absl::flat_hash_set<int> fs;                                 // yes yes no
  absl::node_hash_map<int, Plain> nm;                          // yes yes no
  absl::node_hash_set<int> ns;                                 // yes yes no
  absl::btree_map<int, Plain> bm;                              // yes yes no
  absl::btree_set<int> bs;                                     // yes yes no
  absl::btree_multimap<int, int> bmm;                          // yes yes no
  absl::InlinedVector<Plain, 3> iv;                            // yes yes no
  absl::FixedArray<Plain> fa;                                  // yes yes no
  absl::optional<Plain> o;                                     // yes yes no
  absl::variant<int, Bound> v;                                 // no yes no
  absl::any a;                                                 // unknown unknown no
  absl::StatusOr<Plain> so;                                    // yes yes no
  absl::StatusOr<Bound> sob;                                   // no yes no
  absl::Status s;                                              // yes yes no
  absl::Cord c;                                                // yes yes no
  absl::string_view sv;                                        // yes yes no
  absl::Time t;                                                // yes yes no
  absl::Duration d;                                            // yes yes no
  absl::TimeZone tz;                                           // yes yes no
  absl::CivilDay cd;                                           // yes yes no
  absl::uint128 u;                                             // yes yes no
  absl::int128 i;                                              // yes yes no
  absl::FunctionRef<void()> fr;                                // unknown unknown no
  absl::AnyInvocable<void()> ai;                               // unknown unknown no
  absl::Span<int> sp;                                          // if_unique if_unique no
  absl::Span<const int> spc;                                   // yes yes no
  absl::BitGen bg;                                             // yes yes no
  absl::Condition cond;                                        // unknown unknown no
};
