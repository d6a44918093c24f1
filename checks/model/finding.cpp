#include "checks/model/finding.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string_view>

namespace ferrule {
namespace {

// FNV-1a, written out because fingerprints live in people's baselines: std::hash may change with the library.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
    add_byte(0);
  }

  std::string hex() const {
    constexpr std::array<char, 16> digits = {'0', '1', '2', '3', '4', '5', '6', '7',
                                             '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    std::string text(16, '0');
    for (int i = 0; i < 16; ++i) text[15 - i] = digits[state_ >> (4 * i) & 15];
    return text;
  }

 private:
  void add_byte(unsigned char byte) { state_ = (state_ ^ byte) * 0x100000001b3u; }

  std::uint64_t state_ = 0xcbf29ce484222325u;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void remove_all(std::string& text, std::string_view part) {
  if (part.empty()) return;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at)) text.erase(at, part.size());
}

// Where a path that starts at `from` ends: after its last extension. Folders may have one, too.
std::size_t end_of_path(std::string_view text, std::size_t from) {
  const std::size_t stop = std::min(text.size(), text.find_first_of("#@ ,<>():", from));
  std::size_t end = from;
  for (std::size_t dot = text.find('.', from); dot < stop; dot = text.find('.', dot + 1)) {
    std::size_t after = dot + 1;
    while (after < stop && (is_letter(text[after]) || text[after] == '+')) ++after;
    if (after > dot + 1 && (after == stop || text[after] == '/')) end = after;
  }
  return end;
}

// Keys of what one file alone can name hold that file's path.
void remove_paths(std::string& text) {
  for (auto at = text.find('/'); at != std::string::npos; at = text.find('/', at + 1)) {
    if (at == 0 || (text[at - 1] != '@' && text[at - 1] != ' ')) continue;
    if (const auto end = end_of_path(text, at); end > at) text.erase(at, end - at);
  }
}

// What has no name is known by its place: "(lambda +3:7)", "lambda at main.cpp:12".
void remove_places(std::string& text) {
  std::string kept;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t end = i + 1;
    if (text[i] == ' ' && end < text.size() && text[end] == '+') {
      ++end;
      if (end < text.size() && text[end] == '-') ++end;
    } else if (text[i] != ':') {
      kept += text[i];
      continue;
    }
    const std::size_t digits = end;
    while (end < text.size() && is_digit(text[end])) ++end;
    kept += end > digits ? "" : std::string(1, text[i]);
    i = end > digits ? end - 1 : i;
  }
  text = std::move(kept);
}

std::string without_places(std::string text, const Finding& finding) {
  std::set<std::string_view> files{finding.where.file};
  for (const Note& note : finding.notes) files.insert(note.where.file);
  for (const std::string_view file : files) remove_all(text, file);
  for (const std::string_view file : files) remove_all(text, file.substr(file.rfind('/') + 1));
  remove_paths(text);
  remove_places(text);
  return text;
}

}  // namespace

std::string fingerprint(const Finding& finding) {
  Hash hash;
  hash.add(finding.rule);
  hash.add(without_places(finding.subject, finding));
  hash.add(without_places(finding.message, finding));
  return hash.hex();
}

}  // namespace ferrule
