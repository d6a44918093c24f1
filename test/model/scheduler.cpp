// One execution: fibers, and who of them goes on.
#include "test/model/state.h"

#include <cxxabi.h>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <thread>

namespace ferrule::model {

Engine engine;

namespace {

void** thread_local_pointer = nullptr;
void (*at_thread_end)() = nullptr;

/// Exceptions in flight belong to a fiber, not to the system's thread.
void exchange_exceptions(Thread& thread) {
  std::array<void*, 2> mine;
  void* globals = abi::__cxa_get_globals();
  std::memcpy(mine.data(), globals, sizeof mine);
  std::memcpy(globals, thread.exceptions.data(), sizeof mine);
  thread.exceptions = mine;
  if (thread_local_pointer != nullptr) std::swap(*thread_local_pointer, thread.local);
}

void fiber_main() {
  Thread& thread = engine.threads[engine.current];
  running = {&thread.clock, engine.current};
  thread.body();
  if (at_thread_end != nullptr) at_thread_end();
  running.clock = nullptr;
  thread.is_finished = true;
  thread.body = nullptr;
  engine.say("T%u ends", engine.current);
  _longjmp(engine.scheduler, 1);
}

void on_signal(int signal) {
  if (!engine.is_running) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  running.clock = nullptr;
  fail(signal == SIGABRT ? "the program calls std::abort" : "the program uses an invalid address");
}

void install_handlers() {
  static const bool once = [] {
    // libstdc++ leaves atomics out of shared_ptr until there has been a second thread.
    std::thread([] {}).join();
    struct sigaction action{};
    action.sa_handler = on_signal;
    action.sa_flags = SA_NODEFER;
    for (int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE}) sigaction(signal, &action, nullptr);
    return true;
  }();
  (void)once;
}

void on_terminate() {
  running.clock = nullptr;
  fail("the program calls std::terminate");
}

}  // namespace

void Engine::say(const char* format, ...) {
  if (!is_tracing) return;
  char text[400];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  trace += "  ";
  trace += text;
  trace += '\n';
}

/// Runs a thread up to its next operation.
void Engine::run_thread(unsigned index) {
  Thread& thread = threads[index];
  current = index;
  exchange_exceptions(thread);
  if (_setjmp(scheduler) == 0) {
    if (!thread.is_started) {
      thread.is_started = true;
      ucontext_t context;
      getcontext(&context);
      context.uc_stack.ss_sp = stack_of(index);
      context.uc_stack.ss_size = stack_size;
      context.uc_link = nullptr;
      makecontext(&context, fiber_main, 0);
      setcontext(&context);
    }
    _longjmp(thread.at, 1);
  }
  exchange_exceptions(threads[current]);
}

void Engine::to_scheduler() {
  Thread& thread = threads[current];
  const Clock* clock = running.clock;
  if (_setjmp(thread.at) == 0) _longjmp(scheduler, 1);
  running = {clock, current};
}

/// Waits until the scheduler chooses this operation.
void Engine::reach(Pending next) {
  Thread& thread = threads[current];
  thread.next = next;
  to_scheduler();
  last = threads[current].next;
}

bool Engine::has_news(const Thread& thread) const {
  for (auto [location, index] : thread.polled)
    if (locations[location].stores.size() > index + 1) return true;
  return false;
}

bool Engine::is_enabled(const Thread& thread) const {
  if (thread.is_finished) return false;
  switch (thread.next.kind) {
    case Pending::Kind::Join:
      return threads[thread.next.thread].is_finished;
    case Pending::Kind::Await:
      return has_news(thread);
    case Pending::Kind::Sleep:
      return thread.next.has_deadline;
    default:
      return true;
  }
}

/// Who goes on if there is no reason to choose another.
unsigned Engine::default_thread(unsigned enabled) const {
  auto is_awake = [&](unsigned t) { return (enabled >> t & 1) != 0 && threads[t].next.kind != Pending::Kind::Sleep; };
  if (is_awake(previous)) return previous;
  for (unsigned t = 0; t < thread_count; ++t)
    if (is_awake(t)) return t;
  return static_cast<unsigned>(__builtin_ctz(enabled));
}

static std::string describe_blocked() {
  std::string text = "deadlock:";
  for (unsigned t = 0; t < engine.thread_count; ++t) {
    const Thread& thread = engine.threads[t];
    if (thread.is_finished) continue;
    text += " thread " + std::to_string(t);
    switch (thread.next.kind) {
      case Pending::Kind::Join:
        text += " joins thread " + std::to_string(thread.next.thread) + ";";
        break;
      case Pending::Kind::Await:
        text += " polls a" + std::to_string(thread.polled.back().first) + ", which nobody changes;";
        break;
      default:
        text += " sleeps on a" + std::to_string(thread.next.location) + ";";
    }
  }
  text.pop_back();
  return text;
}

