#include "checks/knowledge/names.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ferrule::knowledge {

std::vector<std::string> expand_braces(const std::string& name) {
  const std::size_t open = name.find('{');
  if (open == std::string::npos) return {name};
  const std::size_t close = name.find('}', open);
  if (close == std::string::npos) throw std::runtime_error("'" + name + "' has no closing brace");
  std::vector<std::string> all;
  for (std::size_t from = open + 1; from <= close;) {
    const std::size_t to = std::min(name.find(',', from), close);
    for (std::string& one : expand_braces(name.substr(0, open) + name.substr(from, to - from) + name.substr(close + 1)))
      all.push_back(std::move(one));
    from = to + 1;
  }
  return all;
}

}  // namespace ferrule::knowledge
