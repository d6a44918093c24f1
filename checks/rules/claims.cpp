#include "checks/rules/claims.h"

#include <algorithm>
#include <array>

namespace ferrule {
namespace {

bool is_mark(const Annotation& annotation) {
  constexpr std::array<std::string_view, 3> marks = {"not_send", "not_sync", "thread_affine"};
  return std::ranges::find(marks, annotation.name) != marks.end();
}

// The leaves that code or documentation shows. What the author of a member's class only declares, a claim may overrule;
// and a plain member is no evidence of how it is used.
void evidence_against(const std::vector<Reason>& reasons, std::vector<Reason>& against) {
  for (const Reason& reason : reasons) {
    if (reason.answer == Answer::No && reason.is_evidence) against.push_back(reason);
    evidence_against(reason.because, against);
  }
}

void judge_claim(const Judgement& judgement, Claim& claim) {
  const std::string_view opposite = *claim.question == Question::Send ? "not_send" : "not_sync";
  for (const Annotation& other : claim.record->annotations)
    if (other.name == opposite || other.name == "thread_affine") claim.opposites.push_back(&other);
  const Verdict& derived = judgement.verdicts.without_claims(*claim.question, claim.record->key);
  // Where its condition does not hold, nothing is claimed.
  const bool is_claimed = judgement.verdicts.of_record(*claim.question, claim.record->key).answer == Answer::Yes ||
                          !claim.opposites.empty();
  if (derived.answer == Answer::No && is_claimed) evidence_against(derived.reasons, claim.against);
  if (!claim.against.empty() || !claim.opposites.empty())
    claim.state = Claim::State::Contradicted;
  else
    claim.state = derived.answer == Answer::Yes ? Claim::State::NotNeeded : Claim::State::Needed;
}

}  // namespace

std::optional<Question> question_of(const Annotation& annotation) {
  if (annotation.name == "claim_send") return Question::Send;
  if (annotation.name == "claim_sync") return Question::Sync;
  if (annotation.name == "claim_synchronized") return Question::Synchronized;
  return std::nullopt;
}

std::vector<Claim> claims_of(const Judgement& judgement) {
  std::vector<Claim> claims;
  for (const Record& record : judgement.program.facts().records)
    for (const Annotation& annotation : record.annotations) {
      Claim claim{&record, &annotation, question_of(annotation)};
      if (!claim.question && !is_mark(annotation)) continue;
      if (claim.question) judge_claim(judgement, claim);
      claims.push_back(std::move(claim));
    }
  return claims;
}

}  // namespace ferrule
