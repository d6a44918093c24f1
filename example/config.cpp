#include "config.h"

#include <sstream>
#include <utility>

namespace pages {

void ConfigStore::reload(const std::string& text) {
  Config next = *snapshot();
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto split = line.find('=');
    if (split == std::string::npos) continue;
    const std::string key = line.substr(0, split);
    const std::string value = line.substr(split + 1);
    if (key == "greeting") next.greeting = value;
    if (key == "report_every") next.report_every = static_cast<unsigned>(std::stoul(value));
  }
  auto fresh = std::make_shared<const Config>(std::move(next));
  std::lock_guard lock(mutex_);
  current_.swap(fresh);
}

}  // namespace pages
