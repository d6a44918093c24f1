// A task is used up by awaiting it, which the program has to say: co_await std::move(task). Rust: E0382.
// error: await_transform
#include <ferrule/ferrule.h>

ferrule::Task<int> one() { co_return 1; }

ferrule::Task<int> twice() {
  auto task = one();
  int sum = co_await task;
  sum += co_await task;
  co_return sum;
}

int main() { return ferrule::block_on(twice()); }
