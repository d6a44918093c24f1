#include "tool/cache/recorder.h"

#include "tool/cache/world.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include <map>
#include <memory>
#include <utility>

namespace ferrule::cache {
namespace {

using Kind = Input::Kind;

// Errors that say what there is, and not how the system fares.
bool means_absent(std::error_code error) {
  using enum std::errc;
  for (const std::errc known : {no_such_file_or_directory, not_a_directory, permission_denied, filename_too_long,
                                too_many_symbolic_link_levels, invalid_argument, is_a_directory})
    if (error == known) return true;
  return false;
}

/// The answers of one unit. What is asked in two ways counts in both.
class Answers {
 public:
  void add(Input input) {
    const auto [entry, is_new] = answers_.try_emplace({input.path, group_of(input.kind)}, input);
    Input& known = entry->second;
    if (is_new) return;
    if (known.kind == Kind::File && input.kind == Kind::Content) {
      known = std::move(input);
    } else if (known.kind != Kind::Content || input.kind != Kind::File) {
      if (known.kind != input.kind || known.content != input.content) break_off();
    }
  }
  void add_error(const std::string& path, std::error_code error) {
    if (means_absent(error)) {
      add({.path = path, .kind = Kind::Absent});
    } else {
      break_off();
    }
  }
  void break_off() { is_whole_ = false; }

  std::optional<std::vector<Input>> take(World& world) const {
    if (!is_whole_) return std::nullopt;
    std::vector<Input> inputs;
    for (const auto& [key, input] : answers_) {
      inputs.push_back(input);
      if (input.kind != Kind::Content) continue;
      const auto stamp = world.stamp_of(input.path);
      if (!stamp || stamp->size != input.stamp.size || stamp->modified != input.stamp.modified) return std::nullopt;
      inputs.back().stamp = *stamp;
    }
    return inputs;
  }

  std::vector<std::string> files_read() const {
    std::vector<std::string> files;
    for (const auto& [key, input] : answers_)
      if (input.kind == Kind::Content) files.push_back(input.path);
    return files;
  }

 private:
  static int group_of(Kind kind) { return kind == Kind::Listing ? 1 : kind == Kind::RealPath ? 2 : 0; }

  std::map<std::pair<std::string, int>, Input> answers_;
  bool is_whole_ = true;
};

class RecordedFile : public llvm::vfs::File {
 public:
  RecordedFile(std::unique_ptr<llvm::vfs::File> file, std::string path, std::shared_ptr<Answers> answers)
      : file_(std::move(file)), path_(std::move(path)), answers_(std::move(answers)) {}

  llvm::ErrorOr<llvm::vfs::Status> status() override { return file_->status(); }
  llvm::ErrorOr<std::string> getName() override { return file_->getName(); }
  std::error_code close() override { return file_->close(); }

  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> getBuffer(const llvm::Twine& name, int64_t size, bool terminated,
                                                               bool is_volatile) override {
    auto status = file_->status();
    auto buffer = file_->getBuffer(name, size, terminated, is_volatile);
    if (!buffer || !status || !status->isRegularFile() || (*buffer)->getBufferSize() != status->getSize()) {
      answers_->break_off();
      return buffer;
    }
    const auto modified =
        std::chrono::duration_cast<std::chrono::nanoseconds>(status->getLastModificationTime().time_since_epoch());
    answers_->add({.path = path_,
                   .kind = Kind::Content,
                   .content = digest_of((*buffer)->getBuffer()),
                   .stamp = {.size = status->getSize(), .modified = static_cast<std::uint64_t>(modified.count())}});
    return buffer;
  }

 private:
  std::unique_ptr<llvm::vfs::File> file_;
  std::string path_;
  std::shared_ptr<Answers> answers_;
};

}  // namespace

class Recorder::FileSystem : public llvm::vfs::ProxyFileSystem {
 public:
  FileSystem()
      : ProxyFileSystem(
            llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>(llvm::vfs::createPhysicalFileSystem().release())) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine& path) override {
    auto status = ProxyFileSystem::status(path);
    add_status(absolute(path), status);
    return status;
  }
  bool exists(const llvm::Twine& path) override {
    auto status = this->status(path);
    return status && status->exists();
  }
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine& path) override {
    auto file = ProxyFileSystem::openFileForRead(path);
    const std::string where = absolute(path);
    if (!file) {
      answers_->add_error(where, file.getError());
      return file;
    }
    add_status(where, (*file)->status());
    return std::make_unique<RecordedFile>(std::move(*file), where, answers_);
  }
  llvm::vfs::directory_iterator dir_begin(const llvm::Twine& path, std::error_code& error) override {
    const std::string where = absolute(path);
    std::vector<std::string> names;
    std::error_code problem;
    for (auto entry = ProxyFileSystem::dir_begin(path, problem); entry != llvm::vfs::directory_iterator() && !problem;
         entry.increment(problem))
      names.push_back(llvm::sys::path::filename(entry->path()).str());
    if (problem) {
      answers_->add_error(where, problem);
    } else {
      answers_->add({.path = where, .kind = Kind::Listing, .content = listing_digest(std::move(names))});
    }
    return ProxyFileSystem::dir_begin(path, error);
  }
  std::error_code getRealPath(const llvm::Twine& path, llvm::SmallVectorImpl<char>& output) override {
    const std::error_code error = ProxyFileSystem::getRealPath(path, output);
    const std::string where = absolute(path);
    if (error) {
      answers_->add_error(where, error);
    } else {
      const std::string_view real(output.data(), output.size());
      answers_->add({.path = where, .kind = Kind::RealPath, .content = digest_of(real)});
    }
    return error;
  }

  std::optional<std::vector<Input>> inputs() { return answers_->take(world_); }
  std::vector<std::string> files_read() const { return answers_->files_read(); }

 private:
  std::string absolute(const llvm::Twine& path) const {
    llvm::SmallString<256> text;
    path.toVector(text);
    if (makeAbsolute(text)) answers_->break_off();
    return text.str().str();
  }
  void add_status(const std::string& path, const llvm::ErrorOr<llvm::vfs::Status>& status) {
    if (!status) return answers_->add_error(path, status.getError());
    answers_->add({.path = path, .kind = status->isDirectory() ? Kind::Directory : Kind::File});
  }

  World world_;  // from before the first question
  std::shared_ptr<Answers> answers_ = std::make_shared<Answers>();
};

Recorder::Recorder() : files_(new FileSystem) {}
Recorder::~Recorder() = default;

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Recorder::file_system() const { return files_; }

std::optional<std::vector<Input>> Recorder::inputs() const { return files_->inputs(); }

std::vector<std::string> Recorder::files_read() const { return files_->files_read(); }

}  // namespace ferrule::cache
