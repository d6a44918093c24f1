// A foreign awaitable would resume the coroutine on a thread that does not run its task. poll_fn makes it an own one.
// error: await_transform
#include <ferrule/ferrule.h>

#include <coroutine>

ferrule::Task<> wait() { co_await std::suspend_always(); }

int main() { ferrule::block_on(wait()); }
