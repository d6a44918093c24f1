#include "tool/cache/world.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include <sys/stat.h>

#include <algorithm>
#include <ctime>

namespace ferrule::cache {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

std::uint64_t nanoseconds(const timespec& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * second + static_cast<std::uint64_t>(time.tv_nsec);
}

std::optional<Digest> read_content(const std::string& path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, false, false);
  if (!buffer) return std::nullopt;
  return digest_of((*buffer)->getBuffer());
}

std::optional<Digest> read_listing(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator entry(path, error), end; entry != end && !error; entry.increment(error))
    names.push_back(llvm::sys::path::filename(entry->path()).str());
  if (error) return std::nullopt;
  return listing_digest(std::move(names));
}

std::optional<Digest> read_real_path(const std::string& path) {
  llvm::SmallString<256> real;
  if (llvm::sys::fs::real_path(path, real)) return std::nullopt;
  return digest_of(real.str());
}

}  // namespace

World::World() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  // Some file systems know only every second one.
  settled_ = nanoseconds(now) - 2 * second;
}

World::State& World::state_of(const std::string& path) {
  const auto [entry, is_new] = states_.try_emplace(path);
  State& state = entry->second;
  if (!is_new) return state;
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return state;
  state.kind = S_ISDIR(status.st_mode) ? Input::Kind::Directory : Input::Kind::File;
  state.is_regular = S_ISREG(status.st_mode);
  state.stamp = {static_cast<std::uint64_t>(status.st_size), nanoseconds(status.st_mtim), nanoseconds(status.st_ctim),
                 status.st_ino, status.st_dev};
  if (std::max(state.stamp.changed, state.stamp.modified) >= settled_) state.stamp.changed = 0;
  return state;
}

std::optional<Stamp> World::stamp_of(const std::string& path) {
  const State& state = state_of(path);
  if (!state.is_regular) return std::nullopt;
  return state.stamp;
}

bool World::has_content(const Input& input, State& state) {
  if (!state.is_regular || state.stamp.size != input.stamp.size) return false;
  if (!state.content) state.content = read_content(input.path);
  return state.content == input.content;
}

bool World::holds(Input& input) {
  if (input.kind == Input::Kind::RealPath) return read_real_path(input.path) == input.content;
  State& state = state_of(input.path);
  switch (input.kind) {
    case Input::Kind::Content:
      if (state.is_regular && input.stamp.changed != 0 && state.stamp == input.stamp) return true;
      if (!has_content(input, state)) return false;
      input.stamp = state.stamp;
      return true;
    case Input::Kind::Listing:
      if (!state.listing) state.listing = read_listing(input.path);
      return state.listing == input.content;
    default:
      return state.kind == input.kind;
  }
}

Digest listing_digest(std::vector<std::string> names) {
  std::ranges::sort(names);
  return digest_of(names);
}

}  // namespace ferrule::cache
