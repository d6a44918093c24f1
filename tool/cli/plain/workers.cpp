#include "tool/cli/plain/workers.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

namespace ferrule::cli {
namespace {

// A process that ends between two tasks must not end this one, too.
class IgnoredPipeSignal {
 public:
  IgnoredPipeSignal() : before_(signal(SIGPIPE, SIG_IGN)) {}
  IgnoredPipeSignal(const IgnoredPipeSignal&) = delete;
  IgnoredPipeSignal& operator=(const IgnoredPipeSignal&) = delete;
  ~IgnoredPipeSignal() { signal(SIGPIPE, before_); }

 private:
  void (*before_)(int);
};

bool write_all(int descriptor, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = write(descriptor, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool read_all(int descriptor, char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = read(descriptor, data, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

void set_limits() {
  // Deeply nested code recurses deeply; the main thread's stack grows up to what is allowed at that time.
  rlimit stack{};
  constexpr rlim_t wanted = 64u << 20;
  if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur != RLIM_INFINITY && stack.rlim_cur < wanted) {
    stack.rlim_cur = stack.rlim_max == RLIM_INFINITY ? wanted : std::min(wanted, stack.rlim_max);
    setrlimit(RLIMIT_STACK, &stack);
  }
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
}

[[noreturn]] void serve(int tasks, int results, const std::function<std::string(std::size_t)>& work) {
  set_limits();
  std::uint64_t task = 0;
  while (read_all(tasks, reinterpret_cast<char*>(&task), sizeof task)) {
    const std::string bytes = work(task);
    const std::uint64_t size = bytes.size();
    if (!write_all(results, reinterpret_cast<const char*>(&size), sizeof size)) break;
    if (!write_all(results, bytes.data(), bytes.size())) break;
  }
  _exit(0);  // what this process has inherited is not its to flush
}

struct Worker {
  pid_t process = -1;
  int tasks = -1;
  int results = -1;
  std::size_t task = 0;
  bool is_busy = false;
  std::string received = {};
};

std::string death_of(int status) {
  if (!WIFSIGNALED(status)) return "ended early";
  return WTERMSIG(status) == SIGKILL ? "was killed, as by a lack of memory" : "crashed";
}

class Crew {
 public:
  Crew(std::size_t count, const std::function<std::string(std::size_t)>& work,
       const std::function<void(TaskResult)>& take)
      : count_(count), work_(work), take_(take) {}
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() {
    while (!workers_.empty()) dismiss(workers_.size() - 1);
  }

  /// False if no process can be started.
  bool hire() {
    std::array<int, 2> tasks{};
    std::array<int, 2> results{};
    if (pipe(tasks.data()) != 0) return false;
    if (pipe(results.data()) != 0) return close(tasks[0]), close(tasks[1]), false;
    std::fflush(nullptr);
    const pid_t process = fork();
    if (process == 0) {
      // The others must see their pipes' ends when this process lives longer than the first.
      for (const Worker& other : workers_) close(other.tasks), close(other.results);
      close(tasks[1]);
      close(results[0]);
      serve(tasks[0], results[1], work_);
    }
    close(tasks[0]);
    close(results[1]);
    if (process < 0) return close(tasks[1]), close(results[0]), false;
    workers_.push_back({process, tasks[1], results[0]});
    return true;
  }

  void run() {
    for (std::size_t i = 0; i < workers_.size(); ++i) assign(workers_[i]);
    while (std::ranges::any_of(workers_, &Worker::is_busy)) {
      std::vector<pollfd> waiting;
      for (const Worker& worker : workers_) waiting.push_back({worker.is_busy ? worker.results : -1, POLLIN, 0});
      if (poll(waiting.data(), waiting.size(), -1) < 0) continue;
      for (std::size_t i = waiting.size(); i-- > 0;)
        if (waiting[i].revents != 0 && !receive(workers_[i])) replace(i);
    }
  }

 private:
  void assign(Worker& worker) {
    worker.is_busy = next_ < count_;
    if (!worker.is_busy) return;
    worker.task = next_++;
    const std::uint64_t task = worker.task;
    write_all(worker.tasks, reinterpret_cast<const char*>(&task), sizeof task);  // if it is gone, its results end
  }

  /// False at the end of what the worker can say.
  bool receive(Worker& worker) {
    std::array<char, 1u << 16> chunk;
    const ssize_t got = read(worker.results, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) return true;
    if (got <= 0) return false;
    worker.received.append(chunk.data(), static_cast<std::size_t>(got));
    std::uint64_t size = 0;
    if (worker.received.size() < sizeof size) return true;
    std::memcpy(&size, worker.received.data(), sizeof size);
    if (worker.received.size() - sizeof size < size) return true;
    TaskResult result{worker.task, worker.received.substr(sizeof size)};
    worker.received.clear();
    assign(worker);  // first, so that it does not wait while the result is taken
    take_(std::move(result));
    return true;
  }

  int dismiss(std::size_t index) {
    const Worker worker = workers_[index];
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(index));
    close(worker.tasks);
    close(worker.results);
    int status = 0;
    while (waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
  }

  void replace(std::size_t index) {
    const std::size_t task = workers_[index].task;
    const std::string death = death_of(dismiss(index));
    take_({task, "", death});
    if (next_ < count_ && hire()) assign(workers_.back());
    // Without a successor, and without colleagues, what is left would never be done.
    if (workers_.empty())
      while (next_ < count_) take_({next_++, "", "could not be started"});
  }

  std::size_t count_;
  std::size_t next_ = 0;
  const std::function<std::string(std::size_t)>& work_;
  const std::function<void(TaskResult)>& take_;
  std::vector<Worker> workers_;
};

}  // namespace

bool run_in_workers(std::size_t count, unsigned jobs, const std::function<std::string(std::size_t)>& work,
                    const std::function<void(TaskResult)>& take) {
  const IgnoredPipeSignal ignored;
  Crew crew(count, work, take);
  const std::size_t wanted = std::min<std::size_t>(jobs, count);
  std::size_t hired = 0;
  while (hired < wanted && crew.hire()) ++hired;
  if (hired == 0) return count == 0;
  crew.run();
  return true;
}

}  // namespace ferrule::cli
