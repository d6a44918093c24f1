// An immutable string that is cheap to copy: copies share one buffer and count its users.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace pages {

class Text {
 public:
  explicit Text(std::string value) : buffer_(new Buffer{std::move(value), 1}) {}

  Text(const Text& other) : buffer_(other.buffer_) { ++buffer_->users; }
  Text(Text&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}

  Text& operator=(Text other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }

  ~Text() {
    if (buffer_ != nullptr && --buffer_->users == 0) delete buffer_;
  }

  std::string_view view() const { return buffer_->value; }

 private:
  struct Buffer {
    std::string value;
    int users;
  };

  Buffer* buffer_;
};

}  // namespace pages
