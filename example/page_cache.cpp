#include "page_cache.h"

namespace pages {

std::optional<std::string> PageCache::find(const std::string& path) {
  std::lock_guard lock(mutex_);
  ++lookups_;
  const auto found = index_.find(path);
  if (found == index_.end()) return std::nullopt;
  ++hits_;
  recent_.splice(recent_.begin(), recent_, found->second);
  return found->second->second;
}

void PageCache::store(const std::string& path, std::string page) {
  std::lock_guard lock(mutex_);
  if (index_.contains(path)) return;
  if (index_.size() == capacity_) evict_oldest();
  recent_.emplace_front(path, std::move(page));
  index_.emplace(path, recent_.begin());
}

void PageCache::clear() {
  std::unique_lock lock(mutex_, std::defer_lock);
  lock.lock();
  index_.clear();
  recent_.clear();
}

std::size_t PageCache::size() const {
  std::lock_guard lock(mutex_);
  return index_.size();
}

double PageCache::hit_ratio() const {
  if (lookups_ == 0) return 0;
  return static_cast<double>(hits_) / static_cast<double>(lookups_);
}

void PageCache::evict_oldest() {
  index_.erase(recent_.back().first);
  recent_.pop_back();
}

}  // namespace pages
