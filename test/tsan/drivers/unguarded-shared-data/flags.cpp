#include "test/fixtures/unguarded-shared-data/flags.cpp"

void reject() {
  fills_and_looks();
  see_from_two();
}

void accept() {
  fills_and_looks_guarded();
  export_from_two();
}
