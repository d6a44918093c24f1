// A stream is a coroutine that gives values by co_yield; adapters are streams over streams.
// prints: The value was: 6
// prints: The value was: 60
#include <ferrule/ferrule.h>

#include <cstdio>
#include <utility>

ferrule::Stream<int> doubled(int last) {
  for (int i = 1; i <= last; ++i) co_yield i * 2;
}

template <class F>
ferrule::Stream<int> filter(ferrule::Stream<int> values, F is_wanted) {
  while (auto value = co_await values.next()) {
    if (is_wanted(*value)) co_yield *value;
  }
}

ferrule::Task<> show(ferrule::Stream<int> values) {
  while (auto value = co_await values.next()) std::printf("The value was: %d\n", *value);
}

int main() {
  ferrule::block_on(show(filter(doubled(40), [](int value) { return value % 3 == 0; })));
}
