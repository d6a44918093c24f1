// The name of a type as a person writes it, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule {

struct TypeName {
  struct Part {
    std::string word;
    std::vector<TypeName> arguments = {};
    bool has_arguments = false;
    bool operator==(const Part&) const = default;
  };
  struct Suffix {
    std::string text;  ///< "*", "&", "&&", "[3]"; of a function "(int)", with all that follows
    bool is_const = false;
    bool is_volatile = false;
    bool operator==(const Suffix&) const = default;
  };
  std::vector<Part> parts = {};       ///< "std", "vector<int>"; what built-in types consist of is one word
  std::vector<Suffix> suffixes = {};  ///< innermost first
  bool is_const = false;
  bool is_volatile = false;
  bool operator==(const TypeName&) const = default;
};

/// However it is written: `struct X`, `X const`, `unsigned`, `::std::vector< X >`. Nullopt if it is no type's name.
std::optional<TypeName> parse_type_name(std::string_view text);

/// How well a name fits the whole name of a type; the greater the better.
enum class Fit : unsigned char {
  None,
  Template,  ///< some template arguments are left out
  Short,     ///< namespaces or classes around a name are left out
  Whole,
};
Fit fit(const TypeName& name, const TypeName& whole);

}  // namespace ferrule
