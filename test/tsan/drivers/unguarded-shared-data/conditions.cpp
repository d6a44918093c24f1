#include "test/fixtures/unguarded-shared-data/conditions.cpp"

void reject() { told_without_the_lock(); }

void accept() { told_with_the_lock(); }
