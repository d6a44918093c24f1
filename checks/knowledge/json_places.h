// Where in a JSON text its values stand: the parser does not say.
#pragma once

#include "checks/model/location.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ferrule::knowledge {

/// Values are named by pointers: "" is the document, "/claims/0/send" a member of an element of a member.
class JsonPlaces {
 public:
  /// `text` must be valid JSON.
  JsonPlaces(std::string file, std::string_view text);

  Location value(const std::string& pointer) const { return at(pointer, &Offsets::value); }
  /// Of a member's name; of an element's value.
  Location key(const std::string& pointer) const { return at(pointer, &Offsets::key); }

  /// Members whose name their object already has.
  const std::vector<std::pair<std::string, Location>>& repeated() const { return repeated_; }

  /// Line and column of a byte of a text, both from 1.
  static Location locate(const std::string& file, std::string_view text, std::size_t offset);

 private:
  struct Offsets {
    std::size_t key;
    std::size_t value;
  };
  Location at(const std::string& pointer, std::size_t Offsets::* which) const;
  void skip_blanks();
  std::string read_string();
  void read_value(const std::string& pointer, std::size_t key);
  void read_members(const std::string& pointer);
  void read_elements(const std::string& pointer);

  std::string file_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::map<std::string, Offsets> places_;
  std::vector<std::pair<std::string, Location>> repeated_;
};

}  // namespace ferrule::knowledge
