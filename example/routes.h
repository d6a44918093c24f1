// Which handler answers which path. Built once at the start, then only read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pages {

enum class Page { Home, Help, Status, Missing };

class Routes {
 public:
  void add(std::string prefix, Page page);

  /// The page of the longest prefix of `path`.
  Page match(std::string_view path) const;

 private:
  struct Route {
    std::string prefix;
    Page page;
  };

  std::vector<Route> routes_;
  mutable std::size_t last_match_ = 0;  // neighbours often ask for the same page
};

/// The table that every server starts with.
const Routes& default_routes();

}  // namespace pages
