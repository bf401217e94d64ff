// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/lost_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "runner/analyze/user_frame.h"
#include "runner/diagnose/advice.h"
#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kOtherSitesShown = 5;

struct Amount {
  std::int64_t bytes_per_run = 0;
  std::int64_t blocks_per_run = 0;
  std::int64_t total_bytes = 0;
  std::int64_t total_blocks = 0;
  bool recurs = false;
  bool every_run = false;

  void Add(const Amount& other) {
    bytes_per_run += other.bytes_per_run;
    blocks_per_run += other.blocks_per_run;
    total_bytes += other.total_bytes;
    total_blocks += other.total_blocks;
    recurs = recurs || other.recurs;
    every_run = every_run || other.every_run;
  }
};

bool More(const Amount& a, const Amount& b) {
  return std::tie(a.bytes_per_run, a.total_bytes) > std::tie(b.bytes_per_run, b.total_bytes);
}

/// All sites at one place of the user's code.
struct Place {
  Finding finding;  ///< with stack and location alone
  bool located = false;
  Scope scope = Scope::kTest;
  bool outside_root = true;
  Amount amount;
};

/// Sites by place, most first. The stack of a place is that of its largest site.
std::vector<Place> PlacesOf(const std::vector<LostSite>& sites, bool direct,
                            const TestEvidence& evidence, const DiagnoseContext& context) {
  std::map<std::tuple<Scope, std::string, int, std::string>, std::pair<Place, Amount>> places;
  for (const LostSite& site : sites) {
    if (site.direct != direct) continue;
    Place place;
    place.located = Locate(site.stack, evidence.test, context, &place.finding);
    place.scope = ScopeOfStack(site.stack);
    place.outside_root = IsOutsideRoot(site.stack, context.source_root);
    place.amount = {site.bytes_per_run, site.blocks_per_run, site.total_bytes,
                    site.total_blocks,  site.recurs,         site.every_run};
    const Location& location = place.finding.location;
    const std::string functions = FunctionsOf(place.finding.stack);
    const std::tuple<Scope, std::string, int, std::string> key = {
        place.scope, location.file, location.line, place.located ? "" : functions};
    const auto [found, is_new] = places.try_emplace(key, place, place.amount);
    if (is_new) continue;
    auto& [known, largest] = found->second;
    known.amount.Add(place.amount);
    known.outside_root = known.outside_root && place.outside_root;
    const bool as_large = !More(largest, place.amount);
    if (More(place.amount, largest) || (as_large && functions < FunctionsOf(known.finding.stack))) {
      largest = place.amount;
      known.finding = std::move(place.finding);
    }
  }
  std::vector<Place> sorted;
  for (auto& [key, place] : places) sorted.push_back(std::move(place.first));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Place& a, const Place& b) { return More(a.amount, b.amount); });
  return sorted;
}

std::string InBlocks(std::int64_t bytes, std::int64_t blocks) {
  return fmt::format("{} in {}", HumanBytes(bytes), Counted(blocks, "block"));
}

std::string PerRun(const Amount& amount) {
  if (amount.every_run) return InBlocks(amount.bytes_per_run, amount.blocks_per_run) + " per run";
  return HumanBytes(amount.bytes_per_run) + " per run on average, lost in some of the runs";
}

std::string Rate(const Amount& amount) {
  if (!amount.recurs) return InBlocks(amount.total_bytes, amount.total_blocks) + " in all";
  return "+" + PerRun(amount);
}

std::string HeldText(const Amount& held) {
  if (held.total_blocks == 0 && !held.recurs) return "";
  const std::string rate =
      held.recurs ? fmt::format("{}, {} per run", Counted(held.blocks_per_run, "block"),
                                HumanBytes(held.bytes_per_run))
                  : fmt::format("{}, {} in all", Counted(held.total_blocks, "block"),
                                HumanBytes(held.total_bytes));
  return fmt::format(", and {} that only these lost blocks hold", rate);
}

std::string Cause(const Place& place, Pattern pattern, const TestEvidence& evidence) {
  std::string cause =
      pattern == Pattern::kReferenceCycle
          ? "LeakSanitizer found blocks that only point to each other, and nothing else points to "
            "them: objects that own each other are never freed."
          : "Nothing points to this memory any more, so nothing can free it: its last owner went "
            "away without freeing it.";
  if (!evidence.triage.unrepeatable.empty()) {
    cause += fmt::format(" The test cannot be repeated ({}), so this was seen in one run only.",
                         evidence.triage.unrepeatable);
  } else if (!place.amount.recurs) {
    cause += " It was lost in one run only, as things are that are set up once.";
  }
  if (place.outside_root) {
    cause += " It is allocated outside the source root throughout, so it may be a library's.";
  } else if (!place.located) {
    cause += " The line is that of the test: the stack names no file below the source root.";
  }
  return cause;
}

