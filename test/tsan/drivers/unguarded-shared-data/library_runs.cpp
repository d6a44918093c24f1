#include "test/fixtures/unguarded-shared-data/library_runs.cpp"

void reject() {
  for (int i = 0; i < 100; ++i) counted::run();
}

void accept() {
  for (int i = 0; i < 20; ++i) guarded::run();
  alone::run();
}
