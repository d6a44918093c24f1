#include "checks/store/facts_bytes.h"

#include "checks/store/arity.h"
#include "checks/store/fields.h"

#include <cstdint>
#include <type_traits>
#include <unordered_map>

namespace ferrule {
namespace {

// Only named, never made: a compiler need not be able to make a string before the program runs.
template <class Entity>
union Unmade {
  Entity entity;
  constexpr Unmade() {}
  constexpr ~Unmade() {}
};

template <class Entity>
consteval bool stores_every_member() {
  store::Counter counter;
  Unmade<Entity> unmade;
  store::visit(counter, unmade.entity);
  return counter.members == store::arity<Entity>();
}

static_assert(stores_every_member<Location>() && stores_every_member<Step>() && stores_every_member<Place>() &&
              stores_every_member<Value>() && stores_every_member<Type>() && stores_every_member<Alias>() &&
              stores_every_member<Annotation::Demand>() && stores_every_member<Annotation>() &&
              stores_every_member<Field>() && stores_every_member<Base>() && stores_every_member<TemplateArgument>() &&
              stores_every_member<Record>() && stores_every_member<Global>() && stores_every_member<Event>() &&
              stores_every_member<Condition>() && stores_every_member<Block>() && stores_every_member<Variable>() &&
              stores_every_member<LockAttributes>() && stores_every_member<Function>());

void append_number(std::string& bytes, std::uint64_t number) {
  for (; number >= 128; number >>= 7) bytes += static_cast<char>(number | 128);
  bytes += static_cast<char>(number);
}

/// The strings, each once, and then the members as numbers; a string's is its place among the strings.
class Writer {
 public:
  template <class... Members>
  void operator()(Members&... members) {
    (put(members), ...);
  }

  std::string take() {
    std::string bytes;
    append_number(bytes, strings_.size());
    for (const std::string* text : strings_) {
      append_number(bytes, text->size());
      bytes += *text;
    }
    return bytes + numbers_;
  }

  template <class Entity>
  void put(std::vector<Entity>& values) {
    append_number(numbers_, values.size());
    for (Entity& value : values) put(value);
  }

 private:
  void put(std::string& value) {
    const auto [entry, is_new] = number_of_.try_emplace(value, strings_.size());
    if (is_new) strings_.push_back(&entry->first);
    append_number(numbers_, entry->second);
  }
  template <class Entity>
  void put(std::optional<Entity>& value) {
    append_number(numbers_, value ? 1 : 0);
    if (value) put(*value);
  }
  template <class Entity>
  void put(Entity& value) {
    if constexpr (std::is_class_v<Entity>) {
      store::visit(*this, value);
    } else {
      append_number(numbers_, static_cast<std::uint64_t>(value));
    }
  }

  std::string numbers_;
  std::unordered_map<std::string, std::size_t> number_of_;
  std::vector<const std::string*> strings_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {
    strings_.resize(count());
    for (std::string_view& text : strings_) {
      const std::size_t size = count();
      text = bytes_.substr(0, size);
      bytes_.remove_prefix(size);
    }
  }

  bool is_good() const { return is_good_ && bytes_.empty(); }

  template <class... Members>
  void operator()(Members&... members) {
    (take(members), ...);
  }

  template <class Entity>
  void take(std::vector<Entity>& values) {
    const std::size_t size = count();
    values.reserve(size);
    for (std::size_t i = 0; i < size && is_good_; ++i) take(values.emplace_back());
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
  void take(std::optional<Entity>& value) {
    if (number() != 0 && is_good_) take(value.emplace());
  }
  template <class Entity>
  void take(Entity& value) {
    if constexpr (std::is_class_v<Entity>) {
      store::visit(*this, value);
    } else if constexpr (std::is_enum_v<Entity>) {
      const std::uint64_t raw = number();
      if (raw > store::last_of(Entity{})) is_good_ = false;
      value = is_good_ ? static_cast<Entity>(raw) : Entity{};
    } else {
      value = static_cast<Entity>(number());
    }
  }

  std::string_view bytes_;
  std::vector<std::string_view> strings_;
  bool is_good_ = true;
};

template <class Archive>
void visit_all(Archive& archive, Facts& facts) {
  archive(facts.unit, facts.types, facts.records, facts.aliases, facts.globals, facts.functions);
}

static_assert(store::arity<Facts>() == 6);

}  // namespace

std::string to_bytes(const Facts& facts) {
  Writer writer;
  visit_all(writer, const_cast<Facts&>(facts));  // the archive only reads
  return writer.take();
}

std::optional<Facts> from_bytes(std::string_view bytes) {
  Facts facts;
  Reader reader(bytes);
  visit_all(reader, facts);
  if (!reader.is_good()) return std::nullopt;
  return facts;
}

}  // namespace ferrule
