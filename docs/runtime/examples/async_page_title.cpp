// A task does nothing until it is awaited; a race takes the first that is done, and cancels the other.
// prints: short.example is first: A short page
#include <ferrule/ferrule.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <variant>

using namespace std::chrono_literals;

// Stands for a request that takes its time.
ferrule::Task<std::string> fetch(std::string url) {
  co_await ferrule::async::sleep_for(url == "short.example" ? 1ms : 200ms);
  co_return url == "short.example" ? "<title>A short page</title>" : "<title>A long page</title>";
}

ferrule::Task<std::optional<std::string>> page_title(std::string url) {
  std::string text = co_await fetch(std::move(url));
  auto from = text.find("<title>"), to = text.find("</title>");
  if (from == std::string::npos || to == std::string::npos) co_return std::nullopt;
  co_return text.substr(from + 7, to - from - 7);
}

ferrule::Task<> compare() {
  auto winner = co_await ferrule::race(page_title("long.example"), page_title("short.example"));
  const char* url = winner.index() == 0 ? "long.example" : "short.example";
  auto title = std::visit([](auto& found) { return found; }, winner);
  std::printf("%s is first: %s\n", url, title ? title->c_str() : "(it had no title)");
}

int main() { ferrule::block_on(compare()); }
