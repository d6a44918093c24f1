// needs /usr/include/tbb/tbb.h
#include "../own.h"
#include <tbb/tbb.h>
struct Rows {
  tbb::concurrent_queue<Plain> q;                              // yes yes yes
  tbb::concurrent_bounded_queue<Plain> bq;                     // yes yes yes
  tbb::concurrent_priority_queue<int> pq;                      // yes yes yes
  tbb::concurrent_vector<Plain> v;                             // yes yes unknown
  tbb::concurrent_hash_map<int, Plain> hm;                     // yes yes yes
  tbb::concurrent_hash_map<int, Bound> hmb;                    // no no no
  tbb::concurrent_hash_map<int, Plain>::accessor acc;          // no yes no
  tbb::concurrent_unordered_map<int, Plain> um;                // yes yes unknown
  tbb::concurrent_unordered_set<int> us;                       // yes yes yes
  tbb::concurrent_map<int, Plain> m;                           // yes yes unknown
  tbb::concurrent_set<int> s;                                  // yes yes yes
  tbb::concurrent_multimap<int, int> mm;                       // yes yes unknown
  tbb::concurrent_unordered_multimap<int, int> umm;            // yes yes unknown
  tbb::spin_mutex sm;                                          // yes yes yes
  tbb::spin_rw_mutex srm;                                      // yes yes yes
  tbb::queuing_mutex qm;                                       // yes yes yes
  tbb::queuing_rw_mutex qrm;                                   // yes yes yes
  tbb::speculative_spin_mutex ssm;                             // yes yes yes
  tbb::speculative_spin_rw_mutex ssrm;                         // yes yes yes
  tbb::null_mutex nm;                                          // yes yes yes
  tbb::spin_mutex::scoped_lock sl;                             // no yes no
  tbb::queuing_mutex::scoped_lock qsl;                         // no yes no
  tbb::spin_rw_mutex::scoped_lock srsl;                        // no yes no
  tbb::queuing_rw_mutex::scoped_lock qrsl;                     // no yes no
  tbb::task_group tg;                                          // yes yes yes
  tbb::task_arena ta;                                          // yes yes yes
  tbb::task_group_context tgc;                                 // yes yes yes
  tbb::enumerable_thread_specific<Plain> ets;                  // yes yes yes
  tbb::enumerable_thread_specific<Bound> etsb;                 // no no no
  tbb::combinable<Plain> com;                                  // yes yes yes
  tbb::blocked_range<int> br;                                  // yes yes no
  tbb::flow::graph g;                                          // yes yes unknown
  tbb::cache_aligned_allocator<int> al;                        // yes yes yes
  tbb::global_control gc;                                      // yes yes no
};
