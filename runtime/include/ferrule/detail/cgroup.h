// How many processors a container may use: Linux's control groups, version 2 and 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#if defined(__linux__)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace ferrule::detail {

#if defined(__linux__)

/// The beginning of a file, or "".
inline std::string read_file(const std::string& path) {
  std::string text;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return text;
  char buffer[4096];
  for (ssize_t got; text.size() < 65536 && (got = ::read(file, buffer, sizeof(buffer))) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  ::close(file);
  return text;
}

/// Reads a number and moves `at` behind it; -1 where there is none.
inline std::int64_t read_number(const std::string& text, std::size_t& at) {
  while (at < text.size() && text[at] == ' ') ++at;
  if (at >= text.size() || text[at] < '0' || text[at] > '9') return -1;
  std::int64_t number = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && number < (std::int64_t{1} << 50); ++at)
    number = number * 10 + (text[at] - '0');
  return number;
}

/// Time per period, as processors; 0 is no limit. Rounded down, as in Rust, but at least 1.
inline std::size_t quota_of(std::int64_t time, std::int64_t period) {
  if (time <= 0 || period <= 0) return 0;
  return time < period ? 1 : static_cast<std::size_t>(time / period);
}

/// "max 100000" or "150000 100000", as version 2 writes it.
inline std::size_t quota_of_v2(const std::string& text) {
  std::size_t at = 0;
  const std::int64_t time = read_number(text, at);
  return quota_of(time, read_number(text, at));
}
inline std::size_t quota_of_v1(const std::string& time_text, const std::string& period_text) {
  std::size_t at = 0, period_at = 0;
  const std::int64_t time = read_number(time_text, at);
  return quota_of(time, read_number(period_text, period_at));
}

/// Whether a list such as "cpu,cpuacct" has "cpu".
inline bool has_cpu_controller(const std::string& controllers) {
  for (std::size_t at = 0; at < controllers.size();) {
    const std::size_t comma = controllers.find(',', at);
    const std::size_t end = comma == std::string::npos ? controllers.size() : comma;
    if (controllers.compare(at, end - at, "cpu") == 0) return true;
    at = end + 1;
  }
  return false;
}

/// The group's path in a line of /proc/self/cgroup, "id:controllers:path", if it is the one asked for.
inline bool group_of_line(const std::string& line, bool is_v2, std::string& path) {
  const std::size_t first = line.find(':');
  const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
  if (second == std::string::npos) return false;
  const std::string controllers = line.substr(first + 1, second - first - 1);
  const bool is_wanted = is_v2 ? controllers.empty() : has_cpu_controller(controllers);
  if (is_wanted) path = line.substr(second + 1);
  return is_wanted;
}

/// The least quota of the group and of those above it; 0 is none. `groups` is the text of /proc/self/cgroup, `mount`
/// where groups are mounted.
inline std::size_t cgroup_quota(const std::string& groups, const std::string& mount) {
  std::size_t least = 0;
  auto note = [&least](std::size_t quota) {
    if (quota != 0 && (least == 0 || quota < least)) least = quota;
  };
  for (bool is_v2 : {true, false}) {
    std::string path;
    for (std::size_t at = 0; at < groups.size();) {
      const std::size_t end = groups.find('\n', at);
      if (group_of_line(groups.substr(at, end - at), is_v2, path)) break;
      at = end == std::string::npos ? groups.size() : end + 1;
    }
    if (path.empty() || path[0] != '/') continue;
    for (;;) {
      while (!path.empty() && path.back() == '/') path.pop_back();
      if (is_v2) {
        note(quota_of_v2(read_file(mount + path + "/cpu.max")));
      } else {
        for (const char* controller : {"/cpu", "/cpu,cpuacct"})
          note(quota_of_v1(read_file(mount + controller + path + "/cpu.cfs_quota_us"),
                           read_file(mount + controller + path + "/cpu.cfs_period_us")));
      }
      if (path.empty()) break;
      path.erase(path.rfind('/'));
    }
  }
  return least;
}

inline std::size_t cgroup_quota() { return cgroup_quota(read_file("/proc/self/cgroup"), "/sys/fs/cgroup"); }

#else

inline std::size_t cgroup_quota() { return 0; }

#endif

}  // namespace ferrule::detail
