#include "checks/knowledge/json_places.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ferrule::knowledge {

JsonPlaces::JsonPlaces(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {
  skip_blanks();
  read_value("", at_);
}

Location JsonPlaces::locate(const std::string& file, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto lines = static_cast<unsigned>(std::ranges::count(before, '\n'));
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {file, lines + 1, static_cast<unsigned>(before.size() - start) + 1};
}

Location JsonPlaces::at(const std::string& pointer, std::size_t Offsets::* which) const {
  const auto found = places_.find(pointer);
  return locate(file_, text_, found == places_.end() ? 0 : found->second.*which);
}

void JsonPlaces::skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

std::string JsonPlaces::read_string() {
  const std::size_t start = at_++;
  while (text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
  ++at_;
  return nlohmann::json::parse(text_.substr(start, at_ - start)).get<std::string>();
}

void JsonPlaces::read_value(const std::string& pointer, std::size_t key) {
  if (!places_.try_emplace(pointer, Offsets{key, at_}).second)
    repeated_.emplace_back(pointer.substr(pointer.rfind('/') + 1), locate(file_, text_, key));
  if (text_[at_] == '{') {
    read_members(pointer);
  } else if (text_[at_] == '[') {
    read_elements(pointer);
  } else if (text_[at_] == '"') {
    read_string();
  } else {
    at_ = std::min(text_.find_first_of(" \t\r\n,]}", at_), text_.size());
  }
  skip_blanks();
}

void JsonPlaces::read_members(const std::string& pointer) {
  for (++at_, skip_blanks(); text_[at_] != '}';) {
    const std::size_t key = at_;
    const std::string name = read_string();
    skip_blanks();
    ++at_;  // the colon
    skip_blanks();
    read_value(pointer + "/" + name, key);
    if (text_[at_] != ',') continue;
    ++at_;
    skip_blanks();
  }
  ++at_;
}

void JsonPlaces::read_elements(const std::string& pointer) {
  std::size_t number = 0;
  for (++at_, skip_blanks(); text_[at_] != ']';) {
    read_value(pointer + "/" + std::to_string(number++), at_);
    if (text_[at_] != ',') continue;
    ++at_;
    skip_blanks();
  }
  ++at_;
}

}  // namespace ferrule::knowledge
