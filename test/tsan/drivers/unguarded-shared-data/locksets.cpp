#include "test/fixtures/unguarded-shared-data/locksets.cpp"

#include "test/tsan/both.h"

void reject() {
  Forms forms;
  const auto base = [&] { forms.base(); };
  both(base, [&] { forms.early_unlock(); });
  both(base, [&] { forms.deferred_never_taken(); });
  both(base, [&] { forms.one_branch_only(false); });
  both(base, [&] { forms.inner_scope(); });

  Forms taken;
  taken.tried_wrong_way();  // takes the lock and leaves with it
  both([&] { taken.tried_wrong_way(); }, [&] { taken.tried_wrong_way(); });

  Shared shared;
  both([&] { shared.size(); }, [&] { shared.add_as_reader(1); });
}

void accept() {
  Forms forms;
  forms.base();
  const auto all = [&] {
    forms.relock();
    forms.deferred();
    forms.tried();
    forms.tried_into_variable();
    forms.tried_guard();
    forms.adopted();
    forms.several();
    forms.waits();
  };
  both(all, all);
  Shared shared;
  both([&] { shared.size(); }, [&] { shared.add(1); });
}
