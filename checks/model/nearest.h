// "Did you mean …?"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ferrule {

/// The candidate that `word` is most likely a slip of, or "" if none is near. Among equals the first.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "; did you mean 'check'?" or "".
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace ferrule
