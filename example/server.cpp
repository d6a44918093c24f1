#include "server.h"

#include <chrono>
#include <utility>

namespace pages {

namespace {

std::string with_banner(Text banner, const std::string& site) {
  std::string page(banner.view());
  page += ", ";
  page += site;
  return page;
}

}  // namespace

Server::Server(ConfigStore& config, const Routes& routes, Log& log)
    : config_(config), log_(log), cache_(config.snapshot()->cache_pages) {
  const unsigned count = config_.snapshot()->workers;
  workers_.reserve(count);
  for (unsigned i = 0; i < count; ++i) {
    workers_.emplace_back([this, &routes] { work(routes); });
  }
}

Server::~Server() {
  stopping_ = true;
  requests_.close();
  for (std::thread& worker : workers_) worker.join();
  if (reporter_.joinable()) reporter_.join();
}

std::future<std::string> Server::ask(std::string path) {
  Request request{std::move(path), {}};
  std::future<std::string> answer = request.answer.get_future();
  requests_.push(std::move(request));
  return answer;
}

void Server::work(const Routes& routes) {
  while (std::optional<Request> request = requests_.pop()) {
    stats_.seen(request->path);
    request->answer.set_value(render(routes, request->path));
  }
}

std::string Server::render(const Routes& routes, const std::string& path) {
  if (std::optional<std::string> page = cache_.find(path)) {
    stats_.served();
    return *std::move(page);
  }
  std::string page;
  switch (routes.match(path)) {
    case Page::Home:
      page = config_.snapshot()->greeting;
      break;
    case Page::Help:
      page = "there is no help";
      break;
    case Page::Status:
      return status();
    case Page::Missing:
      stats_.refused(404);
      return "not found";
  }
  cache_.store(path, page);
  stats_.served();
  return page;
}

std::size_t Server::warm_up(const std::vector<std::string>& paths) {
  std::size_t rendered = 0;
  const std::size_t half = paths.size() / 2;
  std::thread second([&] {
    for (std::size_t i = half; i < paths.size(); ++i) {
      cache_.store(paths[i], "warm");
      ++rendered;
    }
  });
  for (std::size_t i = 0; i < half; ++i) {
    cache_.store(paths[i], "warm");
    ++rendered;
  }
  second.join();
  log_.write("warmed up " + std::to_string(rendered) + " pages");
  return cache_.size();
}

void Server::start_reporter(unsigned every) {
  reporter_ = std::thread([&] {
    unsigned tick = 0;
    while (!stopping_) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (every != 0 && ++tick % every == 0) log_.write(status());
    }
  });
}

std::vector<std::string> Server::render_banners(const Text& banner, const std::vector<std::string>& sites) {
  std::vector<std::future<std::string>> pending;
  pending.reserve(sites.size());
  for (const std::string& site : sites) {
    pending.push_back(std::async(std::launch::async, with_banner, banner, site));
  }
  std::vector<std::string> pages;
  for (std::future<std::string>& page : pending) pages.push_back(page.get());
  return pages;
}

std::string Server::status() const {
  std::string line = stats_.summary();
  line += ", hit ratio " + std::to_string(cache_.hit_ratio());
  if (last_refusal != 0) line += ", last refusal " + std::to_string(last_refusal);
  return line;
}

}  // namespace pages
