// unseen: std::thread worker([number]: the thread is joined before the caller reads, but nobody proves it
#include "test/fixtures/non-send-crossing/unproved.cpp"

#include <chrono>

namespace {

struct Brush : Shape {
  explicit Brush(int* strokes) : strokes(strokes) {}
  void draw() override { ++*strokes; }
  int* strokes;
};

}  // namespace

// What the types do not forbid: each is given something that its caller goes on using.
void reject() {
  static int strokes = 0;
  draw_elsewhere(std::make_unique<Brush>(&strokes));
  ++strokes;
  static int posted = 0;
  post([] { ++posted; });
  ++posted;
  static int pointed = 0;
  by_pointer(&pointed);
  ++pointed;
  const auto number = std::make_shared<int>(1);
  shared(number);
  ++*number;
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

void accept() {
  still_held();
  handed_over();
  borrowed();
  several({1, 2});
  owned({});
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
}
