// What stands for void where an object is needed.
#pragma once

namespace ferrule::detail {

struct Unit {
  friend constexpr bool operator==(Unit, Unit) noexcept = default;
};

}  // namespace ferrule::detail
