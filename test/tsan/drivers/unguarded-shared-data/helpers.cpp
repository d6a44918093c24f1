#include "test/fixtures/unguarded-shared-data/helpers.cpp"

#include "test/tsan/both.h"

void reject() {
  Account account;
  both([&] { account.deposit(1); }, [&] { account.correct(2); });
  Journal journal;
  both([&] { journal.append("a"); }, [&] { journal.peek(); });
}

void accept() {
  Account account;
  both([&] { account.deposit(1); }, [&] { account.withdraw(account.balance()); });
  Journal journal;
  both([&] { journal.append(journal.text()); }, [&] { journal.clear(); });
}