void Engine::execute() {
  install_handlers();
  auto old_terminate = std::set_terminate(on_terminate);
  static std::uint32_t last_execution = 0;
  execution = ++last_execution;
  reset_memory(execution);
  for (Thread& thread : threads) thread = Thread();
  location_count = 1;  // 0 is none
  if (locations.empty()) locations.resize(4096);
  events.clear();
  schedule.clear();
  failure.clear();
  thread_count = 1;
  threads[0].body = *program;
  threads[0].clock.at[0] = 1;
  current = previous = sleep = stale = spurious_failures = spurious_wakes = preemptions = 0;
  depth = steps = 0;
  is_cut = false;
  is_running = true;
  bool is_over = false;
  while (!is_over && failure.empty()) {
    for (unsigned t = 0; t < thread_count && failure.empty(); ++t)
      if (!threads[t].is_started) run_thread(t);
    if (!failure.empty()) break;
    unsigned enabled = 0, unfinished = 0;
    for (unsigned t = 0; t < thread_count; ++t) {
      enabled |= is_enabled(threads[t]) ? 1u << t : 0u;
      unfinished |= threads[t].is_finished ? 0u : 1u << t;
    }
    if (enabled == 0) {
      if (unfinished != 0) failure = describe_blocked();
      is_over = true;
    } else if (++steps > options.steps) {
      failure = "livelock: no end after " + std::to_string(options.steps) + " steps";
    } else if (int chosen = pick_thread(enabled); chosen < 0) {
      is_cut = is_over = true;
    } else {
      unsigned asleep = sleep & ~(1u << chosen);
      previous = static_cast<unsigned>(chosen);
      last = Pending();
      woken = 0;
      run_thread(previous);
      sleep = still_asleep(asleep);
    }
  }
  std::size_t first = 0, size = 0;
  if (failure.empty() && !is_cut) {
    if (std::size_t leaks = count_leaks(first, size))
      failure = "leak: " + std::to_string(leaks) + " blocks, the first is allocation " + std::to_string(first) +
                " of " + std::to_string(size) + " bytes";
  }
  is_running = false;
  std::set_terminate(old_terminate);
}

std::uint32_t execution() { return engine.is_running ? engine.execution : 0; }
bool may_spin() { return engine.options.spin; }
unsigned this_thread() { return engine.current; }

void fail(const std::string& what) {
  running.clock = nullptr;
  if (engine.failure.empty()) engine.failure = what;
  engine.say("T%u: %s", engine.current, what.c_str());
  _longjmp(engine.scheduler, 1);
}

void check(bool holds, const char* what, Where where) {
  if (holds) return;
  running.clock = nullptr;
  const char* file = std::strrchr(where.file_name(), '/');
  fail(std::string("check fails: ") + what + " (" + (file != nullptr ? file + 1 : where.file_name()) + ":" +
       std::to_string(where.line()) + ")");
}

unsigned start_thread(std::function<void()> body) {
  Outside outside;
  if (engine.thread_count == max_threads) fail("the program needs more threads than the checker has");
  unsigned index = engine.thread_count++;
  Thread& parent = engine.threads[engine.current];
  Thread& thread = engine.threads[index];
  thread.body = std::move(body);
  thread.clock = parent.clock;
  thread.clock.at[index] = 1;
  thread.dependences = parent.dependences;
  ++parent.clock.at[engine.current];
  engine.say("T%u starts T%u", engine.current, index);
  return index;
}

void join_thread(unsigned index) {
  Outside outside;
  Pending join;
  join.kind = Pending::Kind::Join;
  join.thread = index;
  engine.reach(join);
  Thread& thread = engine.threads[engine.current];
  thread.clock.join(engine.threads[index].clock);
  thread.dependences.join(engine.threads[index].dependences);
  engine.say("T%u has joined T%u", engine.current, index);
}

void await_change() {
  Outside outside;
  Thread& thread = engine.threads[engine.current];
  thread.repeats = 0;
  if (thread.polled.empty()) return;
  if (!thread.saw_stale) {
    Pending await;
    await.kind = Pending::Kind::Await;
    engine.reach(await);
  }
  for (auto [location, index] : thread.polled) {
    Location& polled = engine.locations[location];
    auto newest = static_cast<std::uint32_t>(polled.stores.size() - 1);
    if (newest == index) continue;
    // A loop that polls sees the change at last; how often it does not, before, makes no difference.
    engine.note_access(polled, thread.saw_stale ? newest : index + 1);
    if (int event = polled.stores[index + 1].event; event != nobody && !thread.saw_stale) {
      thread.dependences.join(engine.events[static_cast<std::size_t>(event)].dependences);
    }
  }
  thread.saw_stale = false;
  thread.polled.clear();
}

void set_thread_local(void** pointer, void (*end)()) {
  thread_local_pointer = pointer;
  at_thread_end = end;
}

}  // namespace ferrule::model
