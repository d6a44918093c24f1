#include "tool/cache/entries.h"

#include "checks/store/seal.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/CachePruning.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <array>

namespace ferrule::cache {
namespace {

// What LLVM's pruning takes for its own.
constexpr llvm::StringRef prefix = "llvmcache-";
constexpr std::array<std::string_view, 3> kinds = {"manifest", "facts", "judgement"};
constexpr std::uint64_t form = 1;

std::string_view name_of(EntryKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

std::string file_name(EntryKind kind, const Digest& name) {
  return prefix.str() + std::string(name_of(kind)) + "-" + hex(name);
}

std::string path_of(const std::string& directory, EntryKind kind, const Digest& name) {
  llvm::SmallString<256> path(directory);
  llvm::sys::path::append(path, file_name(kind, name));
  return path.str().str();
}

std::string reason(llvm::Error error) { return llvm::toString(std::move(error)); }

// So that programs that make copies leave it out.
void mark(const std::string& directory) {
  llvm::SmallString<256> path(directory);
  llvm::sys::path::append(path, "CACHEDIR.TAG");
  if (llvm::sys::fs::exists(path)) return;
  std::error_code error;
  llvm::raw_fd_ostream tag(path, error, llvm::sys::fs::CD_CreateNew);
  if (error) return;
  tag << "Signature: 8a477f597d28d172789f06886806bc55\n# What 'ferrule' keeps between runs. It may be removed at any "
         "time.\n";
  tag.close();
  tag.clear_error();
}

template <class Take>
std::error_code for_each_file(const std::string& directory, Take take) {
  std::error_code error;
  for (llvm::sys::fs::directory_iterator entry(directory, error), end; entry != end && !error; entry.increment(error))
    if (llvm::sys::path::filename(entry->path()).starts_with(prefix)) take(entry->path());
  return error;
}

std::optional<Entry> read_file(const std::string& path, llvm::StringRef name, bool& is_damaged) {
  auto file = llvm::MemoryBuffer::getFile(path, false, false);
  if (!file) return std::nullopt;
  const store::Unsealed opened = store::unsealed(std::string_view(name), form, (*file)->getBuffer());
  is_damaged = opened.broken.has_value();
  if (is_damaged) return std::nullopt;
  return Entry{std::move(*file), opened.content};
}

}  // namespace

std::optional<Entry> Entries::get(EntryKind kind, const Digest& name) {
  const std::string path = path_of(directory_, kind, name);
  bool is_damaged = false;
  auto entry = read_file(path, file_name(kind, name), is_damaged);
  if (is_damaged) {
    ++damaged_;
    llvm::sys::fs::remove(path);
  }
  // Many file systems do not note when a file is read.
  const timespec times[] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
  if (entry) utimensat(AT_FDCWD, path.c_str(), times, 0);
  return entry;
}

std::string Entries::put(EntryKind kind, const Digest& name, std::string_view content) const {
  if (const std::error_code error = llvm::sys::fs::create_directories(directory_)) return error.message();
  mark(directory_);
  llvm::SmallString<256> model(directory_);
  llvm::sys::path::append(model, prefix + "%%%%%%%%%%%%.tmp");
  auto file = llvm::sys::fs::TempFile::create(model);
  if (!file) return reason(file.takeError());
  {
    llvm::raw_fd_ostream stream(file->FD, false);
    stream << store::sealed(file_name(kind, name), form, content);
    stream.flush();
    if (const std::error_code error = stream.error()) {
      stream.clear_error();
      llvm::consumeError(file->discard());
      return error.message();
    }
  }
  if (llvm::Error error = file->keep(path_of(directory_, kind, name))) return reason(std::move(error));
  return "";
}

Usage usage_of(const std::string& directory) {
  Usage usage;
  for_each_file(directory, [&](const std::string& path) {
    const llvm::StringRef name = llvm::sys::path::filename(path);
    if (name.ends_with(".tmp") || name.ends_with(".timestamp")) return;
    std::uint64_t size = 0;
    llvm::sys::fs::file_size(path, size);
    ++usage.files;
    usage.bytes += size;
    bool is_damaged = false;
    read_file(path, name, is_damaged);
    if (is_damaged) ++usage.damaged;
    if (name.contains("-manifest-")) ++usage.units;
    if (name.contains("-judgement-")) ++usage.judgements;
  });
  return usage;
}

void prune(const std::string& directory, std::uint64_t bytes, bool now) {
  if (!llvm::sys::fs::is_directory(directory)) return;
  llvm::CachePruningPolicy policy;
  if (now) policy.Interval = std::chrono::seconds(0);
  policy.Expiration = std::chrono::seconds(0);
  policy.MaxSizeBytes = bytes;
  llvm::pruneCache(directory, policy);
}

std::string clear(const std::string& directory) {
  std::error_code problem;
  const std::error_code error = for_each_file(directory, [&](const std::string& path) {
    if (const std::error_code failed = llvm::sys::fs::remove(path)) problem = failed;
  });
  if (error && error != std::errc::no_such_file_or_directory) problem = error;
  return problem ? problem.message() : "";
}

}  // namespace ferrule::cache
