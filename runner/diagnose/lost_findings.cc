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
#include "runner/diagnose/lost_structure.h"
#include "runner/diagnose/place.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/diagnose/resource_memory.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

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
struct LostPlace {
  Place place;  ///< that of its largest site
  bool outside_root = true;
  Amount amount;
  std::vector<const Stack*> stacks;
};

bool LargerSite(const LostSite* a, const LostSite* b) {
  if (a->bytes_per_run != b->bytes_per_run) return a->bytes_per_run > b->bytes_per_run;
  if (a->total_bytes != b->total_bytes) return a->total_bytes > b->total_bytes;
  return FunctionsOf(a->stack) < FunctionsOf(b->stack);
}

/// Sites by place, most first, whatever order they came in.
std::vector<LostPlace> PlacesOf(std::vector<const LostSite*> sites, const TestEvidence& evidence,
                                const DiagnoseContext& context) {
  std::stable_sort(sites.begin(), sites.end(), LargerSite);
  std::map<PlaceKey, LostPlace> places;
  for (const LostSite* site : sites) {
    const Place place = PlaceOf(site->stack, evidence.test, context);
    LostPlace& known =
        places.try_emplace(KeyOf(place), LostPlace{place, true, {}, {}}).first->second;
    known.outside_root = known.outside_root && IsOutsideRoot(site->stack, context.source_root);
    known.amount.Add({site->bytes_per_run, site->blocks_per_run, site->total_bytes,
                      site->total_blocks, site->recurs, site->every_run});
    known.stacks.push_back(&site->stack);
  }
  std::vector<LostPlace> sorted;
  for (auto& [key, place] : places) sorted.push_back(std::move(place));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const LostPlace& a, const LostPlace& b) { return More(a.amount, b.amount); });
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

const char* WhyLost(LostStructure structure) {
  switch (structure) {
    case LostStructure::kSingle:
      return "Nothing points to this memory any more, so nothing can free it: its last owner went "
             "away without freeing it.";
    case LostStructure::kSharedCycle:
      return "LeakSanitizer found blocks that only point to each other, and nothing else points to "
             "them: objects that own each other are never freed.";
    case LostStructure::kContainer:
      return "LeakSanitizer found a container's nodes and what they belong to: they point to each "
             "other, and nothing else points to them. The container was lost whole, when its last "
             "owner went away without freeing it.";
    case LostStructure::kOwnNodes:
      return "LeakSanitizer found blocks that only point to each other, and none is owned by a "
             "std::shared_ptr: a structure whose nodes point back, as a tree's do to their "
             "parents, "
             "was lost whole, when its last owner went away without freeing it. Objects that count "
             "their owners themselves and own each other look the same.";
    case LostStructure::kUnknown:
      return "LeakSanitizer found blocks that only point to each other: a reference cycle, or a "
             "node-based container that was lost whole. The stacks do not tell which.";
  }
  return "";
}

std::string Cause(const LostPlace& lost, LostStructure structure, const TestEvidence& evidence) {
  std::string cause = WhyLost(structure);
  if (!evidence.triage.unrepeatable.empty()) {
    cause += fmt::format(" The test cannot be repeated ({}), so this was seen in one run only.",
                         evidence.triage.unrepeatable);
  } else if (!lost.amount.recurs) {
    cause += " It was lost in one run only, as things are that are set up once.";
  }
  if (lost.outside_root) {
    cause += " It is allocated outside the source root throughout, so it may be a library's.";
  } else if (!lost.place.located) {
    cause += " The line is that of the test: the stack names no file below the source root.";
  }
  return cause;
}

Pattern PatternOf(LostStructure structure) {
  switch (structure) {
    case LostStructure::kSharedCycle:
      return Pattern::kReferenceCycle;
    case LostStructure::kUnknown:
      return Pattern::kUnknown;
    default:
      return Pattern::kLostOwner;
  }
}

/// Makes the finding one of a test that depends on another.
void TellOrder(const std::string& other, Finding* finding) {
  finding->title = "when run alone, " + finding->title;
  finding->cause = fmt::format(
      "Run alone, the test drops memory that in the whole suite {} takes up and frees. So it "
      "depends "
      "on the order of the tests, and leaks wherever the other one is filtered out.",
      other);
  finding->evidence.push_back(
      {"listener", "in the run of the whole suite, " + other + " gave back what this test kept"});
  finding->fix.reset();
}

