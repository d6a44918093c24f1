#include "log.h"

namespace pages {

Log::Log(std::ostream& out) : out_(out) {
  pending_.reserve(32);
  writer_ = std::thread(&Log::drain, this);
}

Log::~Log() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  writer_.join();
  out_.flush();
}

void Log::write(std::string_view line) {
  {
    std::lock_guard lock(mutex_);
    pending_.emplace_back(line);
  }
  wake_.notify_one();
}

void Log::drain() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return has_work(); });
    if (pending_.empty() && closing_) return;
    std::vector<std::string> batch;
    batch.swap(pending_);
    lock.unlock();
    for (const std::string& line : batch) out_ << line << '\n';
    lock.lock();
  }
}

}  // namespace pages
