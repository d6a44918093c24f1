// The shape of `.ferrule.json`: everything in it is either understood or refused with its place.
#pragma once

#include "checks/knowledge/json_places.h"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string_view>

namespace ferrule::knowledge {

/// Throws ConfigurationError at the first thing that is not as docs/configuration.md says.
void check_shape(const nlohmann::json& document, const JsonPlaces& places,
                 std::span<const std::string_view> rule_names);

/// "'FILE:LINE:COLUMN' what".
[[noreturn]] void refuse(const Location& where, const std::string& what);

}  // namespace ferrule::knowledge
