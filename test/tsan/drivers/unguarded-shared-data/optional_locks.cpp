#include "test/fixtures/unguarded-shared-data/optional_locks.cpp"

#include "test/tsan/both.h"

void reject() {
  Shared shared(true);
  both([&] { shared.reset(); }, [&] { shared.set(1); });
}

void accept() {
  Socket shared(true);
  both([&] { shared.set(1); }, [&] { shared.exchange(2); });
  Socket own(false);
  own.set(1);
  own.reset();
}
