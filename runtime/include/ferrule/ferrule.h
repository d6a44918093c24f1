// Everything: Rust's fearless concurrency in C++20. Each header also stands alone.
#pragma once

#include <ferrule/annotations.h>
#include <ferrule/arc.h>
#include <ferrule/channel.h>
#include <ferrule/current.h>
#include <ferrule/expected.h>
#include <ferrule/mutex.h>
#include <ferrule/rw_lock.h>
#include <ferrule/scope.h>
#include <ferrule/thread.h>
#include <ferrule/traits.h>
