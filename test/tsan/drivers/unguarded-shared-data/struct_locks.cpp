#include "test/fixtures/unguarded-shared-data/struct_locks.cpp"

#include "test/tsan/both.h"

static Queue* queue = queue_new(4);
static Station station;
static Meter other;

void reject() {
  station_start(&station);
  lock_make(&other.lock);
  both([] { queue_push(queue); }, [] { queue_count(queue); });
  both([] { station_add(&station, 1); }, [] { station_reset(&station); });
  both([] { station_add(&station, 1 << 30); }, [] { meter_copy(&other, &station.meter); });
  one_later([] { table_add(1); }, [] { table_end(); });
}

void accept() {
  station_start(&station);
  lock_make(&other.lock);
  both([] { queue_push(queue); }, [] { queue_pop(queue); });
  both([] { station_add(&station, 1); }, [] { station_total(&station); });
  both([] { station_add(&station, 1); }, [] { meter_take(&other, &station.meter); });
  both([] { list_add(); }, [] { list_add(); });
  list_end();
  queue_free(queue);
}
