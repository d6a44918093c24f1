#include "tool/cli/output_file.h"

#include "tool/cli/plain/error.h"

#include <llvm/Support/Error.h>
#include <llvm/Support/FileSystem.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

namespace ferrule::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, const std::error_code& error) {
  throw UsageError("'" + path + "' cannot be written: " + error.message());
}

std::error_code last_error() { return {errno, std::generic_category()}; }

std::error_code write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return last_error();
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

bool is_named_as_input(const fs::path& path) {
  constexpr std::array extensions = {".c",  ".cc",  ".cpp", ".cxx", ".c++", ".C",   ".m",   ".mm",  ".cu",  ".h",
                                     ".hh", ".hpp", ".hxx", ".h++", ".H",   ".inc", ".inl", ".ipp", ".tpp", ".cppm"};
  return path.filename() == "compile_commands.json" ||
         std::ranges::find(extensions, path.extension().string()) != extensions.end();
}

}  // namespace

void refuse_input_as_output(const std::string& file, const std::vector<std::string>& read, std::string_view option) {
  std::error_code error;
  if (!fs::exists(file, error)) return;
  const auto is_it = [&](const std::string& other) { return fs::equivalent(file, other, error); };
  if (is_named_as_input(file) || std::ranges::any_of(read, is_it))
    throw UsageError("'" + file + "' is a file that is analysed or read, and '" + std::string(option) +
                     "' would overwrite it");
}

struct OutputFile::Open {
  int descriptor = -1;                                 // of what is written in place
  std::optional<llvm::sys::fs::TempFile> beside = {};  // of what takes the place of a plain file
  std::string target = {};                             // where links lead to
};

OutputFile::OutputFile(std::string path) : path_(std::move(path)), open_(std::make_unique<Open>()) {
  std::error_code error;
  if (fs::is_directory(path_, error)) throw UsageError("'" + path_ + "' is a directory, and '--output' needs a file");
  const bool exists = fs::exists(path_, error);
  const bool is_plain = !exists || fs::is_regular_file(path_, error);
  if (is_plain) {
    if (exists && ::access(path_.c_str(), W_OK) != 0) fail(path_, last_error());
    open_->target = fs::weakly_canonical(path_, error).string();
    if (error) open_->target = path_;
    auto beside = llvm::sys::fs::TempFile::create(open_->target + ".%%%%%%%%.tmp");
    if (beside) {
      open_->beside = std::move(*beside);
      return;
    }
    const std::error_code problem = llvm::errorToErrorCode(beside.takeError());
    // A file may be open to us in a folder that is not.
    if (!exists) fail(path_, problem);
  }
  open_->descriptor = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  if (open_->descriptor < 0) fail(path_, last_error());
}

OutputFile::OutputFile(OutputFile&&) noexcept = default;

OutputFile::~OutputFile() {
  if (!open_) return;
  if (open_->beside) llvm::consumeError(open_->beside->discard());
  if (open_->descriptor >= 0) ::close(open_->descriptor);
}

void OutputFile::write(std::string_view text) {
  if (!open_->beside) {
    std::error_code ignored;
    if (fs::is_regular_file(path_, ignored) && ::ftruncate(open_->descriptor, 0) != 0) fail(path_, last_error());
    std::error_code error = write_all(open_->descriptor, text);
    if (::close(open_->descriptor) != 0 && !error) error = last_error();
    open_->descriptor = -1;
    if (error) fail(path_, error);
    return;
  }
  if (const std::error_code error = write_all(open_->beside->FD, text)) fail(path_, error);
  std::error_code error;
  const fs::file_status old = fs::status(open_->target, error);
  if (!error && fs::is_regular_file(old)) fs::permissions(open_->beside->TmpName, old.permissions(), error);
  llvm::Error kept = open_->beside->keep(open_->target);
  open_->beside.reset();
  if (kept) fail(path_, llvm::errorToErrorCode(std::move(kept)));
}

}  // namespace ferrule::cli
