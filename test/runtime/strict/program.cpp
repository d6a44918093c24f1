// A program in which the language can tell everything: it builds in both modes, and runs.
//
// A pool of workers counts words. Threads take functions with arguments instead of closures; jobs are SendFn; what the
// language cannot tell about the program's own classes is claimed once, where the class is.
#include <ferrule/ferrule.h>

#include <cstddef>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

struct Options {
  std::size_t shortest_word;
  std::string separators;
};

struct Page {
  int number;
  std::string text;
};

struct Summary {
  int pages = 0;
  std::map<std::string, int> words;
};

/// The sum of what it was given; its members are private, so that it says itself that it may travel.
class FERRULE_CLAIM_SEND("owns what it holds, and points nowhere") Tally {
 public:
  void add(const std::string& word) { ++words_[word]; }
  void merge_into(Summary& summary) const {
    for (const auto& [word, count] : words_) summary.words[word] += count;
  }

 private:
  std::map<std::string, int> words_;
};

/// A callable with state that is named, so that it can be claimed.
class CountTo {
 public:
  explicit CountTo(int end) : end_(end) {}
  int operator()() const {
    int sum = 0;
    for (int i = 1; i <= end_; ++i) sum += i;
    return sum;
  }

 private:
  int end_;
};

}  // namespace

template <>
inline constexpr bool ferrule::claims_sync<Options> = true;  // no mutable members
template <>
inline constexpr bool ferrule::claims_send<Tally> = true;
template <>
inline constexpr bool ferrule::claims_send<CountTo> = true;

namespace {

using SharedOptions = ferrule::Arc<Options>;
using SharedSummary = ferrule::Arc<ferrule::Mutex<Summary>>;
using Job = ferrule::SendFn<int()>;

void count_words(const Page& page, const Options& options, Tally& tally) {
  std::size_t at = 0;
  while (at < page.text.size()) {
    std::size_t end = page.text.find_first_of(options.separators, at);
    if (end == std::string::npos) end = page.text.size();
    if (end - at >= options.shortest_word) tally.add(page.text.substr(at, end - at));
    at = end + 1;
  }
}

Tally work(ferrule::mpmc::Receiver<Page> pages, SharedOptions options, SharedSummary summary) {
  Tally tally;
  while (std::optional<Page> page = pages.recv()) {
    count_words(*page, *options, tally);
    summary->with_lock([](Summary& all) { ++all.pages; });
  }
  return tally;
}

void write_pages(ferrule::mpmc::Sender<Page> pages) {
  const char* const texts[] = {"one two two", "three three three", "two, three; one"};
  for (int number = 0; number < 3; ++number) {
    if (!pages.send(Page{number, texts[number]})) return;
  }
}

Summary count_all() {
  ferrule::assert_send<Page>();
  ferrule::assert_send<SharedOptions>();
  ferrule::assert_send<SharedSummary>();
  ferrule::assert_sync<ferrule::Mutex<Summary>>();
  auto options = SharedOptions::make(std::size_t{3}, std::string(" ,;"));
  auto summary = SharedSummary::make(Summary{});
  auto [tx, rx] = ferrule::mpmc::sync_channel<Page>(2);
  std::vector<ferrule::JoinHandle<Tally>> workers;
  for (int i = 0; i < 3; ++i) workers.push_back(ferrule::spawn(work, rx, options, summary));
  ferrule::spawn(write_pages, std::move(tx)).join();
  for (auto& worker : workers) {
    Tally tally = worker.join();
    summary->with_lock([&tally](Summary& all) { tally.merge_into(all); });
  }
  return summary->get();
}

int run_jobs(ferrule::Receiver<Job> jobs) {
  int sum = 0;
  for (Job& job : jobs) sum += job();
  return sum;
}

int run_some_jobs() {
  auto [tx, rx] = ferrule::channel<Job>();
  auto runner = ferrule::spawn(run_jobs, std::move(rx));
  {
    auto jobs = std::move(tx);
    (void)jobs.send(Job([] { return 7; }));
    (void)jobs.send(Job(CountTo(4)));
  }
  return runner.join();
}

void answer(ferrule::OneSender<std::string> reply, std::string question) { (void)reply.send(question + " indeed"); }

std::string ask(std::string question) {
  auto [reply, response] = ferrule::oneshot<std::string>();
  auto thread = ferrule::spawn(answer, std::move(reply), std::move(question));
  auto words = response.recv();
  thread.join();
  return words.value_or("");
}

int square(int number) { return number * number; }

}  // namespace

int main() {
  Summary summary = count_all();
  std::printf("%d pages, 'two' %d times, 'three' %d times\n", summary.pages, summary.words["two"],
              summary.words["three"]);
  bool is_right = summary.pages == 3 && summary.words["two"] == 3 && summary.words["three"] == 4;
  is_right = is_right && run_some_jobs() == 17;
  is_right = is_right && ask("so") == "so indeed";
  const std::vector<int> squares = ferrule::par_map(std::vector<int>{1, 2, 3}, &square);
  is_right = is_right && squares == std::vector<int>{1, 4, 9};
  return is_right ? 0 : 1;
}
