// Standard output, of which a lost byte is an error.
#pragma once

#include <string_view>

namespace ferrule::cli {

/// Call first: opens the standard streams that the caller has closed, so that no file takes their place. Writing to a
/// closed standard output is then an error like any other.
void open_standard_streams();

/// Writes and flushes. Throws UsageError if that fails: the disk is full, or standard output is closed.
void print(std::string_view text);

}  // namespace ferrule::cli
