// A class with private members, as message.
// strict: FERRULE_STRICT
#include <ferrule/channel.h>

class Message {
 public:
  explicit Message(int* where) : where_(where) {}
  int* where() const { return where_; }

 private:
  int* where_;
};

int main() {
  auto [tx, rx] = ferrule::channel<Message>();
  return tx.send(Message(nullptr)) ? 0 : 1;
}
