#include "checks/rules/rules.h"

namespace ferrule {
namespace {

constexpr Rule rules[] = {
    {"non-moved-capture", "a closure, argument or view that can outlive what it refers to crosses a thread", non_moved_capture},
    {"non-send-crossing", "a value whose type is not Send crosses to another thread", non_send_crossing},
    {"non-sync-sharing", "a value whose type is not Sync is shared between threads", non_sync_sharing},
    {"unguarded-shared-data", "two threads can reach one place, one writes, and nothing keeps them apart", unguarded_shared_data},
    {"unsound-claim", "a claim stands against the evidence, or gives no reason", unsound_claim},
};

}  // namespace

std::span<const Rule> all_rules() { return rules; }

}  // namespace ferrule
