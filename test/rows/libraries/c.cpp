// needs /usr/include/sqlite3.h
// needs /usr/include/x86_64-linux-gnu/curl/curl.h
// needs /usr/include/openssl/ssl.h
// needs /usr/include/lua5.4/lua.h
// needs /usr/include/python3.11/Python.h
// needs /usr/include/glib-2.0/glib.h
// needs /usr/lib/jvm/default-java/include/jni.h
// include /usr/include/python3.11
// include /usr/include/glib-2.0
// include /usr/lib/x86_64-linux-gnu/glib-2.0/include
// include /usr/lib/jvm/default-java/include
// include /usr/lib/jvm/default-java/include/linux
#include "../own.h"
#include <sqlite3.h>
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/evp.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/x509.h>
#include <openssl/rand.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
extern "C" {
#include <lua5.4/lua.h>
#include <lua5.4/lauxlib.h>
}
#include <Python.h>
#include <jni.h>
#include <glib.h>
#include <glib-object.h>
#include <gio/gio.h>
#include <threads.h>
#include <semaphore.h>
#include <pthread.h>
// <omp.h> is the compiler's own, and each has another.
typedef struct { int lock[2]; } omp_lock_t;
typedef struct { int lock[4]; } omp_nest_lock_t;

struct Rows {
  omp_lock_t ol;                                               // yes yes yes
  omp_nest_lock_t onl;                                         // yes yes yes
  pthread_mutex_t pm;                                          // yes yes yes
  pthread_rwlock_t prw;                                        // yes yes yes
  pthread_spinlock_t* psl;                                     // if_unique if_unique no
  pthread_cond_t pc;                                           // yes yes yes
  pthread_barrier_t pb;                                        // yes yes yes
  sem_t sem;                                                   // yes yes yes
  mtx_t mt;                                                    // yes yes yes
  cnd_t cn;                                                    // yes yes yes
  pthread_t pt;                                                // yes yes no
  sqlite3* db;                                                 // if_unique unknown no
  sqlite3_stmt* st;                                            // if_unique unknown no
  sqlite3_blob* bl;                                            // if_unique unknown no
  sqlite3_backup* bk;                                          // if_unique unknown no
  sqlite3_mutex* sm;                                           // yes yes no
  sqlite3_value* sv;                                           // if_unique unknown no
  sqlite3_context* sctx;                                       // no no no
  CURL* curl;                                                  // if_unique no no
  CURLM* curlm;                                                // if_unique no no
  CURLSH* csh;                                                 // if_unique unknown no
  curl_slist* csl;                                             // if_unique if_unique no
  curl_mime* cmime;                                            // if_unique no no
  SSL* ssl;                                                    // if_unique no no
  SSL_CTX* sctx2;                                              // if_unique unknown no
  SSL_SESSION* sess;                                           // if_unique if_unique no
  EVP_MD_CTX* md;                                              // if_unique no no
  EVP_CIPHER_CTX* ci;                                          // if_unique no no
  EVP_PKEY_CTX* pk;                                            // if_unique no no
  EVP_MAC_CTX* mac;                                            // if_unique no no
  EVP_KDF_CTX* kdf;                                            // if_unique no no
  HMAC_CTX* hm;                                                // if_unique no no
  EVP_MD* emd;                                                 // yes yes no
  EVP_CIPHER* eci;                                             // yes yes no
  const EVP_MD* cemd;                                          // yes yes no
  EVP_PKEY* pkey;                                              // if_unique if_unique no
  X509* x;                                                     // if_unique if_unique no
  X509_CRL* crl;                                               // if_unique if_unique no
  X509_STORE* xs;                                              // yes yes no
  X509_STORE_CTX* xsc;                                         // if_unique no no
  BIO* bio;                                                    // if_unique no no
  BIGNUM* bn;                                                  // if_unique if_unique no
  BN_CTX* bnc;                                                 // if_unique no no
  RSA* rsa;                                                    // if_unique if_unique no
  EC_KEY* ec;                                                  // if_unique if_unique no
  OSSL_LIB_CTX* olc;                                           // yes yes no
  lua_State* L;                                                // if_unique no no
  lua_Debug* ld;                                               // if_unique no no
  luaL_Buffer* lb;                                             // if_unique no no
  PyObject* po;                                                // unknown unknown no
  PyTypeObject* pto;                                           // unknown unknown no
  PyThreadState* pts;                                          // no no no
  PyInterpreterState* pis;                                     // unknown unknown no
  PyGILState_STATE gs;                                         // yes yes no
  JNIEnv* env;                                                 // no no no
  jobject jo;                                                  // unknown unknown no
  jstring js;                                                  // unknown unknown no
  jclass jc;                                                   // unknown unknown no
  jobjectArray joa;                                            // unknown unknown no
  jthrowable jt;                                               // unknown unknown no
  jmethodID jm;                                                // yes yes no
  jfieldID jf;                                                 // yes yes no
  JavaVM* vm;                                                  // yes yes no
  GMutex gm;                                                   // yes yes yes
  GRecMutex grm;                                               // yes yes yes
  GRWLock grw;                                                 // yes yes yes
  GCond gc;                                                    // yes yes yes
  GOnce go;                                                    // yes yes yes
  GAsyncQueue* gaq;                                            // yes yes no
  GThreadPool* gtp;                                            // yes yes no
  GThread* gth;                                                // if_unique if_unique no
  GObject* gob;                                                // if_unique unknown no
  GMainContext* gmc;                                           // yes yes no
  GMainLoop* gml;                                              // yes yes no
  GSource* gsrc;                                               // yes yes no
  GHashTable* ght;                                             // if_unique if_unique no
  GList* gl;                                                   // if_unique if_unique no
  GSList* gsl;                                                 // if_unique if_unique no
  GArray* ga;                                                  // if_unique if_unique no
  GByteArray* gba;                                             // if_unique if_unique no
  GBytes* gby;                                                 // yes yes no
  GPtrArray* gpa;                                              // if_unique if_unique no
  GString* gstr;                                               // if_unique if_unique no
  GQueue* gq;                                                  // if_unique if_unique no
  GVariant* gv;                                                // yes yes no
  GError* ge;                                                  // if_unique if_unique no
  GCancellable* gcan;                                          // yes yes no
  GFile* gf;                                                   // if_unique unknown no
  GTask* gt;                                                   // if_unique unknown no
  GInputStream* gis;                                           // if_unique unknown no
  GSettings* gset;                                             // if_unique unknown no
  GMutexLocker* gmlk;                                          // no if_unique no
};
