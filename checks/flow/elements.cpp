// Which element of a container an expression means: `shards_[from]` and `shards_[to]` have a lock each.
#include "checks/flow/interpreter.h"

#include <algorithm>
#include <charconv>

namespace ferrule {
namespace {

bool is_constant(const std::string& name) {
  return name == "*" || (!name.empty() && name.find_first_not_of("-0123456789") == std::string::npos);
}

// What a sum adds to its variables, and these.
std::pair<std::string_view, std::string_view> split(std::string_view sum) {
  const std::size_t last = sum.find_last_of("+-");
  const std::size_t from = last == std::string_view::npos ? 0 : last;
  const bool is_number = sum.find_first_not_of("+-0123456789", from) == std::string_view::npos;
  return is_number ? std::pair(sum.substr(0, from), sum.substr(from)) : std::pair(sum, std::string_view());
}

bool is_variable(std::string_view name) {
  return (name.front() == '$' || name.front() == '~') && name.find_first_of("+-*") == std::string_view::npos;
}

// Two constants, two variables, or sums of the same with other constants: of anything else, nobody knows.
bool differ(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty() || a == b || a == "*" || b == "*" || a == "[]" || b == "[]") return false;
  return split(a).first == split(b).first || (is_variable(a) && is_variable(b));
}

}  // namespace

bool surely_below(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return false;
  const auto [of_a, first] = split(a);
  const auto [of_b, second] = split(b);
  const auto number = [](std::string_view digits) {
    if (digits.starts_with('+')) digits.remove_prefix(1);
    long value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  };
  return of_a == of_b && number(first) < number(second);
}

// The name that the text gives to the one element on the way; null if there is none, or more.
const std::string* Interpreter::element_named(const Place& place) const {
  const std::string* named = nullptr;
  const auto meet = [&](const std::string& name) {
    static const std::string unknown;
    named = named || name.empty() ? &unknown : &name;
  };
  if (place.root == Root::Result && place.index < function_.events.size())
    if (const Event& made = function_.events[place.index]; made.kind == Event::Kind::Call) {
      static const std::string each = "*";
      if (made.args.size() == 1 && made.args.front().kind != Value::Kind::Function && !made.args.front().key.empty())
        meet(made.args.front().key);
      else if (is_advanced(made.place))
        meet(each);
      else if (made.args.empty())  // a pointer in an element, followed
        if (const std::string* inner = element_named(made.place)) meet(*inner);
    }
  for (const Step& step : place.steps)
    if (step.kind == Step::Kind::Element) meet(step.field);
  return named && !named->empty() ? named : nullptr;
}

// The same for what the event at hand does to `place`, or to a part of it.
const std::string* Interpreter::named_element(PlaceId place) {
  const Event& event = function_.events[now_];
  const auto named = [&](const Place& text) {
    const PlaceId here = text.known() ? resolve(places_.intern(text)) : no_place;
    return here != no_place && places_.has_prefix(place, here) ? element_named(text) : nullptr;
  };
  if (const std::string* name = named(event.place)) return name;
  if (const std::string* name = named(event.value.place)) return name;
  for (const Value& argument : event.args)
    if (const std::string* name = named(argument.place)) return name;
  return nullptr;
}

// How the event at hand names the place, if that means elements.
const Place* Interpreter::text_of(PlaceId place) {
  bool has_element = false;
  for (PlaceId at = place; !places_.is_root(at) && !has_element; at = places_.parent(at))
    has_element = places_.step_kind(at) == Step::Kind::Element;
  if (!has_element) return nullptr;
  const Event& event = function_.events[now_];
  const auto names = [&](const Place& text) { return text.known() && resolve(places_.intern(text)) == place; };
  if (names(event.place)) return &event.place;
  if (names(event.value.place)) return &event.value.place;
  for (const Value& argument : event.args)
    if (names(argument.place)) return &argument.place;
  return nullptr;
}

// A local iterator that the function moves on: in its loop it stands for each element.
bool Interpreter::is_advanced(const Place& iterator) const {
  if (iterator.root != Root::Local || !iterator.steps.empty() || iterator.index >= function_.locals.size())
    return false;
  const Record* record = program_.record_of_type(function_.locals[iterator.index].type);
  if (!record || !record->is_system || !record->name.ends_with("iterator")) return false;
  return std::any_of(function_.events.begin(), function_.events.end(), [&](const Event& event) {
    const Function* callee = event.kind == Event::Kind::Call ? program_.function(event.callee) : nullptr;
    return callee && event.place == iterator && callee->name.ends_with("::operator++");
  });
}

void Interpreter::note_removal(const Event& event) {
  if (!collecting_) return;
  const auto note = [&](const Place& place) {
    if (const PlaceId container = place.known() ? resolve(places_.intern(place)) : no_place; container != no_place)
      removed_.insert(container);
  };
  note(event.place);
  for (const Value& argument : event.args) note(argument.place);
}

void Interpreter::note_locked_element(PlaceId lock) {
  for (PlaceId at = lock; !places_.is_root(at); at = places_.parent(at))
    if (places_.step_kind(at) == Step::Kind::Element) {
      const std::string* name = named_element(lock);
      locked_elements_[lock].insert(name ? *name : std::string());
      return;
    }
}

// An element's lock guards nothing of another element.
void Interpreter::keep_to_element(Accessed& accessed) {
  bool has_element = false;
  for (PlaceId at = accessed.place; !places_.is_root(at); at = places_.parent(at))
    if (places_.step_kind(at) == Step::Kind::Element) {
      has_element = true;
      accessed.removed |= removed_.contains(places_.parent(at));
    }
  const std::string* name = has_element ? named_element(accessed.place) : nullptr;
  if (!name) return;
  if (!accessed.element && is_constant(*name)) accessed.element = name;
  for (const auto& [lock, elements] : locked_elements_) {
    if (!accessed.locks.contains(lock) || elements.size() != 1 || !differ(*elements.begin(), *name)) continue;
    PlaceId container = lock;
    while (places_.step_kind(container) != Step::Kind::Element) container = places_.parent(container);
    if (!places_.has_prefix(accessed.place, container)) continue;
    Locks left = *accessed.locks;
    left.erase(lock);
    accessed.locks = Shared<Locks>(std::move(left));
  }
}

}  // namespace ferrule
