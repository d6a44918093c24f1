#include "checks/knowledge/concurrency.h"

#include "checks/knowledge/documents.h"
#include "checks/knowledge/names.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ferrule {
namespace {

using Json = nlohmann::json;
using knowledge::expand_braces;

constexpr std::pair<std::string_view, Does> does_names[] = {
    {"nothing", Does::Nothing},
    {"start", Does::Start},
    {"scope", Does::Scope},
    {"call_parallel", Does::CallParallel},
    {"send", Does::Send},
    {"join", Does::Join},
    {"detach", Does::Detach},
    {"test_joinable", Does::TestJoinable},
    {"lock", Does::Lock},
    {"unlock", Does::Unlock},
    {"try_lock", Does::TryLock},
    {"lock_all", Does::LockAll},
    {"guard_lock", Does::GuardLock},
    {"guard_try_lock", Does::GuardTryLock},
    {"guard_unlock", Does::GuardUnlock},
    {"guard_test", Does::GuardTest},
    {"guard_release", Does::GuardRelease},
    {"guard_mutex", Does::GuardMutex},
    {"guard_swap", Does::GuardSwap},
    {"guard_assign", Does::GuardAssign},
    {"make_guard", Does::MakeGuard},
    {"with_lock", Does::WithLock},
    {"view", Does::View},
    {"once", Does::Once},
    {"wait", Does::Wait},
    {"acquire_sync", Does::AcquireSync},
    {"try_sync", Does::TrySync},
    {"set_count", Does::SetCount},
    {"set_kind", Does::SetKind},
    {"release_sync", Does::ReleaseSync},
    {"sync", Does::Sync},
    {"share_sync", Does::ShareSync},
    {"atomic", Does::Atomic},
    {"make", Does::Make},
    {"allocate", Does::Allocate},
    {"address", Does::Address},
    {"deref", Does::Deref},
    {"self_pointer", Does::SelfPointer},
    {"read", Does::Read},
    {"fence", Does::Fence},
    {"invoke_receiver", Does::InvokeReceiver},
    {"invoke", Does::Invoke},
    {"bind", Does::Bind},
    {"later", Does::Later},
    {"insert", Does::Insert},
    {"emplace", Does::Emplace},
    {"remove", Does::Remove},
    {"link", Does::Link},
    {"clear", Does::Clear},
    {"thread_own", Does::ThreadOwn},
    {"use_state", Does::UseState},
    {"own_number", Does::OwnNumber},
    {"access", Does::Access},
};

constexpr std::pair<std::string_view, Is> is_names[] = {
    {"lock", Is::Lock},
    {"guard", Is::Guard},
    {"handle", Is::Handle},
    {"atomic", Is::Atomic},
    {"synchronized", Is::Synchronized},
    {"pointer", Is::Pointer},
    {"callable", Is::Callable},
    {"container", Is::Container},
    {"exclusive", Is::Exclusive},
};

template <class Enum, std::size_t N>
Enum named(const std::pair<std::string_view, Enum> (&names)[N], const std::string& word, const std::string& key) {
  for (const auto& [name, value] : names)
    if (name == word) return value;
  throw std::runtime_error("'" + word + "' is not known in the knowledge of '" + key + "'");
}

template <class Enum, std::size_t N>
std::array<std::string_view, N> words_of(const std::pair<std::string_view, Enum> (&names)[N]) {
  std::array<std::string_view, N> words;
  for (std::size_t i = 0; i < N; ++i) words[i] = names[i].first;
  return words;
}

void read_handle(FunctionKnowledge& known, const std::string& word, const std::string& key) {
  using Handle = FunctionKnowledge::Handle;
  if (word == "none")
    known.handle = Handle::None;
  else if (word == "this")
    known.handle = Handle::This;
  else if (word == "receiver")
    known.handle = Handle::Receiver;
  else if (word == "result")
    known.handle = Handle::Result;
  else if (word.starts_with("arg") && word.size() == 4) {
    known.handle = Handle::Argument;
    known.handle_argument = static_cast<unsigned>(word[3] - '0');
  } else {
    throw std::runtime_error("'" + word + "' is no handle in the knowledge of '" + key + "'");
  }
}

unsigned read_callable(const Json& from, const std::string& key) {
  const auto at = from.find("callable");
  if (at == from.end()) return 0;
  if (!at->is_string()) return at->get<unsigned>();
  if (*at != "first")
    throw std::runtime_error("'" + at->get<std::string>() + "' is no callable in the knowledge of '" + key + "'");
  return FunctionKnowledge::first_callable;
}

FunctionKnowledge read_function(const Json& from, const std::string& key) {
  FunctionKnowledge known;
  known.does = named(does_names, from.at("does").get<std::string>(), key);
  if (from.contains("on")) known.on = from["on"].get<unsigned>();
  known.callable = read_callable(from, key);
  known.message = from.value("message", 0u);
  read_handle(known, from.value("handle", std::string("none")), key);
  known.only_for = from.value("only_for", std::vector<std::string>());
  known.runs = from.value("runs", std::string());
  known.skip = from.value("skip", std::string());
  known.sink = from.value("sink", std::string());
  known.state = from.value("state", std::string());
  known.reads = from.value("reads", std::vector<unsigned>());
  known.writes = from.value("writes", std::vector<unsigned>());
  if (from.contains("reads_rest")) known.reads_rest = from["reads_rest"].get<unsigned>();
  if (from.contains("writes_rest")) known.writes_rest = from["writes_rest"].get<unsigned>();
  known.shared = from.value("shared", false);
  known.zero_is_success = from.value("zero_is_success", false);
  known.joins_on_destroy = from.value("joins_on_destroy", false);
  known.interrupts = from.value("interrupts", false);
  known.is_static = from.value("static", false);
  known.checked = from.value("checked", false);
  return known;
}

ClassKnowledge read_class(const Json& from, const std::string& key) {
  ClassKnowledge known;
  if (from.contains("is")) known.is = named(is_names, from["is"].get<std::string>(), key);
  known.shared = from.value("shared", false);
  known.joins_on_destroy = from.value("joins_on_destroy", false);
  known.blocks_holder = from.value("blocks_holder", false);
  known.is_view = from.value("view", false);
  known.is_sole_owner = from.value("sole_owner", false);
  known.elements_stay = from.value("elements_stay", false);
  known.holds_inside = from.value("holds_inside", false);
  known.names_element = from.value("names_element", false);
  known.is_placeholder = from.value("placeholder", false);
  return known;
}

}  // namespace

