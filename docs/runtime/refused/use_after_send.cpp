// The message belongs to the receiver now. Rust: E0382.
// analyser: ferrule-use-after-send
#include <ferrule/ferrule.h>

#include <cstdio>
#include <string>
#include <utility>

int main() {
  auto [tx, rx] = ferrule::channel<std::string>();
  std::string message = "hello";
  (void)tx.send(std::move(message));
  std::printf("sent %s\n", message.c_str());
}
