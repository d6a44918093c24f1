// Other libraries' types, by the names that their headers give them: only what the headers would declare. The programs in
// libraries/ have the same over the headers themselves, where these are installed.
#include "own.h"

#include <atomic>

namespace boost {
namespace sp_adl_block {
struct thread_unsafe_counter {};
struct thread_safe_counter {};
template <class T, class Policy = thread_safe_counter> struct intrusive_ref_counter { mutable int count; };
}  // namespace sp_adl_block
using namespace sp_adl_block;
template <class T> struct intrusive_ptr { T* pointer; };
template <class T> struct local_shared_ptr { T* pointer; };
template <class T> struct shared_ptr { T* pointer; };
template <class T> struct atomic_shared_ptr { T* pointer; };
namespace unordered {
template <class K, class V> struct unordered_map { void* table; };
template <class K, class V> struct concurrent_flat_map { void* table; };
}  // namespace unordered
namespace lockfree {
template <class T> struct queue { T* head; };
template <class T> struct stack { T* head; };
template <class T> struct spsc_queue { T* ring; };
}  // namespace lockfree
template <class T> struct synchronized_value { T value; };
struct thread { struct id { void* data; }; void* data; };
template <class T> struct future { void* state; };
template <class M> struct unique_lock { M* mutex; };
struct mutex { int state; };
struct recursive_mutex { int state; };
namespace asio {
struct io_context { struct strand { void* impl; }; void* impl; };
template <class E> struct strand { E executor; };
struct any_io_executor { void* target; };
template <class P> struct basic_stream_socket { void* impl; };
template <class C> struct basic_waitable_timer { void* impl; };
namespace ssl { struct context { void* handle; }; }
}  // namespace asio
}  // namespace boost

struct Unsafe : boost::intrusive_ref_counter<Unsafe, boost::thread_unsafe_counter> {};
struct Safe : boost::intrusive_ref_counter<Safe> {};
struct Counted { int count; };
inline void intrusive_ptr_add_ref(Counted* object) { ++object->count; }
inline void intrusive_ptr_release(Counted* object) { if (--object->count == 0) delete object; }
struct Atomically { std::atomic<int> count; };
inline void intrusive_ptr_add_ref(Atomically* object) { ++object->count; }
inline void intrusive_ptr_release(Atomically* object) { if (--object->count == 0) delete object; }
class Befriended {
  friend void intrusive_ptr_add_ref(const Befriended* object) { object->count_ += 1; }
  friend void intrusive_ptr_release(const Befriended* object) { object->count_ -= 1; }
  mutable int count_;
};

namespace tbb {
template <class T> struct concurrent_queue { T* head; };
namespace detail {
namespace d1 {
template <class T> struct concurrent_vector { T* table; };
template <class K, class V> struct concurrent_unordered_map { V* table; };
template <class T> struct enumerable_thread_specific { T* table; };
template <class M> struct unique_scoped_lock { M* mutex; };
struct spin_mutex { int flag; };
}  // namespace d1
namespace d2 {
template <class K, class V> struct concurrent_hash_map { struct accessor { V* value; }; V* table; };
}  // namespace d2
}  // namespace detail
}  // namespace tbb

struct QObject { virtual ~QObject(); void* d; };
struct QTimer : QObject {};
struct QWidget : QObject {};
struct QLabel : QWidget {};
struct QPainter { void* d; };
struct QPixmap { void* d; };
struct QImage { void* d; };
struct QString { void* d; };
struct QFileInfo { void* d; };
struct QVariant { void* d; };
template <class T> struct QList { void* d; };
template <class T> struct QPointer { void* d; };
template <class T> struct QSharedPointer { void* d; };
template <class T> struct QSharedDataPointer { void* d; };
template <class T> struct QFuture { void* d; };
struct QMutex { void* d; };
struct QReadWriteLock { void* d; };
struct QMutexLocker { void* d; };
struct QThreadPool { void* d; };
struct QThread : QObject {};

namespace absl {
struct Mutex { long state; };
struct MutexLock { Mutex* mutex; };
struct Cord { void* tree; };
struct Status { void* rep; };
struct Time { long value; };
template <class K, class V> struct flat_hash_map { void* table; };
template <class T> struct StatusOr { void* rep; };
template <class F> struct AnyInvocable { void* target; };
}  // namespace absl

