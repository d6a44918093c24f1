// Plain values as bytes and back: the strings, each once, and then all members as numbers of variable length. Which
// members a type has, its `visit` says (fields.h); a type whose `visit` leaves one out does not compile.
#pragma once

#include "checks/store/arity.h"
#include "checks/store/fields.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

namespace ferrule::store {

/// What is written, or read, instead of a string; null for the string itself.
using MapString = std::function<std::string(std::string_view)>;

class Writer {
 public:
  explicit Writer(MapString map = nullptr) : map_(std::move(map)) {}

  template <class... Members>
  void operator()(Members&... members) {
    (put(members), ...);
  }

  std::string take() {
    std::string bytes;
    append(bytes, strings_.size());
    for (const std::string* text : strings_) {
      const std::string mapped = map_ ? map_(*text) : "";
      const std::string& shown = map_ ? mapped : *text;
      append(bytes, shown.size());
      bytes += shown;
    }
    return bytes + numbers_;
  }

 private:
  static void append(std::string& bytes, std::uint64_t number) {
    for (; number >= 128; number >>= 7) bytes += static_cast<char>(number | 128);
    bytes += static_cast<char>(number);
  }
  void put(std::string& value) {
    const auto [entry, is_new] = number_of_.try_emplace(value, strings_.size());
    if (is_new) strings_.push_back(&entry->first);
    append(numbers_, entry->second);
  }
  template <class Entity>
  void put(std::vector<Entity>& values) {
    append(numbers_, values.size());
    for (Entity& value : values) put(value);
  }
  template <class Entity>
  void put(std::set<Entity>& values) {
    append(numbers_, values.size());
    for (Entity value : values) put(value);
  }
  template <class Entity>
  void put(std::optional<Entity>& value) {
    append(numbers_, value ? 1 : 0);
    if (value) put(*value);
  }
  template <class Entity>
  void put(Entity& value) {
    if constexpr (std::is_class_v<Entity>) {
      static_assert(stores_every_member<Entity>(), "fields.h misses a member of this type");
      visit(*this, value);
    } else {
      append(numbers_, static_cast<std::uint64_t>(value));
    }
  }

  MapString map_;
  std::string numbers_;
  std::unordered_map<std::string, std::size_t> number_of_;
  std::vector<const std::string*> strings_;
};

/// Whatever the bytes are, it only reads them, and takes no more memory than is in proportion to them.
class Reader {
 public:
  explicit Reader(std::string_view bytes, const MapString& map = nullptr) : bytes_(bytes) {
    strings_.resize(count());
    if (map) mapped_.resize(strings_.size());
    for (std::size_t i = 0; i < strings_.size(); ++i) {
      const std::size_t size = count();
      strings_[i] = bytes_.substr(0, size);
      if (map) strings_[i] = mapped_[i] = map(strings_[i]);
      bytes_.remove_prefix(size);
    }
  }

  /// Was everything as it should be, so far, and nothing left over?
  bool is_good() const { return is_good_ && bytes_.empty(); }

  template <class... Members>
  void operator()(Members&... members) {
    (take(members), ...);
  }

 private:
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= std::uint64_t(byte & 127u) << shift;
      if (byte < 128) return value;
    }
    is_good_ = false;
    return 0;
  }
  // Of things that take a byte each at least: more than there are bytes is damage.
  std::size_t count() {
    const std::uint64_t value = number();
    if (value <= bytes_.size()) return value;
    is_good_ = false;
    return 0;
  }

  void take(std::string& value) {
    const std::uint64_t index = number();
    if (index < strings_.size()) {
      value = strings_[index];
    } else {
      is_good_ = false;
    }
  }
  template <class Entity>
  void take(std::vector<Entity>& values) {
    const std::size_t size = count();
    values.reserve(size);
    for (std::size_t i = 0; i < size && is_good_; ++i) take(values.emplace_back());
  }
  template <class Entity>
  void take(std::set<Entity>& values) {
    const std::size_t size = count();
    for (std::size_t i = 0; i < size && is_good_; ++i) {
      Entity value{};
      take(value);
      values.insert(values.end(), std::move(value));
    }
  }
  template <class Entity>
  void take(std::optional<Entity>& value) {
    if (number() != 0 && is_good_) take(value.emplace());
  }
  template <class Entity>
  void take(Entity& value) {
    if constexpr (std::is_class_v<Entity>) {
      visit(*this, value);
    } else if constexpr (std::is_enum_v<Entity>) {
      const std::uint64_t raw = number();
      if (raw > last_of(Entity{})) is_good_ = false;
      value = is_good_ ? static_cast<Entity>(raw) : Entity{};
    } else {
      value = static_cast<Entity>(number());
    }
  }

  std::string_view bytes_;
  std::vector<std::string_view> strings_;
  std::vector<std::string> mapped_;  // what `strings_` refer to if they are not in the bytes
  bool is_good_ = true;
};

template <class Entity>
std::string written(const Entity& entity, MapString map = nullptr) {
  Writer writer(std::move(map));
  writer(const_cast<Entity&>(entity));  // the archive only reads
  return writer.take();
}

template <class Entity>
std::optional<Entity> read(std::string_view bytes, const MapString& map = nullptr) {
  Entity entity{};
  Reader reader(bytes, map);
  reader(entity);
  if (!reader.is_good()) return std::nullopt;
  return entity;
}

/// A text that says how values of the type are stored: equal texts, equal form.
class Shape {
 public:
  template <class... Members>
  void operator()(Members&... members) {
    (put(members), ...);
  }
  const std::string& text() const { return text_; }

 private:
  void put(std::string&) { text_ += 's'; }
  template <class Entity>
  void put(std::vector<Entity>&) {
    part('v', Entity{});
  }
  template <class Entity>
  void put(std::set<Entity>&) {
    part('v', Entity{});
  }
  template <class Entity>
  void put(std::optional<Entity>&) {
    part('o', Entity{});
  }
  template <class Entity>
  void put(Entity& value) {
    if constexpr (std::is_class_v<Entity>) {
      text_ += '(';
      visit(*this, value);
      text_ += ')';
    } else if constexpr (std::is_enum_v<Entity>) {
      text_ += 'e' + std::to_string(last_of(Entity{}));
    } else {
      text_ += std::is_same_v<Entity, bool> ? 'b' : 'n';
    }
  }
  template <class Entity>
  void part(char kind, Entity value) {
    text_ += kind;
    put(value);
  }

  std::string text_;
};

template <class Entity>
std::string shape() {
  Shape shape;
  Entity entity{};
  shape(entity);
  return shape.text();
}

}  // namespace ferrule::store
