#include "tool/cli/kept_judgement.h"

#include "checks/store/archive.h"
#include "tool/source/source.h"

#include <filesystem>

namespace ferrule {

constexpr unsigned last_of(Profile) { return static_cast<unsigned>(Profile::Strict); }

template <class Archive>
constexpr void visit(Archive& archive, Note& it) {
  archive(it.where, it.text);
}

template <class Archive>
constexpr void visit(Archive& archive, Finding& it) {
  archive(it.rule, it.where, it.message, it.notes, it.cures, it.profile, it.subject, it.ways);
}

template <class Archive>
constexpr void visit(Archive& archive, Incompleteness& it) {
  archive(it.where, it.function, it.what, it.is_outside);
}

}  // namespace ferrule

namespace ferrule::cli {

template <class Archive>
constexpr void visit(Archive& archive, Judged& it) {
  archive(it.findings, it.turned_off, it.below, it.incomplete, it.files, it.notes);
}

cache::Digest judgement_key(const std::vector<Unit>& units, const std::vector<cache::Outcome>& outcomes,
                            const CheckOptions& options) {
  std::vector<std::string> parts{cache::program_identity(), std::filesystem::current_path().string(),
                                 options.profile ? std::to_string(static_cast<int>(*options.profile)) : "",
                                 options.configuration->file()};
  SourceCache sources;
  for (const std::string_view line : sources.lines(options.configuration->file())) parts.emplace_back(line);
  const auto add = [&](const std::vector<std::string>& list) {
    parts.push_back(std::to_string(list.size()));
    parts.insert(parts.end(), list.begin(), list.end());
  };
  add(options.rules);
  for (std::size_t i = 0; i < units.size(); ++i) {
    const bool has_facts = outcomes[i].failure.empty();
    parts.push_back(has_facts ? cache::hex(outcomes[i].facts) : "");
    if (has_facts) add(units[i].targets);
  }
  return cache::digest_of(parts);
}

std::optional<Judged> find_judgement(cache::Cache& cache, const cache::Digest& key) {
  const auto entry = cache.entries().get(cache::EntryKind::Judgement, key);
  if (!entry) return std::nullopt;
  return store::read<Judged>(entry->content);
}

std::string keep_judgement(cache::Cache& cache, const cache::Digest& key, const Judged& judged) {
  return cache.entries().put(cache::EntryKind::Judgement, key, store::written(judged));
}

}  // namespace ferrule::cli
