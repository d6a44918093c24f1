#include "checks/store/seal.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/xxhash.h>

namespace ferrule::store {
namespace {

constexpr std::string_view magic =
    "\x7f"
    "ferrule ";

// The same bytes on every machine.
std::string fixed(std::uint64_t number) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(number >> (8 * i) & 255u);
  return bytes;
}

bool take(std::string_view& bytes, std::string_view start) {
  if (!bytes.starts_with(start)) return false;
  bytes.remove_prefix(start.size());
  return true;
}

}  // namespace

std::uint64_t hash_of(std::string_view text) { return llvm::xxh3_64bits(llvm::StringRef(text)); }

std::string sealed(std::string_view name, std::uint64_t form, std::string_view content) {
  std::string bytes(magic);
  bytes.append(name) += '\n';
  return bytes.append(fixed(form)).append(fixed(hash_of(content))).append(content);
}

Unsealed unsealed(std::string_view name, std::uint64_t form, std::string_view bytes) {
  if (!take(bytes, magic) || !take(bytes, name) || !take(bytes, "\n")) return {.broken = Broken::Foreign};
  if (!take(bytes, fixed(form))) return {.broken = bytes.size() < 8 ? Broken::Damaged : Broken::OtherForm};
  if (bytes.size() < 8 || fixed(hash_of(bytes.substr(8))) != bytes.substr(0, 8)) return {.broken = Broken::Damaged};
  return {.content = bytes.substr(8)};
}

}  // namespace ferrule::store
