// What a program can tell the analyser about its own types and functions. Each macro stands between the class-key and
// the name of a class (`struct FERRULE_NOT_SEND Handle {...};`), before a function, or before a parameter; several may
// follow each other. Compilers that do not know Clang's `annotate` see nothing.
#pragma once

#if defined(__clang__) && defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::annotate)
#define FERRULE_ANNOTATE(name) [[clang::annotate("ferrule::" name)]]
#define FERRULE_ANNOTATE_BECAUSE(name, reason) [[clang::annotate("ferrule::" name, reason)]]
#endif
#endif
#ifndef FERRULE_ANNOTATE
#define FERRULE_ANNOTATE(name)
#define FERRULE_ANNOTATE_BECAUSE(name, reason)
#endif

/// The class may not be handed to another thread, whatever its members say (Rust: `impl !Send`).
#define FERRULE_NOT_SEND FERRULE_ANNOTATE("not_send")
/// The class may not be used by several threads through `const T&` (Rust: `impl !Sync`).
#define FERRULE_NOT_SYNC FERRULE_ANNOTATE("not_sync")
/// The class belongs to the thread that made it: not even a proof that nobody else refers to it lets it leave.
#define FERRULE_THREAD_AFFINE FERRULE_ANNOTATE("thread_affine")

/// The author vouches that the class is Send (Rust: `unsafe impl Send`). A claim has a reason and is not inherited.
#define FERRULE_CLAIM_SEND(reason) FERRULE_ANNOTATE_BECAUSE("claim_send", reason)
/// The author vouches that the class is Sync (Rust: `unsafe impl Sync`). A claim has a reason and is not inherited.
#define FERRULE_CLAIM_SYNC(reason) FERRULE_ANNOTATE_BECAUSE("claim_sync", reason)
/// The author vouches that several threads may use one object through a non-const reference. Implies Sync.
#define FERRULE_CLAIM_SYNCHRONIZED(reason) FERRULE_ANNOTATE_BECAUSE("claim_synchronized", reason)

/// Every class derived from this one must be Send (Rust: `trait T: Send`); a pointer to it is then as good as its
/// pointee.
#define FERRULE_REQUIRES_SEND FERRULE_ANNOTATE("requires_send")
/// Every class derived from this one must be Sync (Rust: `trait T: Sync`).
#define FERRULE_REQUIRES_SYNC FERRULE_ANNOTATE("requires_sync")

/// A parameter, or all parameters of a function, whose argument reaches another thread that nothing joins.
#define FERRULE_SINK FERRULE_ANNOTATE("sink")
