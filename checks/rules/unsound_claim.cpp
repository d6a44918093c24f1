// A claim stands against the evidence, gives no reason, or is not needed.
#include "checks/rules/claims.h"
#include "checks/rules/rules.h"

namespace ferrule {
namespace {

constexpr std::string_view rule = "unsound-claim";

void check_claim(const Judgement& judgement, const Claim& claim, std::vector<Finding>& findings) {
  const Annotation& annotation = *claim.annotation;
  const std::string text = "'" + claim.record->spelling + "' is claimed to be " + std::string(name_of(*claim.question));
  Finding finding{std::string(rule), claim.where(), text};
  finding.subject = claim.record->key + "/" + annotation.name;
  if (annotation.reason.find_first_not_of(" \t") == std::string::npos) {
    Finding without = finding;
    without.message += " without a reason";
    without.cures.push_back("say in the claim why it holds");
    findings.push_back(std::move(without));
  }
  for (const Annotation* other : claim.opposites) {
    Finding contradiction = finding;
    contradiction.message += " and marked as the opposite";
    contradiction.notes.push_back(
        {other->where ? other->where : claim.record->where, "the class is marked '" + other->name + "' here"});
    findings.push_back(std::move(contradiction));
  }
  if (!claim.against.empty()) {
    finding.message += ", but the evidence is against it";
    for (const Reason& reason : claim.against) {
      finding.notes.push_back({reason.where ? reason.where : claim.where(), reason.text});
      if (!reason.cure.empty()) finding.cures.push_back(reason.cure);
    }
    findings.push_back(std::move(finding));
  } else if (claim.state == Claim::State::NotNeeded && judgement.program.facts().unit.empty()) {
    // One unit alone may not see the body that makes the claim necessary.
    finding.message += ", which it is without the claim";
    finding.cures.push_back("remove the claim");
    finding.profile = Profile::Strict;
    findings.push_back(std::move(finding));
  }
}

}  // namespace

void unsound_claim(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const Claim& claim : claims_of(judgement)) {
    // A library's own claims are its authors' business; what a project claims of a library is not.
    const bool is_own = !claim.record->is_system || claim.annotation->is_configured;
    if (claim.question && is_own) check_claim(judgement, claim, findings);
  }
}

}  // namespace ferrule
