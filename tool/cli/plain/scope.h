// Which findings of a program are asked for.
#pragma once

#include "checks/model/finding.h"
#include "tool/cli/plain/changes.h"

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ferrule::cli {

/// A finding is asked for if one of its places, its own or a note's, lies in a path that is given, and one in a line
/// that has changed. Without either, all are. Not thread-safe.
class Scope {
 public:
  void add_path(const std::string& path);
  void set_changes(Changes changes) { changes_ = std::move(changes); }

  bool holds(const Finding& finding);
  /// Takes away what is not asked for, and returns how many those are.
  std::size_t take_from(std::vector<Finding>& findings);

  bool has_paths() const { return !paths_.empty(); }
  /// Is the file one of the paths or below one?
  bool has_path_of(const std::string& file);
  /// The paths, as they are given, that hold none of these files.
  std::vector<std::string> without_files(std::span<const std::string> files);

 private:
  struct Path {
    std::string given;
    std::string normal;
    std::string canonical;  ///< what the shell calls one thing, the database may call another through a symbolic link
  };
  bool is_in(const Path& path, const std::string& file);
  const std::string& canonical(const std::string& file);

  std::vector<Path> paths_;
  std::optional<Changes> changes_;
  std::map<std::string, std::string> canonical_;
};

/// Is `file` the path or below it?
bool is_below(const std::string& file, const std::string& path);

/// Absolute, without "." and "..", and without a slash at the end.
std::string normal_path(const std::string& path);

}  // namespace ferrule::cli
