// The server: workers take requests from a queue and answer them.
#pragma once

#include "config.h"
#include "log.h"
#include "page_cache.h"
#include "routes.h"
#include "stats.h"
#include "text.h"
#include "work_queue.h"

#include <atomic>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace pages {

struct Request {
  std::string path;
  std::promise<std::string> answer;
};

class Server {
 public:
  Server(ConfigStore& config, const Routes& routes, Log& log);
  ~Server();

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::future<std::string> ask(std::string path);

  /// Renders the given pages before the first request and returns how many are in the cache.
  std::size_t warm_up(const std::vector<std::string>& paths);

  /// Writes a line to the log now and then, until the server stops.
  void start_reporter(unsigned every);

  /// Renders the same banner for several sites at once.
  std::vector<std::string> render_banners(const Text& banner, const std::vector<std::string>& sites);

  std::string status() const;

 private:
  void work(const Routes& routes);
  std::string render(const Routes& routes, const std::string& path);

  ConfigStore& config_;
  Log& log_;
  PageCache cache_;
  Stats stats_;
  WorkQueue<Request> requests_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> workers_;
  std::thread reporter_;
};

}  // namespace pages
