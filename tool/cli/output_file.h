// A file that a command writes: tried before the work, complete or untouched after it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ferrule::cli {

/// Throws UsageError if `file` is one of `read`, the files that the run reads, or looks like a source file that exists.
/// `option` is what named it.
void refuse_input_as_output(const std::string& file, const std::vector<std::string>& read,
                            std::string_view option = "--output");

/// What is written goes to a new file beside the one named, which takes its place when all of it is there. What is not
/// a plain file (a pipe, a terminal) is written as it is.
class OutputFile {
 public:
  /// Throws UsageError if `path` cannot be written.
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  /// Writes all of the file. To be called once. Throws UsageError, and then the old file is as it was.
  void write(std::string_view text);

 private:
  struct Open;
  std::string path_;
  std::unique_ptr<Open> open_;
};

}  // namespace ferrule::cli
