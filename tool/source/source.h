// The text of the user's files, read once.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

/// Reads files on demand and keeps them. Not thread-safe. What cannot be read, or is no regular file, is empty.
class SourceCache {
 public:
  /// Lines without their ends; line 1 is at index 0. The reference stays valid.
  const std::vector<std::string_view>& lines(const std::string& file);

  /// Gives a file its text, so that it is not read. Call before its lines are asked for.
  void add(const std::string& file, std::string text);

  /// Line `line` (from 1), or "" if there is none.
  std::string_view line(const std::string& file, unsigned line);

 private:
  struct File {
    std::string text;
    std::vector<std::string_view> lines;
  };
  std::map<std::string, File> files_;
};

}  // namespace ferrule
