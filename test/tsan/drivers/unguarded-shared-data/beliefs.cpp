#include "test/fixtures/unguarded-shared-data/beliefs.cpp"

#include "test/tsan/both.h"

Index::~Index() { delete[] slots_; }
void Index::set(int key, int value) {
  if (!slots_) slots_ = new int[4]();
  slots_[key % 4] = value;
}
const int* Index::get(int key) const { return slots_ ? slots_ + key % 4 : nullptr; }
std::mutex Hosts::mutex_;
int Hosts::count_ = 0;

void reject() {
  Gate gate;
  both([&] { gate.set(true); }, [&] { gate.is_on(); });
  both([&] { gate.set(true); }, [&] { gate.tick(); });
  Box box;
  both([&] { box.all(); }, [&] { box.a(); });
  Valve valve;
  both([&] { valve.exchange(true, 1); }, [&] { valve.exchange(false, 0); });
  Base base;
  // The race is between two sections of planned(), which is short: many rounds.
  both([&] { base.install(1); }, [&] { base.planned(); }, 5000);
  Recorder recorder;
  both([&] { recorder.start(1); }, [&] { recorder.since(2); });
  Names names;
  both([&] { names.add(1); }, [&] { names.is_listed(1); });
  Stats stats;
  both([&] { stats.count(1); }, [&] { stats.slot(1); });
  both([] { Hosts::of_number(1); }, [] { Hosts::of_number(2); });
}

void accept() {
  Tray tray;
  both([&] { tray.take(); }, [&] { tray.take(); });
  Table table;
  both([&] { table.size(); }, [&] { table.size(); });
  Limits limits;
  limits.set_name("a");
  both([&] { limits.count(); }, [&] { limits.name(); });
  both([] { Hosts::of_letter('a'); }, [] { Hosts::of_letter('b'); });
  both([] { Hosts::count(); }, [] { Hosts::count(); });
}
