// A claim stands against the evidence, gives no reason, or is not needed.
#include "checks/rules/rules.h"
#include "checks/rules/type_findings.h"

#include <algorithm>
#include <optional>

namespace ferrule {
namespace {

constexpr std::string_view rule = "unsound-claim";

std::optional<Question> claimed(const Annotation& annotation) {
  if (annotation.name == "claim_send") return Question::Send;
  if (annotation.name == "claim_sync") return Question::Sync;
  if (annotation.name == "claim_synchronized") return Question::Synchronized;
  return std::nullopt;
}

// The leaves that code or documentation shows. What the author of a member's class only declares, a claim may overrule;
// and a plain member is no evidence of how it is used.
void evidence_against(const std::vector<Reason>& reasons, std::vector<Reason>& against) {
  for (const Reason& reason : reasons) {
    if (reason.answer == Answer::No && reason.is_evidence) against.push_back(reason);
    evidence_against(reason.because, against);
  }
}

void check_claim(const Judgement& judgement, const Record& record, const Annotation& annotation, Question question,
                 std::vector<Finding>& findings) {
  const Location& where = annotation.where ? annotation.where : record.where;
  const std::string claim = "'" + record.spelling + "' is claimed to be " + std::string(name_of(question));
  Finding finding{std::string(rule), where, claim};
  finding.subject = record.key + "/" + annotation.name;
  if (annotation.reason.find_first_not_of(" \t") == std::string::npos) {
    Finding without = finding;
    without.message += " without a reason";
    without.cures.push_back("say in the claim why it holds");
    findings.push_back(std::move(without));
  }
  const std::string_view opposite = question == Question::Send ? "not_send" : "not_sync";
  for (const Annotation& other : record.annotations)
    if (other.name == opposite || other.name == "thread_affine") {
      Finding contradiction = finding;
      contradiction.message += " and marked as the opposite";
      contradiction.notes.push_back(
          {other.where ? other.where : record.where, "the class is marked '" + other.name + "' here"});
      findings.push_back(std::move(contradiction));
    }
  const Verdict& derived = judgement.verdicts.without_claims(question, record.key);
  std::vector<Reason> against;
  if (derived.answer == Answer::No) evidence_against(derived.reasons, against);
  if (!against.empty()) {
    finding.message += ", but the evidence is against it";
    for (Reason& reason : against) {
      finding.notes.push_back({reason.where ? reason.where : where, reason.text});
      if (!reason.cure.empty()) finding.cures.push_back(reason.cure);
    }
    findings.push_back(std::move(finding));
  } else if (derived.answer == Answer::Yes && judgement.program.facts().unit.empty()) {
    // One unit alone may not see the body that makes the claim necessary.
    finding.message += ", which it is without the claim";
    finding.cures.push_back("remove the claim");
    finding.profile = Profile::Strict;
    findings.push_back(std::move(finding));
  }
}

}  // namespace

void unsound_claim(const Judgement& judgement, std::vector<Finding>& findings) {
  for (const Record& record : judgement.program.facts().records) {
    if (record.is_system) continue;
    for (const Annotation& annotation : record.annotations)
      if (const std::optional<Question> question = claimed(annotation))
        check_claim(judgement, record, annotation, *question, findings);
  }
}

}  // namespace ferrule
