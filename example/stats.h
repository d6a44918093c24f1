// What the server counts.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>

namespace pages {

/// The status code of the last refusal, for the status page.
extern int last_refusal;

class Stats {
 public:
  void served() { served_.fetch_add(1, std::memory_order_relaxed); }
  void refused(int status);
  void seen(const std::string& path);

  std::size_t served_count() const { return served_.load(std::memory_order_relaxed); }
  std::size_t refused_count() const { return refused_; }
  std::size_t visits(const std::string& path) const;

  std::string summary() const;

 private:
  std::atomic<std::size_t> served_ = 0;
  std::atomic<std::size_t> refused_ = 0;
  mutable std::shared_mutex visits_mutex_;
  std::map<std::string, std::size_t> visits_;
};

}  // namespace pages
