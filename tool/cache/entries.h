// The files of a cache: found by name, whole or not there at all, safe for any number of runs at once.
#pragma once

#include "tool/cache/digest.h"

#include <llvm/Support/MemoryBuffer.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ferrule::cache {

enum class EntryKind : unsigned char {
  Manifest,   ///< of a command: what its unit reads, and where the facts are
  Facts,      ///< of a unit, by their own digest
  Judgement,  ///< of a program
};

/// The content of one file. Valid when the file is gone, too.
struct Entry {
  std::unique_ptr<llvm::MemoryBuffer> file = {};
  std::string_view content = {};
};

class Entries {
 public:
  /// Nothing is made before something is put.
  explicit Entries(std::string directory) : directory_(std::move(directory)) {}
  const std::string& directory() const { return directory_; }

  /// Nothing if it is not there; what is damaged is removed and counted. It counts as used.
  std::optional<Entry> get(EntryKind kind, const Digest& name);
  /// It takes its place whole, or not at all. "" or what was in the way.
  std::string put(EntryKind kind, const Digest& name, std::string_view content) const;
  std::size_t damaged() const { return damaged_; }

 private:
  std::string directory_;
  std::size_t damaged_ = 0;
};

struct Usage {
  std::size_t units = 0;  ///< commands that something is kept of
  std::size_t judgements = 0;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  std::size_t damaged = 0;
};

/// Reads all of it.
Usage usage_of(const std::string& directory);

/// Removes what was not used for longest until at most `bytes` are left; looks only once in a while unless `now`.
void prune(const std::string& directory, std::uint64_t bytes, bool now);

/// Removes the files of the cache and nothing else. "" or what was in the way.
std::string clear(const std::string& directory);

}  // namespace ferrule::cache
