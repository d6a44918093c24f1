// A small page server that asks itself. It looks like real code, and it has the mistakes that real code has:
// `tool/dev demo` shows what Ferrule says about it.
#include "config.h"
#include "log.h"
#include "routes.h"
#include "server.h"
#include "text.h"

#include <array>
#include <cstddef>
#include <future>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t clients = 4;
constexpr std::size_t questions = 200;

/// Every client asks on a thread of its own; the lengths of all answers are added up.
std::size_t ask_much(pages::Server& server) {
  static const std::array<std::string, 4> paths = {"/", "/help", "/status", "no/such/page"};
  std::vector<std::size_t> lengths(clients, 0);
  std::vector<std::thread> threads;
  for (std::size_t client = 0; client < clients; ++client) {
    threads.emplace_back([&server, &lengths, client] {
      std::size_t length = 0;
      for (std::size_t i = 0; i < questions; ++i) {
        length += server.ask(paths[(client + i) % paths.size()]).get().size();
      }
      lengths[client] = length;  // a slot for each thread, read after the join
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::size_t total = 0;
  for (const std::size_t length : lengths) total += length;
  return total;
}

}  // namespace

int main() {
  pages::Log log(std::cout);
  pages::ConfigStore config(pages::Config{});
  pages::Server server(config, pages::default_routes(), log);

  std::vector<std::string> paths;
  for (int i = 0; i < 40; ++i) paths.push_back("/warm/" + std::to_string(i));
  server.warm_up(paths);
  server.start_reporter(config.snapshot()->report_every);

  std::jthread reloader([&config] { config.reload("greeting=welcome\nreport_every=4\n"); });
  const std::size_t total = ask_much(server);

  const pages::Text banner("this week");
  for (const std::string& page : server.render_banners(banner, {"north", "south", "east", "west"})) log.write(page);
  log.write("answered " + std::to_string(total) + " bytes; " + server.status());
}