namespace folly {
template <class T, class M = int> struct Synchronized { T value; };
template <class F> struct Function { void* target; };
template <class S, class P> struct LockedPtr { S* parent; };
template <class T> struct Future { void* core; };
template <class T> struct ProducerConsumerQueue { T* ring; };
template <class T> struct MPMCQueue { T* ring; };
template <class K, class V> struct F14FastMap { void* table; };
struct Executor {
  template <class E> struct KeepAlive { E* executor; };
  virtual ~Executor();
};
struct CPUThreadPoolExecutor : Executor { void* queue; };
struct EventBase : Executor { void* base; };
struct AsyncSocket { void* base; };
struct IOBuf { void* data; };
}  // namespace folly

extern "C" {
typedef struct { void* lock; } omp_lock_t;
typedef struct { void* lock; } omp_nest_lock_t;
typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
typedef struct sqlite3_context sqlite3_context;
typedef struct sqlite3_mutex sqlite3_mutex;
typedef void CURL;
typedef void CURLM;
typedef void CURLSH;
typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct evp_md_ctx_st EVP_MD_CTX;
typedef struct evp_md_st EVP_MD;
typedef struct evp_pkey_st EVP_PKEY;
typedef struct lua_State lua_State;
typedef struct _object PyObject;
typedef struct _ts PyThreadState;
typedef struct _GObject GObject;
typedef union _GMutex { void* pointer; } GMutex;
typedef struct _GMainContext GMainContext;
typedef struct _GHashTable GHashTable;
typedef struct _GVariant GVariant;
typedef struct _GtkLabel GtkLabel;
}
struct JNIEnv_;
typedef JNIEnv_ JNIEnv;
struct JavaVM_;
typedef JavaVM_ JavaVM;
class _jobject {};
class _jstring : public _jobject {};
struct _jmethodID;

