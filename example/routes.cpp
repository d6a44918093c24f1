#include "routes.h"

#include <algorithm>
#include <utility>

namespace pages {

void Routes::add(std::string prefix, Page page) {
  routes_.push_back({std::move(prefix), page});
  std::sort(routes_.begin(), routes_.end(),
            [](const Route& a, const Route& b) { return a.prefix.size() > b.prefix.size(); });
}

Page Routes::match(std::string_view path) const {
  const std::size_t guess = last_match_;
  if (guess < routes_.size() && routes_[guess].prefix == path) return routes_[guess].page;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!path.starts_with(routes_[i].prefix)) continue;
    last_match_ = i;
    return routes_[i].page;
  }
  return Page::Missing;
}

const Routes& default_routes() {
  static const Routes routes = [] {
    Routes table;
    table.add("/", Page::Home);
    table.add("/help", Page::Help);
    table.add("/status", Page::Status);
    return table;
  }();
  return routes;
}

}  // namespace pages
