// needs /usr/include/boost/smart_ptr.hpp
#include "../own.h"
#include <boost/smart_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <boost/smart_ptr/local_shared_ptr.hpp>
#include <boost/smart_ptr/atomic_shared_ptr.hpp>
#include <boost/optional.hpp>
#include <boost/variant.hpp>
#include <boost/variant2/variant.hpp>
#include <boost/any.hpp>
#include <boost/array.hpp>
#include <boost/function.hpp>
#include <boost/tuple/tuple.hpp>
#include <boost/circular_buffer.hpp>
#include <boost/container/vector.hpp>
#include <boost/container/small_vector.hpp>
#include <boost/container/static_vector.hpp>
#include <boost/container/stable_vector.hpp>
#include <boost/container/flat_map.hpp>
#include <boost/container/flat_set.hpp>
#include <boost/container/deque.hpp>
#include <boost/container/list.hpp>
#include <boost/container/map.hpp>
#include <boost/container/set.hpp>
#include <boost/container/string.hpp>
#include <boost/unordered_map.hpp>
#include <boost/unordered_set.hpp>
#include <boost/multi_index_container.hpp>
#include <boost/multi_index/ordered_index.hpp>
#include <boost/multi_index/identity.hpp>
#include <boost/bimap.hpp>
#include <boost/ptr_container/ptr_vector.hpp>
#include <boost/utility/string_view.hpp>
#include <boost/filesystem/path.hpp>
#include <boost/date_time/posix_time/posix_time.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <boost/regex.hpp>
#include <boost/signals2.hpp>
#include <boost/lockfree/queue.hpp>
#include <boost/lockfree/stack.hpp>
#include <boost/lockfree/spsc_queue.hpp>
#include <boost/atomic.hpp>
#define BOOST_THREAD_VERSION 5
#include <boost/thread.hpp>
#include <boost/thread/synchronized_value.hpp>
#include <boost/thread/latch.hpp>
#include <boost/thread/null_mutex.hpp>
#include <boost/thread/strict_lock.hpp>
#include <boost/thread/sync_queue.hpp>
#include <boost/thread/shared_lock_guard.hpp>
#include <boost/pool/object_pool.hpp>
#include <boost/dynamic_bitset.hpp>
#include <boost/property_tree/ptree.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/system/error_code.hpp>
#include <boost/multiprecision/cpp_int.hpp>

struct Counted : boost::intrusive_ref_counter<Counted, boost::thread_unsafe_counter> { int v; };
struct CountedSafe : boost::intrusive_ref_counter<CountedSafe, boost::thread_safe_counter> { int v; };
struct CountedDefault : boost::intrusive_ref_counter<CountedDefault> { int v; };
struct ByHand { int count = 0; int v; };
inline void intrusive_ptr_add_ref(ByHand* p) { ++p->count; }
inline void intrusive_ptr_release(ByHand* p) { if (--p->count == 0) delete p; }
struct ByHandAtomic { std::atomic<int> count = 0; int v; };
inline void intrusive_ptr_add_ref(ByHandAtomic* p) { ++p->count; }
inline void intrusive_ptr_release(ByHandAtomic* p) { if (--p->count == 0) delete p; }
struct Friendly { 
  friend void intrusive_ptr_add_ref(const Friendly* p) { p->count++; }
  friend void intrusive_ptr_release(const Friendly* p) { if (--p->count == 0) delete p; }
  mutable int count = 0; int v; };

