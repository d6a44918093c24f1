#include "tool/cli/git.h"

#include "tool/cli/plain/error.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Program.h>

#include <filesystem>
#include <optional>
#include <vector>

namespace ferrule::cli {
namespace {

namespace fs = std::filesystem;

// A file that lives as long as this does.
class TemporaryFile {
 public:
  TemporaryFile() {
    if (llvm::sys::fs::createTemporaryFile("ferrule", "out", path_))
      throw UsageError("'" + fs::temp_directory_path().string() + "' cannot be written");
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { llvm::sys::fs::remove(path_); }

  llvm::StringRef path() const { return path_; }
  std::string text() const {
    const auto buffer = llvm::MemoryBuffer::getFile(path_);
    return buffer ? (*buffer)->getBuffer().str() : "";
  }

 private:
  llvm::SmallString<128> path_;
};

// What Git prints, or nothing if it fails or is not there; then `complaint` has what it says.
std::optional<std::string> run_git(std::vector<llvm::StringRef> words, std::string* complaint = nullptr) {
  const auto git = llvm::sys::findProgramByName("git");
  if (!git) return std::nullopt;
  const TemporaryFile output;
  const TemporaryFile errors;
  words.insert(words.begin(), "git");
  const std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(), output.path(), errors.path()};
  if (llvm::sys::ExecuteAndWait(*git, words, std::nullopt, redirects) != 0) {
    if (complaint) *complaint = errors.text();
    return std::nullopt;
  }
  return output.text();
}

std::string without_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string work_tree() {
  if (!llvm::sys::findProgramByName("git")) throw UsageError("'git' is not installed, and '--changed-since' needs it");
  std::string complaint;
  const auto root = run_git({"rev-parse", "--show-toplevel"}, &complaint);
  // As in a container that another user's checkout is mounted into.
  if (!root && complaint.find("dubious ownership") != std::string::npos)
    throw UsageError(
        "'.' is in a work tree of another user, which Git refuses to read; 'git config --global --add safe.directory' "
        "allows it");
  if (!root) throw UsageError("'.' is in no work tree of Git, and '--changed-since' needs one");
  return without_line_end(*root);
}

// Where the work tree left the revision: what others have changed there since is not its own.
std::string start_of(const std::string& revision) {
  const std::string commit = revision + "^{commit}";
  const auto verified = run_git({"rev-parse", "--verify", "--quiet", "--end-of-options", commit});
  if (!verified) throw UsageError("'" + revision + "' is no revision that Git knows here");
  const std::string hash = without_line_end(*verified);
  const auto base = run_git({"merge-base", hash, "HEAD"});
  return base ? without_line_end(*base) : hash;
}

}  // namespace

Changes changes_since(const std::string& revision) {
  const std::string root = work_tree();
  const std::string start = start_of(revision);
  const auto diff = run_git({"-c", "core.quotePath=false", "-C", root, "diff", "--unified=0", "--no-color",
                             "--no-ext-diff", "--no-textconv", "--find-renames", "--src-prefix=a/", "--dst-prefix=b/",
                             "--ignore-submodules", start, "--"});
  if (!diff) throw UsageError("'" + revision + "' cannot be compared with the work tree; 'git diff' fails");
  Changes changes = parse_diff(*diff, root);
  std::string unknown = run_git({"-C", root, "ls-files", "-z", "--others", "--exclude-standard"}).value_or("");
  for (std::size_t start_of_name = 0, end = 0; (end = unknown.find('\0', start_of_name)) != std::string::npos;
       start_of_name = end + 1)
    changes[root + "/" + unknown.substr(start_of_name, end - start_of_name)] = {};
  return changes;
}

bool is_deleted(const std::string& path) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error)) || path.empty()) return false;
  // The folder may be gone, too, so that Git gets the path from where it stands.
  const fs::path relative = fs::absolute(path).lexically_normal().lexically_relative(fs::current_path());
  return run_git({"cat-file", "-e", "HEAD:./" + relative.string()}).has_value();
}

}  // namespace ferrule::cli