/// `held`: what only this place's blocks hold.
Finding Make(const LostPlace& place, const Amount& held, LostStructure structure,
             const TestEvidence& evidence, const DiagnoseContext& context) {
  const bool repeatable = evidence.triage.unrepeatable.empty();
  Amount all = place.amount;
  all.Add(held);

  Finding finding = place.place.finding;
  const bool given_back = place.place.scope == Scope::kTest && !evidence.given_back_by.empty();
  // Run alone, the test may drop what in the whole suite another one takes up and frees.
  const Verdict verdict =
      DecideLost(place.amount.recurs, place.outside_root, repeatable && !given_back);
  finding.kind = verdict.kind;
  finding.severity = verdict.severity;
  finding.pattern = PatternOf(structure);
  const char* what = structure == LostStructure::kSharedCycle ? "reference cycle" : "lost memory";
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
  Attribute(place.place.scope, evidence.test, context, &finding);
  finding.cause = Cause(place, structure, evidence);
  finding.evidence.push_back(
      {"lsan", fmt::format("{} unreachable after {}{}",
                           InBlocks(place.amount.total_bytes, place.amount.total_blocks),
                           Counted(evidence.confirm.lsan_runs, "run"), HeldText(held))});
  finding.fix = FixForLost(structure);
  if (given_back) TellOrder(evidence.given_back_by, &finding);
  finding.fingerprint = StackFingerprint(finding, 1);
  if (finding.fingerprint.empty()) {
    finding.fingerprint = OwnerFingerprint(finding.kind, OwnerOf(place.place.scope, evidence.test),
                                           "lost " + FunctionsOf(finding.stack));
  }
  return finding;
}

/// One finding for `places`, which must not be empty: where the structure itself was made, as far
/// as a stack tells, else where most of it was.
Finding MakeStructure(std::vector<LostPlace> places, const TestEvidence& evidence,
                      const DiagnoseContext& context) {
  std::vector<const Stack*> stacks;
  for (const LostPlace& place : places) {
    stacks.insert(stacks.end(), place.stacks.begin(), place.stacks.end());
  }
  const LostStructure structure = StructureOf(stacks);
  if (structure == LostStructure::kContainer) {
    std::stable_partition(places.begin(), places.end(), [](const LostPlace& place) {
      return place.place.located &&
             std::any_of(place.stacks.begin(), place.stacks.end(),
                         [](const Stack* stack) { return IsPlainAllocation(*stack); });
    });
  }
  LostPlace whole = places.front();
  std::vector<std::string> texts = {""};
  for (std::size_t i = 1; i < places.size(); ++i) {
    whole.amount.Add(places[i].amount);
    whole.outside_root = whole.outside_root && places[i].outside_root;
    const Location& at = places[i].place.finding.location;
    texts.push_back(
        fmt::format("{}: {} {}:{}, {}",
                    structure == LostStructure::kSharedCycle ? "also in the cycle" : "lost with it",
                    at.function, at.file, at.line, Rate(places[i].amount)));
  }
  Finding finding = Make(whole, {}, structure, evidence, context);
  AddOtherPlaces("lsan", texts, &finding);
  return finding;
}

/// The first place of the same scope whose lost blocks may hold `held`. A loss that does not recur
/// cannot hold one that does; and what the user's code loses is not hidden behind a library's loss.
std::size_t OwnerAmong(const std::vector<LostPlace>& direct, const LostPlace& held) {
  const auto found = std::find_if(direct.begin(), direct.end(), [&](const LostPlace& owner) {
    return owner.place.scope == held.place.scope && (owner.amount.recurs || !held.amount.recurs) &&
           (!owner.outside_root || held.outside_root);
  });
  return static_cast<std::size_t>(found - direct.begin());
}

}  // namespace

std::vector<Finding> LostFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                  const Thresholds& thresholds) {
  std::vector<Finding> findings;
  if (!evidence.confirm.lost) return findings;
  std::vector<const LostSite*> direct_sites;
  std::vector<const LostSite*> other_sites;
  for (const LostSite& site : *evidence.confirm.lost) {
    if (BelongsToGrowingResource(site, evidence, thresholds)) continue;
    (site.direct ? direct_sites : other_sites).push_back(&site);
  }
  const std::vector<LostPlace> direct = PlacesOf(std::move(direct_sites), evidence, context);
  std::vector<Amount> held(direct.size());
  std::map<Scope, std::vector<LostPlace>> ownerless;
  for (LostPlace& place : PlacesOf(std::move(other_sites), evidence, context)) {
    const std::size_t owner = OwnerAmong(direct, place);
    if (owner < direct.size()) {
      held[owner].Add(place.amount);
    } else {
      ownerless[place.place.scope].push_back(std::move(place));
    }
  }
  for (std::size_t i = 0; i < direct.size(); ++i) {
    findings.push_back(Make(direct[i], held[i], LostStructure::kSingle, evidence, context));
  }
  for (auto& [scope, places] : ownerless) {
    findings.push_back(MakeStructure(std::move(places), evidence, context));
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tuple(a.impact.bytes_per_iteration.value_or(0), a.impact.total_bytes.value_or(0)) >
           std::tuple(b.impact.bytes_per_iteration.value_or(0), b.impact.total_bytes.value_or(0));
  });
  return findings;
}

}  // namespace memprof
