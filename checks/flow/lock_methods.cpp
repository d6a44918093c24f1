#include "checks/flow/lock_methods.h"

#include <string>
#include <string_view>

namespace ferrule {
namespace {

// "Lock", "try_lock", "ReadUnlock" … in one spelling.
std::string plain_name(const Function& callee) {
  std::string plain;
  for (char c : callee.name.substr(callee.name.rfind(':') + 1))
    if (c != '_') plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return plain;
}

}  // namespace

LockCall lock_call(const Function& callee) {
  const std::string name = plain_name(callee);
  LockCall call;
  call.shared = callee.locks.acquires_shared || name.find("shared") != std::string::npos || name.starts_with("read") ||
                name == "rdlock";
  call.locks = callee.locks.acquires_this || name == "lock" || name == "lockshared" || name == "readlock" ||
               name == "writelock" || name == "rdlock" || name == "wrlock";
  call.unlocks = callee.locks.releases_this || name == "unlock" || name == "unlockshared" || name == "readunlock" ||
                 name == "writeunlock";
  const auto says = [&](std::string_view word) { return name.find(word) != std::string::npos; };
  const bool is_assertion = name.starts_with("assert") || name.starts_with("check") || name.starts_with("verify") ||
                            name.starts_with("ensure") || name.ends_with("asserts");
  call.asserts = callee.locks.asserts_held ||
                 (is_assertion && !says("not") && !says("unlocked") && !says("free") &&
                  (says("held") || says("locked") || says("owned") || says("owns") || says("acquired")));
  call.tries = name == "trylock" || name == "trylockshared";
  return call;
}

}  // namespace ferrule
