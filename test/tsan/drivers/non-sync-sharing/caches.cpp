#include "test/fixtures/non-sync-sharing/caches.cpp"

void reject() { const_that_writes(); }

void accept() { const_that_locks(); }
