#include "tool/cli/plain/standard_output.h"

#include "tool/cli/plain/error.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace ferrule::cli {

void open_standard_streams() {
  // Of the free descriptors, open() gives the lowest. None can be written to but that for errors, which nobody reads.
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(descriptor, F_GETFD) == -1) open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

void print(std::string_view text) {
  errno = 0;
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (is_written && std::fflush(stdout) == 0) return;
  throw UsageError("'standard output' cannot be written: " + std::string(std::strerror(errno)));
}

}  // namespace ferrule::cli
