// The kinds of channels, so that one test body serves all of them.
#pragma once

#include <ferrule/channel.h>
#include <ferrule/mpmc.h>

#include <gtest/gtest.h>
#include <cstddef>
#include <limits>
#include <string>

namespace ferrule::test {

inline constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// A channel that many send to and one receives from; `room` messages fit in.
template <std::size_t room_>
struct OneReceiverKind {
  static constexpr std::size_t room = room_;
  static constexpr bool is_shared = false;
  template <class T>
  static auto open() {
    if constexpr (room == unlimited) {
      return channel<T>();
    } else {
      return sync_channel<T>(room);
    }
  }
};

/// The same with many receivers.
template <std::size_t room_>
struct SharedKind {
  static constexpr std::size_t room = room_;
  static constexpr bool is_shared = true;
  template <class T>
  static auto open() {
    if constexpr (room == unlimited) {
      return mpmc::channel<T>();
    } else {
      return mpmc::sync_channel<T>(room);
    }
  }
};

using Kinds = ::testing::Types<OneReceiverKind<unlimited>, OneReceiverKind<0>, OneReceiverKind<1>, OneReceiverKind<4>,
                               SharedKind<unlimited>, SharedKind<0>, SharedKind<3>>;

struct KindName {
  template <class Kind>
  static std::string GetName(int) {
    return std::string(Kind::is_shared ? "Mpmc" : "Mpsc") +
           (Kind::room == unlimited ? "Unbounded" : "Room" + std::to_string(Kind::room));
  }
};

/// Destroys an end of a channel.
template <class End>
void drop(End& end) {
  [[maybe_unused]] End gone = std::move(end);
}

}  // namespace ferrule::test
