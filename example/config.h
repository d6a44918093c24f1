// The configuration. Readers take a snapshot; a reload swaps in a new one.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

namespace pages {

struct Config {
  std::string greeting = "hello";
  std::size_t cache_pages = 64;
  unsigned workers = 4;
  unsigned report_every = 8;
};

class ConfigStore {
 public:
  explicit ConfigStore(Config first) : current_(std::make_shared<const Config>(std::move(first))) {}

  std::shared_ptr<const Config> snapshot() const {
    std::lock_guard lock(mutex_);
    return current_;
  }

  /// Reads `text` ("key=value" lines) over the current values. Unknown keys are left alone.
  void reload(const std::string& text);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Config> current_;
};

}  // namespace pages
