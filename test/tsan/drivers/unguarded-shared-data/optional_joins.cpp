#include "test/fixtures/unguarded-shared-data/optional_joins.cpp"

void reject() { does_not_wait(); }

void accept() { waits(); }
