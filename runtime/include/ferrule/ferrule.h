// Everything: Rust's fearless concurrency in C++20, and <chrono> to say how long. Each header also stands alone; those
// take durations without including <chrono>.
#pragma once

#include <ferrule/annotations.h>
#include <ferrule/arc.h>
#include <ferrule/async_mutex.h>
#include <ferrule/async_scope.h>
#include <ferrule/async_time.h>
#include <ferrule/barrier.h>
#include <ferrule/cache_padded.h>
#include <ferrule/channel.h>
#include <ferrule/condvar.h>
#include <ferrule/current.h>
#include <ferrule/expected.h>
#include <ferrule/join_all.h>
#include <ferrule/latch.h>
#include <ferrule/local_executor.h>
#include <ferrule/lock_all.h>
#include <ferrule/lock_order.h>
#include <ferrule/mpmc.h>
#include <ferrule/mutex.h>
#include <ferrule/once.h>
#include <ferrule/oneshot.h>
#include <ferrule/par.h>
#include <ferrule/par_sort.h>
#include <ferrule/poison.h>
#include <ferrule/pool.h>
#include <ferrule/rc.h>
#include <ferrule/reentrant_lock.h>
#include <ferrule/rw_lock.h>
#include <ferrule/scope.h>
#include <ferrule/select.h>
#include <ferrule/semaphore.h>
#include <ferrule/send_fn.h>
#include <ferrule/snapshot.h>
#include <ferrule/stream.h>
#include <ferrule/task.h>
#include <ferrule/thread.h>
#include <ferrule/traits.h>

#include <chrono>
