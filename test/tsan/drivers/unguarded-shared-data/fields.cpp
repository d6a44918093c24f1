#include "test/fixtures/unguarded-shared-data/fields.cpp"

namespace {

template <class Object, class Read>
void share(Object& object, Read read) {
  std::thread reader([&] { read(object); });
  object.add(1);
  reader.join();
}

}  // namespace

void reject() {
  Stats stats;
  share(stats, [](const Stats& of) { return of.mean(); });
  captured();
  count_requests();
}

void accept() {
  GuardedStats stats(1);
  share(stats, [](const GuardedStats& of) { return of.total(); });
  captured_and_atomic();
}
