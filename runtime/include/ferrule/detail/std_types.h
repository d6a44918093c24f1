// What is known about the standard library's types, without including their headers: they are recognised by name.
#pragma once

#include <ferrule/detail/verdict.h>

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace ferrule::detail {

template <class T>
constexpr std::string_view spelled_type() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  return text;
}

/// The name of a type in namespace std, without template arguments and inline namespaces: "vector". Else "".
template <class T>
constexpr std::string_view std_name() {
  std::string_view text = spelled_type<T>();
  for (std::string_view keyword : {"class ", "struct "}) {
    if (text.starts_with(keyword)) text.remove_prefix(keyword.size());
  }
  if (!text.starts_with("std::")) return {};
  text.remove_prefix(5);
  while (text.starts_with("__") && text.find("::") < text.find('<')) text.remove_prefix(text.find("::") + 2);
  return text.substr(0, text.find_first_of("<;]"));
}

template <class... Names>
constexpr bool is_one_of(std::string_view name, Names... names) {
  return ((name == std::string_view(names)) || ...);
}

/// What owns its arguments by value, and whose const interface only reads: Send and Sync iff all of them are.
constexpr bool is_std_value(std::string_view name) {
  return is_one_of(name, "pair", "tuple", "optional", "variant", "expected", "vector", "deque", "list", "forward_list",
                   "map", "multimap", "set", "multiset", "unordered_map", "unordered_multimap", "unordered_set",
                   "unordered_multiset", "basic_string", "string", "wstring", "u8string", "u16string", "u32string",
                   "array", "queue", "stack", "priority_queue", "complex", "bitset", "chrono::duration",
                   "chrono::time_point", "monostate", "allocator", "default_delete", "basic_regex", "flat_map",
                   "flat_set");
}

/// What any thread may hold, copy and use at any time, whatever its arguments.
constexpr bool is_std_plain(std::string_view name) {
  return is_one_of(name, "thread", "jthread", "thread::id", "__thread_id", "error_code", "error_condition",
                   "exception_ptr", "type_index", "locale", "filesystem::path", "filesystem::__cxx11::path",
                   "source_location", "random_device", "partial_ordering", "weak_ordering", "strong_ordering",
                   "stop_token", "stop_source");
}

/// What several threads may use through a non-const reference.
constexpr bool is_std_synchronized(std::string_view name) {
  return is_one_of(name, "mutex", "timed_mutex", "recursive_mutex", "recursive_timed_mutex", "shared_mutex",
                   "shared_timed_mutex", "condition_variable", "_V2::condition_variable_any", "condition_variable_any",
                   "once_flag", "latch", "barrier", "counting_semaphore", "atomic", "atomic_flag", "stop_token",
                   "stop_source");
}

constexpr bool is_std_guard(std::string_view name) {
  return is_one_of(name, "unique_lock", "lock_guard", "scoped_lock", "shared_lock");
}

template <class T>
struct Arguments {
  template <class Question, class Seen>
  static constexpr Verdict all = Verdict::Yes;
};
template <template <class...> class C, class... Ts>
struct Arguments<C<Ts...>> {
  template <class Question, class Seen>
  static constexpr Verdict all = worst(Question::template of<Ts, Seen>...);
};
template <template <class, std::size_t> class C, class T, std::size_t N>
struct Arguments<C<T, N>> {
  template <class Question, class Seen>
  static constexpr Verdict all = Question::template of<T, Seen>;
};

template <class T>
struct FirstArgument {
  using type = void;
};
template <template <class...> class C, class T, class... Rest>
struct FirstArgument<C<T, Rest...>> {
  using type = T;
};

template <class T>
struct StdType {
  static constexpr std::string_view name = std_name<T>();
  static constexpr bool is_value = is_std_value(name);
  static constexpr bool is_plain = is_std_plain(name);
  static constexpr bool is_synchronized = is_std_synchronized(name);
  static constexpr bool is_guard = is_std_guard(name);
  static constexpr bool is_unique = name == "unique_ptr";
  static constexpr bool is_shared = name == "shared_ptr" || name == "weak_ptr" || name == "shared_future";
  static constexpr bool is_view = is_one_of(name, "reference_wrapper", "span");
  static constexpr bool is_text_view =
      is_one_of(name, "basic_string_view", "string_view", "wstring_view", "u8string_view");
  static constexpr bool is_one_shot = is_one_of(name, "future", "promise");
  static constexpr bool is_known = is_value || is_plain || is_synchronized || is_guard || is_unique || is_shared ||
                                   is_view || is_text_view || is_one_shot;

  using First = typename FirstArgument<T>::type;

  template <class Seen>
  static constexpr Verdict send() {
    if constexpr (is_guard) {
      return Verdict::No;
    } else if constexpr (is_value || is_one_shot) {
      return Arguments<T>::template all<AskSend, Seen>;
    } else if constexpr (is_unique) {
      // A polymorphic pointee may be of any derived class.
      return worst(Arguments<T>::template all<AskSend, Seen>, pointee<First>());
    } else {
      return handle<Seen, AskSend>();
    }
  }

  template <class Seen>
  static constexpr Verdict sync() {
    if constexpr (is_guard) {
      return Verdict::Unknown;
    } else if constexpr (is_value) {
      return Arguments<T>::template all<AskSync, Seen>;
    } else {
      return handle<Seen, AskSync>();
    }
  }

 private:
  // What leads to another object, and what is as good as itself in every thread.
  template <class Seen, class Ask>
  static constexpr Verdict handle() {
    if constexpr (is_plain || is_synchronized || is_text_view || is_one_shot) {
      return Verdict::Yes;
    } else if constexpr (is_shared) {
      return worst(shared_access<First, Seen, Ask>(), SendOf<First, Seen>::value, pointee<First>());
    } else {
      return shared_access<First, Seen, Ask>();
    }
  }
};

}  // namespace ferrule::detail
