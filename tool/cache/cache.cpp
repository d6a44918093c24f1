#include "tool/cache/cache.h"

#include "checks/store/archive.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace ferrule::cache {
namespace {

/// One state of the files that a command reads, and what came of it.
struct Variant {
  std::vector<Input> inputs = {};
  Outcome outcome = {};
};

/// The latest first.
struct Manifest {
  std::vector<Variant> variants = {};
};

template <class Archive>
constexpr void visit(Archive& archive, Variant& it) {
  archive(it.inputs, it.outcome);
}

template <class Archive>
constexpr void visit(Archive& archive, Manifest& it) {
  archive(it.variants);
}

Manifest read_manifest(Entries& entries, const Digest& unit) {
  const auto entry = entries.get(EntryKind::Manifest, unit);
  if (!entry) return {};
  return store::read<Manifest>(entry->content).value_or(Manifest{});
}

std::string write_manifest(const Entries& entries, const Digest& unit, const Manifest& manifest) {
  return entries.put(EntryKind::Manifest, unit, store::written(manifest));
}

bool same_answers(const std::vector<Input>& a, const std::vector<Input>& b) {
  return std::ranges::equal(a, b, [](const Input& x, const Input& y) {
    return x.path == y.path && x.kind == y.kind && x.content == y.content;
  });
}

}  // namespace

Digest unit_key(const std::vector<std::string>& command) {
  std::vector<std::string> parts = command;
  parts.push_back(program_identity());
  // What Clang asks of the environment.
  constexpr std::array variables = {"CPATH",
                                    "C_INCLUDE_PATH",
                                    "CPLUS_INCLUDE_PATH",
                                    "OBJC_INCLUDE_PATH",
                                    "COMPILER_PATH",
                                    "OBJCPLUS_INCLUDE_PATH",
                                    "GCC_EXEC_PREFIX",
                                    "SDKROOT",
                                    "SOURCE_DATE_EPOCH",
                                    "CCC_OVERRIDE_OPTIONS",
                                    "CLANG_NO_DEFAULT_CONFIG"};
  for (const char* variable : variables) {
    const char* value = std::getenv(variable);
    parts.push_back(value ? "=" + std::string(value) : "");
  }
  return digest_of(parts);
}

std::optional<KeptUnit> Cache::find(const Digest& unit) {
  Manifest manifest = read_manifest(entries_, unit);
  for (Variant& variant : manifest.variants) {
    const std::vector<Input> before = variant.inputs;
    if (!std::ranges::all_of(variant.inputs, [&](Input& input) { return world_.holds(input); })) continue;
    KeptUnit kept{.outcome = variant.outcome};
    if (variant.outcome.failure.empty()) {
      auto facts = entries_.get(EntryKind::Facts, variant.outcome.facts);
      if (!facts) return std::nullopt;
      kept.facts = std::move(*facts);
    }
    // The next run then need not read what this one has read.
    const auto same = [](const Input& a, const Input& b) { return a.stamp == b.stamp; };
    if (!std::ranges::equal(before, variant.inputs, same)) write_manifest(entries_, unit, manifest);
    return kept;
  }
  return std::nullopt;
}

std::string Cache::keep(const Digest& unit, const std::vector<Input>& inputs, const Outcome& outcome,
                        std::string_view facts) {
  if (outcome.failure.empty() && !entries_.get(EntryKind::Facts, outcome.facts)) {
    std::string problem = entries_.put(EntryKind::Facts, outcome.facts, facts);
    if (!problem.empty()) return problem;
  }
  // Switching between branches, or between two configurations, is common.
  constexpr std::size_t most_variants = 4;
  Manifest manifest = read_manifest(entries_, unit);
  std::erase_if(manifest.variants, [&](const Variant& known) { return same_answers(known.inputs, inputs); });
  manifest.variants.insert(manifest.variants.begin(), {inputs, outcome});
  if (manifest.variants.size() > most_variants) manifest.variants.resize(most_variants);
  return write_manifest(entries_, unit, manifest);
}

std::string default_directory() {
  llvm::SmallString<256> directory;
  if (!llvm::sys::path::cache_directory(directory)) return "";
  llvm::sys::path::append(directory, "ferrule");
  return llvm::sys::path::is_absolute(directory) ? directory.str().str() : "";
}

}  // namespace ferrule::cache
