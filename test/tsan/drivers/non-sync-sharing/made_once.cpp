#include "test/fixtures/non-sync-sharing/made_once.cpp"

void reject() { made_anew(); }

void accept() {
  made_once();
  memorised();
}
