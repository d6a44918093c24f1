#include "checks/store/facts_text.h"

#include "checks/store/fields.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <type_traits>
#include <unordered_map>

namespace ferrule {

namespace {

using nlohmann::json;

std::string json_text(const std::string& text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::uint64_t mix(std::uint64_t checksum, std::uint64_t value) { return (checksum ^ value) * 1099511628211u; }

std::uint64_t mix(std::uint64_t checksum, const std::string& text) {
  for (unsigned char byte : text) checksum = mix(checksum, byte);
  return checksum;
}

constexpr std::uint64_t kEmptyChecksum = 14695981039346656037u;

/// Facts are stored as a table of strings and one list of numbers per kind of entity. Flags that are named in a row
/// share a number.
class Writer {
 public:
  template <class... Members>
  void operator()(Members&... members) {
    (put(members), ...);
    flush_flags();
  }

  template <class Entity>
  std::string list(const std::vector<Entity>& entities) {
    numbers_.clear();
    for (const Entity& entity : entities) store::visit(*this, const_cast<Entity&>(entity));
    return std::move(numbers_);
  }

  const std::vector<const std::string*>& strings() const { return strings_; }
  std::uint64_t checksum() const { return checksum_; }

 private:
  void number(std::uint64_t value) {
    if (!numbers_.empty()) numbers_ += ',';
    numbers_ += std::to_string(value);
    checksum_ = mix(checksum_, value);
  }
  void flush_flags() {
    if (flag_count_ != 0) number(std::exchange(flags_, 0));
    flag_count_ = 0;
  }
  void put(bool& value) { flags_ |= (value ? 1u : 0u) << flag_count_++; }
  template <class Member>
  void put(Member& value) {
    flush_flags();
    put_value(value);
  }
  void put_value(unsigned& value) { number(value); }
  void put_value(std::string& value) {
    auto [entry, fresh] = numbers_of_.try_emplace(value, static_cast<unsigned>(strings_.size()));
    if (fresh) strings_.push_back(&entry->first);
    number(entry->second);
  }
  template <class Entity>
  void put_value(std::vector<Entity>& values) {
    number(values.size());
    for (Entity& value : values) put_nested(value);
  }
  template <class Entity>
  void put_value(std::optional<Entity>& value) {
    number(value ? 1 : 0);
    if (value) put_nested(*value);
  }
  template <class Entity>
  void put_value(Entity& value) {
    if constexpr (std::is_enum_v<Entity>)
      number(static_cast<unsigned>(value));
    else
      store::visit(*this, value);
  }
  template <class Entity>
  void put_nested(Entity& value) {
    put_value(value);
  }

  std::string numbers_;
  std::unordered_map<std::string, unsigned> numbers_of_;
  std::vector<const std::string*> strings_;
  std::uint64_t checksum_ = kEmptyChecksum;
  unsigned flags_ = 0;
  unsigned flag_count_ = 0;
};

class Reader {
 public:
  explicit Reader(std::vector<std::string> strings) : strings_(std::move(strings)) {}

  template <class... Members>
  void operator()(Members&... members) {
    (take(members), ...);
    flag_count_ = 0;
  }

  template <class Entity>
  bool list(const json& numbers, std::vector<Entity>& entities) {
    if (!numbers.is_array()) return false;
    numbers_ = &numbers.get_ref<const json::array_t&>();
    at_ = 0;
    while (good_ && at_ < numbers_->size()) store::visit(*this, entities.emplace_back());
    return good_;
  }
  std::uint64_t checksum() const { return checksum_; }
  const std::vector<std::string>& strings() const { return strings_; }

 private:
  std::uint64_t number() {
    if (!good_ || at_ >= numbers_->size()) {
      good_ = false;
      return 0;
    }
    const json& item = (*numbers_)[at_++];
    if (!item.is_number_unsigned()) {
      good_ = false;
      return 0;
    }
    std::uint64_t value = item.get<std::uint64_t>();
    checksum_ = mix(checksum_, value);
    return value;
  }
  void take(bool& value) {
    if (flag_count_ == 0) flags_ = number();
    value = ((flags_ >> flag_count_++) & 1u) != 0;
  }
  template <class Member>
  void take(Member& value) {
    flag_count_ = 0;
    take_value(value);
  }
  void take_value(unsigned& value) { value = static_cast<unsigned>(number()); }
  void take_value(std::string& value) {
    std::uint64_t index = number();
    if (index < strings_.size())
      value = strings_[index];
    else
      good_ = false;
  }
  template <class Entity>
  void take_value(std::vector<Entity>& values) {
    std::uint64_t count = number();
    if (!good_ || count > numbers_->size() - at_) {
      good_ = false;
      return;
    }
    values.reserve(count);
    for (std::uint64_t i = 0; i < count && good_; ++i) take_value(values.emplace_back());
  }
  template <class Entity>
  void take_value(std::optional<Entity>& value) {
    if (number() != 0) take_value(value.emplace());
  }
  template <class Entity>
  void take_value(Entity& value) {
    if constexpr (std::is_enum_v<Entity>) {
      std::uint64_t raw = number();
      if (raw > store::last_of(Entity{})) good_ = false;
      value = good_ ? static_cast<Entity>(raw) : Entity{};
    } else {
      store::visit(*this, value);
    }
  }

  std::vector<std::string> strings_;
  const json::array_t* numbers_ = nullptr;
  size_t at_ = 0;
  std::uint64_t checksum_ = kEmptyChecksum;
  std::uint64_t flags_ = 0;
  unsigned flag_count_ = 0;
  bool good_ = true;
};

/// Indices that point outside their function would lead readers astray.
bool is_consistent(const Function& function) {
  size_t events = function.events.size();
  size_t blocks = function.blocks.size();
  if (blocks != 0 && function.entry >= blocks) return false;
  for (const Block& block : function.blocks) {
    if (block.first > block.last || block.last > events) return false;
    if (block.condition && block.condition->event >= events) return false;
    if (block.condition && block.condition->beside.value_or(0) > events) return false;
    for (unsigned successor : block.successors)
      if (successor >= blocks) return false;
  }
  auto fits = [&](const Place& place) {
    if (place.root == Root::Result) return place.index < events;
    if (place.root == Root::Local) return place.index < function.locals.size();
    if (place.root == Root::Param) return place.index < function.params.size();
    return true;
  };
  for (size_t i = 0; i < function.nests.size(); ++i) {
    if (function.nests[i].parent > i) return false;
    for (const Nest::Dependence& dependence : function.nests[i].depends)
      if (!fits(dependence.place)) return false;
  }
  for (const Variable& local : function.locals)
    if (local.nest > function.nests.size()) return false;
  for (const Event& event : function.events) {
    if (event.nest > function.nests.size()) return false;
    if (!fits(event.place) || !fits(event.value.place)) return false;
    for (const Value& argument : event.args)
      if (!fits(argument.place)) return false;
  }
  return true;
}

}  // namespace

std::string to_json(const Facts& facts) {
  Writer writer;
  std::string types = writer.list(facts.types);
  std::string records = writer.list(facts.records);
  std::string aliases = writer.list(facts.aliases);
  std::string globals = writer.list(facts.globals);
  std::string functions = writer.list(facts.functions);
  std::string unit = json_text(facts.unit);
  std::uint64_t checksum = mix(writer.checksum(), unit);
  std::string strings;
  for (const std::string* string : writer.strings()) {
    std::string word = json_text(*string);
    checksum = mix(checksum, word);
    if (!strings.empty()) strings += ',';
    strings += word;
  }
  std::string text = "{\"ferrule_facts\":" + std::to_string(kFactsVersion) + ",\"unit\":" + unit;
  text += ",\"checksum\":" + std::to_string(checksum) + ",\"strings\":[" + strings;
  text += "],\"types\":[" + types + "],\"records\":[" + records + "],\"aliases\":[" + aliases + "],\"globals\":[" +
          globals + "],\"functions\":[" + functions + "]}\n";
  return text;
}

std::optional<Facts> from_json(std::string_view text, std::string& error) {
  json document = json::parse(text, nullptr, false);
  if (document.is_discarded() || !document.is_object() || !document.contains("ferrule_facts")) {
    error = "is not a fact file";
    return std::nullopt;
  }
  const json& version = document["ferrule_facts"];
  if (!version.is_number_unsigned() || version.get<std::uint64_t>() != kFactsVersion) {
    error = "is of another version of the fact format: " + version.dump() + ", not " + std::to_string(kFactsVersion);
    return std::nullopt;
  }
  error = "is a damaged fact file";
  for (const char* part : {"unit", "checksum", "strings", "types", "records", "aliases", "globals", "functions"})
    if (!document.contains(part)) return std::nullopt;
  if (!document["unit"].is_string() || !document["checksum"].is_number_unsigned() || !document["strings"].is_array())
    return std::nullopt;
  std::vector<std::string> strings;
  strings.reserve(document["strings"].size());
  for (json& string : document["strings"]) {
    if (!string.is_string()) return std::nullopt;
    strings.push_back(std::move(string.get_ref<std::string&>()));
  }
  Facts facts;
  facts.unit = document["unit"].get<std::string>();
  Reader reader(std::move(strings));
  if (!reader.list(document["types"], facts.types) || !reader.list(document["records"], facts.records) ||
      !reader.list(document["aliases"], facts.aliases) || !reader.list(document["globals"], facts.globals) ||
      !reader.list(document["functions"], facts.functions))
    return std::nullopt;
  std::uint64_t checksum = mix(reader.checksum(), json_text(facts.unit));
  for (const std::string& word : reader.strings()) checksum = mix(checksum, json_text(word));
  if (checksum != document["checksum"].get<std::uint64_t>()) return std::nullopt;
  for (const Function& function : facts.functions)
    if (!is_consistent(function)) return std::nullopt;
  error.clear();
  return facts;
}

}  // namespace ferrule
