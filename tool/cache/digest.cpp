#include "tool/cache/digest.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/xxhash.h>

namespace ferrule::cache {

Digest digest_of(std::string_view content) {
  const llvm::StringRef text(content);
  const llvm::XXH128_hash_t hash = llvm::xxh3_128bits({text.bytes_begin(), text.size()});
  return {hash.low64, hash.high64};
}

Digest digest_of(std::span<const std::string> parts) {
  std::string all;
  for (const std::string& part : parts) all += std::to_string(part.size()) + ":" + part;
  return digest_of(all);
}

std::string hex(const Digest& digest) {
  return llvm::utohexstr(digest.high, true, 16) + llvm::utohexstr(digest.low, true, 16);
}

}  // namespace ferrule::cache