struct Rows {
  boost::intrusive_ptr<Plain> intrusive;                              // if_unique if_unique no
  boost::intrusive_ptr<Unsafe> unsafe;                                // no no no
  boost::intrusive_ptr<Safe> safe;                                    // yes yes no
  boost::intrusive_ptr<Counted> counted;                              // no no no
  boost::intrusive_ptr<Atomically> atomically;                        // yes yes no
  boost::intrusive_ptr<Befriended> befriended;                        // no no no
  boost::local_shared_ptr<Monitor> local;                             // no no no
  boost::shared_ptr<Monitor> shared;                                  // yes yes no
  boost::atomic_shared_ptr<const Plain> atomic_shared;                // yes yes yes
  boost::unordered::unordered_map<int, Bound> unordered;              // no yes no
  boost::unordered::concurrent_flat_map<int, Plain> concurrent_flat;  // yes yes yes
  boost::lockfree::queue<Plain> lockfree_queue;                       // yes yes yes
  boost::lockfree::stack<Plain*> lockfree_stack;                      // if_unique if_unique if_unique
  boost::lockfree::spsc_queue<int> spsc;                              // yes no unknown
  boost::synchronized_value<Cell> synchronized_value;                 // yes yes yes
  boost::thread thread;                                               // yes yes no
  boost::thread::id id;                                               // yes yes no
  boost::future<Plain> future;                                        // yes yes no
  boost::unique_lock<boost::mutex> lock;                              // no yes no
  boost::recursive_mutex recursive;                                   // yes yes yes
  boost::asio::io_context context;                                    // yes yes yes
  boost::asio::io_context::strand context_strand;                     // yes yes yes
  boost::asio::strand<boost::asio::any_io_executor> strand;           // yes yes no
  boost::asio::basic_stream_socket<int> socket;                       // yes no no
  boost::asio::basic_waitable_timer<int> timer;                       // yes no no
  boost::asio::ssl::context ssl;                                      // yes unknown no
  tbb::concurrent_queue<Plain> tbb_queue;                             // yes yes yes
  tbb::detail::d1::concurrent_vector<Plain> tbb_vector;               // yes yes unknown
  tbb::detail::d1::concurrent_vector<Monitor> tbb_monitors;           // yes yes yes
  tbb::detail::d1::concurrent_unordered_map<int, Plain> tbb_map;      // yes yes unknown
  tbb::detail::d1::enumerable_thread_specific<Bound> tbb_own;         // no no no
  tbb::detail::d2::concurrent_hash_map<int, Plain> tbb_hash;          // yes yes yes
  tbb::detail::d2::concurrent_hash_map<int, Plain>::accessor access;  // no yes no
  tbb::detail::d1::spin_mutex spin;                                   // yes yes yes
  tbb::detail::d1::unique_scoped_lock<tbb::detail::d1::spin_mutex> scoped;  // no yes no
  QTimer* qtimer;                                                     // no no no
  QLabel* qlabel;                                                     // no no no
  QThread* qthread;                                                   // no no no
  QPointer<QLabel> qpointer;                                          // no no no
  QPainter qpainter;                                                  // unknown no no
  QPixmap qpixmap;                                                    // no no no
  QImage qimage;                                                      // yes yes no
  QString qstring;                                                    // yes yes no
  QFileInfo qfileinfo;                                                // yes no no
  QVariant qvariant;                                                  // unknown unknown no
  QList<QObject*> qlist;                                              // no no no
  QSharedPointer<const Plain> qshared;                                // yes yes no
  QSharedDataPointer<Cell> qdata;                                     // no no no
  QFuture<Plain> qfuture;                                             // yes yes no
  QMutex qmutex;                                                      // yes yes yes
  QReadWriteLock qrwlock;                                             // yes yes yes
  QMutexLocker qlocker;                                               // no yes no
  QThreadPool qpool;                                                  // yes yes yes
  absl::Mutex absl_mutex;                                             // yes yes yes
  absl::MutexLock absl_lock;                                          // no yes no
  absl::Cord cord;                                                    // yes yes no
  absl::Status status;                                                // yes yes no
  absl::Time time;                                                    // yes yes no
  absl::flat_hash_map<int, Bound> absl_map;                           // no yes no
  absl::StatusOr<Bound> status_or;                                    // no yes no
  absl::AnyInvocable<void()> invocable;                               // unknown unknown no
  folly::Synchronized<Plain> synchronized;                            // yes yes yes
  folly::Synchronized<Cell> synchronized_cell;                        // yes no no
  folly::Function<void()> folly_function;                             // unknown unknown no
  folly::LockedPtr<int, int> locked;                                  // no yes no
  folly::Future<Bound> folly_future;                                  // no unknown no
  folly::ProducerConsumerQueue<int> producer;                         // yes no unknown
  folly::MPMCQueue<Bound> mpmc;                                       // no no no
  folly::F14FastMap<int, Plain> f14;                                  // yes yes no
  folly::Executor* executor;                                          // yes yes no
  folly::CPUThreadPoolExecutor* pool;                                 // yes yes no
  folly::Executor::KeepAlive<int> keep_alive;                         // yes yes no
  folly::EventBase* event_base;                                       // no no no
  folly::AsyncSocket* async_socket;                                   // no no no
  folly::IOBuf iobuf;                                                 // if_unique yes no
  omp_lock_t omp;                                                     // yes yes yes
  omp_nest_lock_t omp_nest;                                           // yes yes yes
  sqlite3* database;                                                  // if_unique unknown no
  sqlite3_stmt* statement;                                            // if_unique unknown no
  sqlite3_context* sql_function;                                      // no no no
  sqlite3_mutex* sql_mutex;                                           // yes yes no
  CURL* easy;                                                         // if_unique no no
  CURLM* multi;                                                       // if_unique no no
  CURLSH* share;                                                      // if_unique unknown no
  SSL* tls;                                                           // if_unique no no
  SSL_CTX* tls_context;                                               // if_unique unknown no
  EVP_MD_CTX* digest;                                                 // if_unique no no
  const EVP_MD* algorithm;                                            // yes yes no
  const EVP_PKEY* public_key;                                         // yes yes no
  lua_State* lua;                                                     // if_unique no no
  PyObject* python;                                                   // unknown unknown no
  PyThreadState* python_thread;                                       // no no no
  JNIEnv* java;                                                       // no no no
  _jstring* java_string;                                              // unknown unknown no
  _jmethodID* java_method;                                            // yes yes no
  JavaVM* java_machine;                                               // yes yes no
  GObject* gobject;                                                   // if_unique unknown no
  GMutex gmutex;                                                      // yes yes yes
  GMainContext* gcontext;                                             // yes yes no
  GHashTable* gtable;                                                 // if_unique if_unique no
  GVariant* gvariant;                                                 // yes yes no
  GtkLabel* gtk;                                                      // no no no
};