struct Rows {
  boost::shared_ptr<Plain> sp;                                 // if_unique if_unique no
  boost::shared_ptr<const Plain> spc;                          // yes yes no
  boost::shared_ptr<Bound> spb;                                // no no no
  boost::shared_ptr<int[]> spa;                                // if_unique if_unique no
  boost::weak_ptr<Plain> wp;                                   // if_unique if_unique no
  boost::shared_ptr<Monitor> spm;                              // yes yes no
  boost::scoped_ptr<Plain> scp;                                // yes if_unique no
  boost::scoped_array<Plain> sca;                              // yes if_unique no
  boost::shared_array<Plain> sha;                              // if_unique if_unique no
  boost::local_shared_ptr<Plain> lsp;                          // no no no
  boost::atomic_shared_ptr<const Plain> asp;                   // yes yes yes
  boost::intrusive_ptr<Plain> ip;                              // if_unique if_unique no
  boost::intrusive_ptr<Counted> ipc;                           // no no no
  boost::intrusive_ptr<CountedSafe> ips;                       // if_unique if_unique no
  boost::intrusive_ptr<CountedDefault> ipd;                    // if_unique if_unique no
  boost::intrusive_ptr<ByHand> iph;                            // no no no
  boost::intrusive_ptr<ByHandAtomic> ipha;                     // if_unique if_unique no
  boost::intrusive_ptr<Friendly> ipf;                          // no no no
  boost::optional<Plain> opt;                                  // yes yes no
  boost::optional<Cell> optc;                                  // yes no no
  boost::variant<Plain, Bound> var;                            // no yes no
  boost::variant2::variant<Plain, Bound> var2;                 // no yes no
  boost::any any;                                              // unknown unknown no
  boost::array<Plain, 3> arr;                                  // yes yes no
  boost::function<void()> fn;                                  // unknown unknown no
  boost::tuple<int, Bound> tup;                                // no yes no
  boost::circular_buffer<Plain> cb;                            // yes yes no
  boost::container::vector<Plain> cv;                          // yes yes no
  boost::container::vector<Bound> cvb;                         // no yes no
  boost::container::small_vector<Plain, 3> csv;                // yes yes no
  boost::container::static_vector<Plain, 3> cstv;              // yes yes no
  boost::container::stable_vector<Plain> cstab;                // yes yes no
  boost::container::flat_map<int, Plain> cfm;                  // yes yes no
  boost::container::flat_set<int> cfs;                         // yes yes no
  boost::container::deque<Plain> cd;                           // yes yes no
  boost::container::list<Plain> cl;                            // yes yes no
  boost::container::map<int, Plain> cm;                        // yes yes no
  boost::container::map<int, Bound> cmb;                       // no yes no
  boost::container::set<int> cs;                               // yes yes no
  boost::container::string cstr;                               // yes yes no
  boost::unordered_map<int, Plain> um;                         // yes yes no
  boost::unordered_multimap<int, Plain> umm;                   // yes yes no
  boost::unordered_set<int> us;                                // yes yes no
  boost::multi_index_container<Plain, boost::multi_index::indexed_by<boost::multi_index::ordered_unique<boost::multi_index::member<Plain,int,&Plain::value>>>> mic; // yes yes no
  boost::bimap<int, int> bm;                                   // yes yes no
  boost::ptr_vector<Plain> pv;                                 // yes if_unique no
  boost::string_view sv;                                       // yes yes no
  boost::filesystem::path path;                                // yes yes no
  boost::posix_time::ptime ptime;                              // yes yes no
  boost::posix_time::time_duration td;                         // yes yes no
  boost::gregorian::date date;                                 // yes yes no
  boost::uuids::uuid uuid;                                     // yes yes no
  boost::random::mt19937 rng;                                  // yes yes no
  boost::regex re;                                             // yes yes no
  boost::smatch sm;                                            // yes yes no
  boost::signals2::signal<void()> sig;                         // unknown unknown unknown
  boost::signals2::connection conn;                            // yes yes no
  boost::lockfree::queue<int> lq;                              // yes yes yes
  boost::lockfree::stack<int> ls;                              // yes yes yes
  boost::lockfree::spsc_queue<int> spsc;                       // yes no unknown
  boost::lockfree::queue<Plain*> lqp;                          // if_unique if_unique if_unique
  boost::atomic<int> at;                                       // yes yes yes
  boost::atomic<Plain*> atp;                                   // if_unique if_unique if_unique
  boost::atomic_flag af;                                       // yes yes yes
  boost::thread th;                                            // yes yes no
  boost::thread_group tg;                                      // yes yes yes
  boost::thread::id tid;                                       // yes yes no
  boost::thread_specific_ptr<Plain> tsp;                       // yes yes yes
  boost::mutex mx;                                             // yes yes yes
  boost::timed_mutex tmx;                                      // yes yes yes
  boost::recursive_mutex rmx;                                  // yes yes yes
  boost::recursive_timed_mutex rtmx;                           // yes yes yes
  boost::shared_mutex smx;                                     // yes yes yes
  boost::upgrade_mutex umx;                                    // yes yes yes
  boost::detail::spinlock sl;                                  // yes yes yes
  boost::null_mutex nm;                                        // yes yes yes
  boost::condition_variable cvv;                               // yes yes yes
  boost::condition_variable_any cva;                           // yes yes yes
  boost::once_flag once;                                       // yes yes yes
  boost::barrier bar;                                          // yes yes yes
  boost::latch latch;                                          // yes yes yes
  boost::lock_guard<boost::mutex> lg;                          // no yes no
  boost::unique_lock<boost::mutex> ul;                         // no yes no
  boost::shared_lock<boost::shared_mutex> sl2;                 // no yes no
  boost::upgrade_lock<boost::shared_mutex> upl;                // no yes no
  boost::upgrade_to_unique_lock<boost::shared_mutex> uul;      // no yes no
  boost::shared_lock_guard<boost::shared_mutex> slg;           // no yes no
  boost::strict_lock<boost::mutex> stl;                        // no yes no
  boost::synchronized_value<Plain> syv;                        // yes yes yes
  boost::synchronized_value<Bound> syvb;                       // no no no
  boost::sync_queue<Plain> syq;                                // yes yes yes
  boost::future<Plain> fut;                                    // yes yes no
  boost::shared_future<Plain> sfut;                            // yes yes no
  boost::promise<Plain> prom;                                  // yes yes yes
  boost::packaged_task<int()> pt;                              // unknown unknown no
  boost::dynamic_bitset<> dbs;                                 // yes yes no
  boost::property_tree::ptree ptree;                           // yes yes no
  boost::system::error_code ec;                                // yes yes no
  boost::multiprecision::cpp_int big;                          // yes yes no
  boost::object_pool<Plain> op;                                // yes yes no
};
