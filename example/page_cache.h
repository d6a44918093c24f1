// Pages that were rendered lately. Every thread may use one cache.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace pages {

class PageCache {
 public:
  explicit PageCache(std::size_t capacity) : capacity_(capacity) { index_.reserve(capacity); }

  std::optional<std::string> find(const std::string& path);
  void store(const std::string& path, std::string page);
  void clear();

  std::size_t size() const;
  double hit_ratio() const;

 private:
  using Entry = std::pair<std::string, std::string>;

  void evict_oldest();  // with the lock held

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::list<Entry> recent_;
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;
  std::size_t hits_ = 0;
  std::size_t lookups_ = 0;
};

}  // namespace pages
