#include "tool/source/source.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace ferrule {
namespace {

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

const std::vector<std::string_view>& SourceCache::lines(const std::string& file) {
  const auto [entry, is_new] = files_.try_emplace(file);
  if (is_new) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) return entry->second.lines;  // a pipe may never say anything
    std::ifstream input(file, std::ios::binary);
    entry->second.text.assign(std::istreambuf_iterator<char>(input), {});
    entry->second.lines = split_lines(entry->second.text);
  }
  return entry->second.lines;
}

void SourceCache::add(const std::string& file, std::string text) {
  File& entry = files_[file];
  entry.text = std::move(text);
  entry.lines = split_lines(entry.text);
}

std::string_view SourceCache::line(const std::string& file, unsigned line) {
  const auto& all = lines(file);
  return line >= 1 && line <= all.size() ? all[line - 1] : std::string_view();
}

}  // namespace ferrule