/// `held`: what only this place's blocks hold.
Finding Make(const Place& place, const Amount& held, Pattern pattern, const TestEvidence& evidence,
             const DiagnoseContext& context) {
  const bool repeatable = evidence.triage.unrepeatable.empty();
  Amount all = place.amount;
  all.Add(held);

  Finding finding = place.finding;
  const Verdict verdict = DecideLost(place.amount.recurs, place.outside_root, repeatable);
  finding.kind = verdict.kind;
  finding.severity = verdict.severity;
  finding.pattern = pattern;
  const char* what = pattern == Pattern::kReferenceCycle ? "reference cycle" : "lost memory";
  if (place.amount.recurs) {
    finding.title = fmt::format("{}: +{}", what, PerRun(all));
    finding.impact.bytes_per_iteration = all.bytes_per_run;
    if (all.every_run) finding.impact.blocks_per_iteration = all.blocks_per_run;
  } else {
    finding.title =
        fmt::format("{}: {}, {} in one run only", what, InBlocks(all.total_bytes, all.total_blocks),
                    repeatable ? "lost" : "seen");
  }
  finding.impact.total_bytes = all.total_bytes;
  Attribute(place.scope, evidence.test, context, &finding);
  finding.cause = Cause(place, pattern, evidence);
  finding.evidence.push_back(
      {"lsan", fmt::format("{} unreachable after {}{}",
                           InBlocks(place.amount.total_bytes, place.amount.total_blocks),
                           Counted(evidence.confirm.lsan_runs, "run"), HeldText(held))});
  finding.fix = FixFor(finding.kind, pattern);
  finding.fingerprint = StackFingerprint(finding, 1);
  if (finding.fingerprint.empty()) {
    finding.fingerprint = OwnerFingerprint(finding.kind, OwnerOf(place.scope, evidence.test),
                                           "lost " + FunctionsOf(finding.stack));
  }
  return finding;
}

/// One finding at the largest of `places`, which must not be empty.
Finding MakeCycle(const std::vector<Place>& places, const TestEvidence& evidence,
                  const DiagnoseContext& context) {
  Place whole = places.front();
  for (std::size_t i = 1; i < places.size(); ++i) {
    whole.amount.Add(places[i].amount);
    whole.outside_root = whole.outside_root && places[i].outside_root;
  }
  Finding finding = Make(whole, {}, Pattern::kReferenceCycle, evidence, context);
  for (std::size_t i = 1; i < places.size() && i <= kOtherSitesShown; ++i) {
    const Location& at = places[i].finding.location;
    finding.evidence.push_back({"lsan", fmt::format("also in the cycle: {} {}:{}, {}", at.function,
                                                    at.file, at.line, Rate(places[i].amount))});
  }
  if (places.size() > kOtherSitesShown + 1) {
    const auto more = static_cast<std::int64_t>(places.size() - kOtherSitesShown - 1);
    finding.evidence.push_back({"lsan", fmt::format("+{}", Counted(more, "more site"))});
  }
  return finding;
}

/// The first place whose lost blocks may hold `held`, of the same scope where there is one. A loss
/// that does not recur cannot hold one that does; and what the user's code loses is not hidden
/// behind a library's loss.
std::size_t OwnerAmong(const std::vector<Place>& direct, const Place& held) {
  const auto can_own = [&](const Place& place) {
    return (place.amount.recurs || !held.amount.recurs) &&
           (!place.outside_root || held.outside_root);
  };
  auto found = std::find_if(direct.begin(), direct.end(), [&](const Place& place) {
    return place.scope == held.scope && can_own(place);
  });
  if (found == direct.end()) found = std::find_if(direct.begin(), direct.end(), can_own);
  return static_cast<std::size_t>(found - direct.begin());
}

}  // namespace

std::vector<Finding> LostFindings(const TestEvidence& evidence, const DiagnoseContext& context) {
  std::vector<Finding> findings;
  if (!evidence.confirm.lost) return findings;
  const std::vector<LostSite>& sites = *evidence.confirm.lost;
  const std::vector<Place> direct = PlacesOf(sites, true, evidence, context);
  std::vector<Amount> held(direct.size());
  std::vector<Place> cycle;
  for (const Place& place : PlacesOf(sites, false, evidence, context)) {
    const std::size_t owner = OwnerAmong(direct, place);
    if (owner < direct.size()) {
      held[owner].Add(place.amount);
    } else {
      cycle.push_back(place);
    }
  }
  for (std::size_t i = 0; i < direct.size(); ++i) {
    findings.push_back(Make(direct[i], held[i], Pattern::kLostOwner, evidence, context));
  }
  if (!cycle.empty()) findings.push_back(MakeCycle(cycle, evidence, context));
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tuple(a.impact.bytes_per_iteration.value_or(0), a.impact.total_bytes.value_or(0)) >
           std::tuple(b.impact.bytes_per_iteration.value_or(0), b.impact.total_bytes.value_or(0));
  });
  return findings;
}

}  // namespace memprof
