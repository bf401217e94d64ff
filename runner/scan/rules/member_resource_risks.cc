// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/member_resource_risks.h"

#include <fmt/format.h>

#include <string>

#include "runner/scan/rules/resource_words.h"

namespace memprof::scan {

std::vector<StaticRisk> MemberResourceRisks(const ResourceFacts& facts) {
  std::vector<StaticRisk> risks;
  for (const auto& [place, found] : facts.members) {
    MemberResource member = found;
    if (facts.released_members.contains(member.member)) continue;
    const auto handed = facts.handed_members.find(member.member);
    if (handed != facts.handed_members.end() && MayKeep(facts, handed->second)) continue;
    if (member.kind == ResourceKind::kNamedObject) {
      member.releases = DeclaredReleases(facts, member.releases, member.handle_type);
      if (member.releases.empty()) continue;
    }
    const std::string name = member.name.substr(member.name.rfind(':') + 1);
    const std::string release = ReleaseText(member.kind, member.releases, name, member.call);
    StaticRisk risk;
    risk.pattern = PatternOf(member.kind);
    risk.confidence = Confidence::kMedium;
    if (member.kind == ResourceKind::kNamedObject) risk.confidence = Confidence::kLow;
    risk.subject = member.name;
    risk.subject_type = member.type;
    risk.place = member.place;
    risk.function = member.function;
    risk.title = fmt::format("{} has what {} acquires, and no function releases it", member.name,
                             member.call);
    risk.cause = fmt::format(
        "Of all code that was read, nothing has {} for the member, moves it or gives it away: each "
        "object keeps what it acquired when it is gone.",
        release);
    risk.advice = OwnerAdvice(member.kind, member.releases.front());
    risk.notes.push_back({member.place, member.function, member.call + " acquires it here"});
    risks.push_back(std::move(risk));
  }
  return risks;
}

}  // namespace memprof::scan
