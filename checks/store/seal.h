// Bytes with a seal: what is read is what was written, by a program that writes in the same form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferrule::store {

enum class Broken : unsigned char { Foreign, OtherForm, Damaged };

/// What is behind the seal, or why it is not to be trusted.
struct Unsealed {
  std::string_view content = {};
  std::optional<Broken> broken = {};
};

/// `name` says what it is ("facts"), `form` how it is written.
std::string sealed(std::string_view name, std::uint64_t form, std::string_view content);
Unsealed unsealed(std::string_view name, std::uint64_t form, std::string_view bytes);

/// A hash for finding out about changes and damage, not for defence: 64 bits.
std::uint64_t hash_of(std::string_view text);

}  // namespace ferrule::store
