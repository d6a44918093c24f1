// `.ferrule.json`: what a project tells Ferrule. See docs/configuration.md.
#pragma once

#include "checks/knowledge/concurrency.h"
#include "checks/knowledge/path_pattern.h"
#include "checks/knowledge/types.h"
#include "checks/model/facts.h"
#include "checks/model/finding.h"

#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ferrule {

/// A configuration that cannot be used; what() is one sentence that starts with its file and place.
struct ConfigurationError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a configuration claims of the classes of one name.
struct ConfiguredClaim {
  std::string type;  ///< qualified name without template arguments, or a beginning of one that ends in `*`
  Location where = {};
  std::vector<Annotation> annotations = {};  ///< one for each thing that is claimed

  bool is_of(std::string_view record_name) const;
};

/// Immutable once read; thread-safe to use. Without a file it knows what is built in, and claims nothing.
class Configuration {
 public:
  static constexpr const char* file_name = ".ferrule.json";

  Configuration() = default;

  /// Throws ConfigurationError if the file cannot be read or is not understood to the last key. `rule_names` are the
  /// rules that there are.
  static Configuration read(const std::string& file, std::span<const std::string_view> rule_names);

  /// The same of its text, whose JSON may be wrong (JsonError); `file` is what it is called, and where its relative
  /// paths begin.
  static Configuration parse(const std::string& file, const std::string& text,
                             std::span<const std::string_view> rule_names);

  /// The nearest `.ferrule.json` in `folder` or above it, "" if there is none.
  static std::string find(const std::string& folder);

  const std::string& file() const { return file_; }                 ///< absolute; "" if there is none
  const std::vector<std::string>& rules() const { return rules_; }  ///< names; empty for all
  const std::vector<ConfiguredClaim>& claims() const { return claims_; }

  /// What is reported of a file: the profile of the nearest folder that `profiles` names, else `profile`.
  Profile profile_at(std::string_view file) const;
  Profile loudest_profile() const;  ///< of those that some file may have
  /// Nothing is reported of it, whatever a host's own options say.
  bool is_off(std::string_view file) const;
  /// It is no unit of the program.
  bool excludes(std::string_view file) const;
  /// The patterns of `profiles` and `exclude` that match none of these.
  std::vector<const PathPattern*> unmatched(std::span<const std::string> files) const;

  /// The built-in knowledge with the project's own, which goes first.
  const knowledge::Types& types() const { return types_ ? *types_ : knowledge::Types::builtin(); }
  const Concurrency& concurrency() const { return concurrency_ ? *concurrency_ : Concurrency::built_in(); }

  /// Puts the claims on the classes that they are made of.
  void claim(std::span<Facts> units) const;
  /// The claims of which `units` have no class.
  std::vector<const ConfiguredClaim*> unseen(std::span<const Facts> units) const;

 private:
  std::string file_;
  Profile profile_ = Profile::Default;
  struct ProfileOf {
    PathPattern pattern;
    std::optional<Profile> profile;  // none: off
  };
  const ProfileOf* nearest_profile(std::string_view file) const;

  std::vector<ProfileOf> profiles_;  // the longest first
  std::vector<PathPattern> exclude_;
  std::vector<std::string> rules_;
  std::vector<ConfiguredClaim> claims_;
  std::shared_ptr<const knowledge::Types> types_;
  std::shared_ptr<const Concurrency> concurrency_;
};

}  // namespace ferrule
