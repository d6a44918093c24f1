// A file system that remembers what it was asked: all that a unit reads, and all that it looks for in vain, goes
// through it.
#pragma once

#include "tool/cache/inputs.h"

#include <llvm/ADT/IntrusiveRefCntPtr.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <optional>
#include <vector>

namespace ferrule::cache {

class Recorder {
 public:
  /// Of one unit, from now on.
  Recorder();
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> file_system() const;

  /// All of it, sorted by path. Nothing if the answers were not such as can be had again: a file has changed meanwhile,
  /// or it is a pipe, or the system had no room.
  std::optional<std::vector<Input>> inputs() const;
  /// The paths of the files whose content was read, sorted.
  std::vector<std::string> files_read() const;

 private:
  class FileSystem;
  llvm::IntrusiveRefCntPtr<FileSystem> files_;
};

}  // namespace ferrule::cache
