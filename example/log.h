// A log that writes on a thread of its own, so that workers never wait for the disk.
#pragma once

#include <condition_variable>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace pages {

class Log {
 public:
  /// `out` must live longer than the log.
  explicit Log(std::ostream& out);
  ~Log();

  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(std::string_view line);

 private:
  void drain();
  bool has_work() const { return closing_ || !pending_.empty(); }  // with the lock held

  std::ostream& out_;  // touched by the writer thread alone
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::string> pending_;
  bool closing_ = false;
  std::thread writer_;
};

}  // namespace pages
