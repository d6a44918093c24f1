// What stands for a content: equal digests, equal contents. No defence against somebody who wants two to be equal.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ferrule::cache {

struct Digest {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  auto operator<=>(const Digest&) const = default;
};

Digest digest_of(std::string_view content);
/// Where one part ends and the next begins counts, too.
Digest digest_of(std::span<const std::string> parts);
std::string hex(const Digest& digest);

template <class Archive>
constexpr void visit(Archive& archive, Digest& it) {
  archive(it.low, it.high);
}

}  // namespace ferrule::cache
