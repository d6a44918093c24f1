// A channel carries a value from one thread to another.
// prints: got: good morning
#include <ferrule/ferrule.h>

#include <cstdio>
#include <string>
#include <utility>

int main() {
  auto [tx, rx] = ferrule::channel<std::string>();
  auto producer = ferrule::spawn([tx = std::move(tx)] { (void)tx.send("good morning"); });
  std::printf("got: %s\n", rx.recv()->c_str());
  std::move(producer).join();
}