std::span<const std::string_view> words_for_does() {
  static const auto words = words_of(does_names);
  return words;
}

std::span<const std::string_view> words_for_is() {
  static const auto words = words_of(is_names);
  return words;
}

void Concurrency::read_shared_types(std::span<const knowledge::TypeRule> rules) {
  for (const knowledge::TypeRule& rule : rules) {
    const auto& terms = rule.answers[static_cast<std::size_t>(Question::Synchronized)];
    const bool is_shared = std::all_of(terms.begin(), terms.end(), [](const knowledge::Term& term) {
      return term.kind == knowledge::Term::Kind::Ask ||
             (term.kind == knowledge::Term::Kind::Constant && term.constant == Answer::Yes);
    });
    if (is_shared && !rule.is_lock && !rule.name.ends_with('*'))
      classes_.try_emplace(rule.name, ClassKnowledge{Is::Synchronized});
  }
}

void Concurrency::read(std::string_view json) {
  try {
    const Json document = Json::parse(json);
    const Json classes = document.value("classes", Json::object());
    for (const auto& [key, value] : classes.items()) {
      const ClassKnowledge known = read_class(value, key);
      for (std::string& name : expand_braces(key)) classes_[std::move(name)] = known;
    }
    const Json functions = document.value("functions", Json::object());
    for (const auto& [key, value] : functions.items()) {
      const FunctionKnowledge known = read_function(value, key);
      for (std::string& name : expand_braces(key)) functions_[std::move(name)] = known;
    }
  } catch (const Json::exception& problem) {
    throw std::runtime_error(std::string("the knowledge of concurrency is malformed: ") + problem.what());
  }
}

const Concurrency& Concurrency::built_in() {
  static const Concurrency known = [] {
    Concurrency made;
    for (const knowledge::Document& document : knowledge::documents())
      if (document.name.starts_with("concurrency")) made.read(document.text);
    for (const knowledge::Document& document : knowledge::documents())
      if (document.name.starts_with("types_libraries"))
        made.read_shared_types(knowledge::Types(std::span(&document, 1)).rules());
    return made;
  }();
  return known;
}

const FunctionKnowledge* Concurrency::function(std::string_view name) const {
  auto it = functions_.find(std::string(name));
  return it == functions_.end() ? nullptr : &it->second;
}

const FunctionKnowledge* Concurrency::of_call(const Function& callee) const {
  const FunctionKnowledge* known = function(callee.name);
  const bool is_own = callee.has_body() && !callee.is_system;
  return known && known->does == Does::Access && is_own ? nullptr : known;
}

std::vector<Global> Concurrency::hidden_state() const {
  std::set<std::string> names;
  for (const auto& [name, known] : functions_)
    if (known.does == Does::UseState) names.insert(known.state);
  std::vector<Global> globals;
  for (const std::string& name : names) {
    Global global;
    global.key = global.name = name;
    globals.push_back(std::move(global));
  }
  return globals;
}

const ClassKnowledge* Concurrency::record(std::string_view name) const {
  auto it = classes_.find(std::string(name));
  return it == classes_.end() ? nullptr : &it->second;
}

bool Concurrency::is_view(const Record* of) const {
  if (!of) return false;
  const ClassKnowledge* known = record(of->name);
  return known ? known->is_view : of->is_system && of->name.ends_with("iterator");
}

bool Concurrency::is_sole_owner(const Record* of) const {
  const ClassKnowledge* known = of ? record(of->name) : nullptr;
  return known && known->is_sole_owner;
}

}  // namespace ferrule
