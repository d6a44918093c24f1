#define main fixture_main
#include "test/fixtures/unguarded-shared-data/pthreads.cpp"
#undef main

void reject() { fixture_main(); }

// The thread alone: what follows is after the join.
void accept() {
  Counter counter;
  pthread_t thread;
  pthread_create(&thread, nullptr, work, &counter);
  pthread_mutex_lock(&counter.mutex);
  ++counter.guarded;
  pthread_mutex_unlock(&counter.mutex);
  pthread_join(thread, nullptr);
  ++counter.bare;
  ++ticks;
}
