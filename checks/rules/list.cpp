#include "checks/rules/rules.h"

namespace ferrule {
namespace {

constexpr Rule rules[] = {
    {"non-moved-capture", "a closure, argument or view that can outlive what it refers to crosses a thread",
     non_moved_capture},
    {"non-send-crossing", "a value whose type is not Send crosses to another thread", non_send_crossing},
    {"non-sync-sharing", "a value whose type is not Sync is shared between threads", non_sync_sharing},
    {"use-after-send", "a value is used after it was moved to another thread or channel", use_after_send},
    {"unguarded-shared-data", "two threads can reach one place, one writes, and nothing keeps them apart",
     unguarded_shared_data},
    {"guard-escape", "a reference, pointer or view into guarded data outlives its guard", guard_escape},
    {"lock-order", "locks are taken in a cycle, or one is taken twice", lock_order},
    {"lock-across-wait", "a lock is held across a join of a thread that takes it, or across a suspension",
     lock_across_wait},
    {"discarded-guard", "a guard or future is a temporary that dies at once", discarded_guard},
    {"thread-local-escape", "the address of a thread-local variable leaves its thread", thread_local_escape},
    {"split-atomic-update", "an atomic is loaded and stored where one read-modify-write was needed",
     split_atomic_update},
    {"unsound-claim", "a claim stands against the evidence, or gives no reason", unsound_claim},
    {"unused-suppression", "a NOLINT comment of a rule of Ferrule hides nothing", unused_suppression},
};

}  // namespace

std::span<const Rule> all_rules() { return rules; }

}  // namespace ferrule
