#include "stats.h"

#include <cstdio>

namespace pages {

int last_refusal = 0;

void Stats::refused(int status) {
  ++refused_;
  last_refusal = status;
}

void Stats::seen(const std::string& path) {
  std::unique_lock lock(visits_mutex_);
  ++visits_[path];
}

std::size_t Stats::visits(const std::string& path) const {
  std::shared_lock lock(visits_mutex_);
  const auto found = visits_.find(path);
  return found == visits_.end() ? 0 : found->second;
}

std::string Stats::summary() const {
  thread_local std::array<char, 96> line;  // every thread formats in its own buffer
  std::snprintf(line.data(), line.size(), "served %zu, refused %zu", served_count(), refused_count());
  return line.data();
}

}  // namespace pages
