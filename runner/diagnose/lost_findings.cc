// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/lost_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "runner/diagnose/acquiring_places.h"
#include "runner/diagnose/advice.h"
#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/lost_cycle.h"
#include "runner/diagnose/lost_places.h"
#include "runner/diagnose/lost_structure.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/diagnose/resource_memory.h"
#include "runner/diagnose/retention_text.h"
#include "runner/diagnose/snapshot_reach.h"
#include "runner/diagnose/traced_match.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

std::string InBlocks(std::int64_t bytes, std::int64_t blocks) {
  return fmt::format("{} in {}", HumanBytes(bytes), Counted(blocks, "block"));
}

std::string PerRun(const LostAmount& amount) {
  if (amount.every_run) return InBlocks(amount.bytes_per_run, amount.blocks_per_run) + " per run";
  return HumanBytes(amount.bytes_per_run) + " per run on average, lost in some of the runs";
}

std::string Rate(const LostAmount& amount) {
  if (!amount.recurs) return InBlocks(amount.total_bytes, amount.total_blocks) + " in all";
  return "+" + PerRun(amount);
}

std::string HeldText(const LostAmount& held) {
  if (held.total_blocks == 0 && !held.recurs) return "";
  const std::string rate =
      held.recurs ? fmt::format("{}, {} per run", Counted(held.blocks_per_run, "block"),
                                HumanBytes(held.bytes_per_run))
                  : fmt::format("{}, {} in all", Counted(held.total_blocks, "block"),
                                HumanBytes(held.total_bytes));
  return fmt::format(", and {} that only these lost blocks hold", rate);
}

/// Whether LeakSanitizer names the line of the trace; empty where there is no trace of it.
std::string WhereByLsan(const LostPlace& place) {
  if (place.traced.empty()) return "";
  if (place.same_line) return "; same line as the trace";
  if (place.unloaded) return "; it names the caller alone, for the module was unloaded by then";
  if (place.lsan_text.empty()) return "; same functions as the trace, and no line";
  return "; same functions as the trace, and it puts it at " + place.lsan_text;
}

std::string WhyLost(LostStructure structure, const TestEvidence& evidence) {
  const char* finder = evidence.confirm.why_no_lsan.empty() ? "LeakSanitizer" : "The heap snapshot";
  switch (structure) {
    case LostStructure::kSingle:
      return "Nothing points to this memory any more, so nothing can free it: its last owner went "
             "away without freeing it.";
    case LostStructure::kSharedCycle:
      return fmt::format(
          "{} found blocks that only point to each other, and nothing else points to them: objects "
          "that own each other are never freed.",
          finder);
    case LostStructure::kContainer:
      return fmt::format(
          "{} found a container's nodes and what they belong to: they point to each other, and "
          "nothing else points to them. The container was lost whole, when its last owner went "
          "away without freeing it.",
          finder);
    case LostStructure::kOwnNodes:
      return fmt::format(
          "{} found blocks that only point to each other, and none is owned by a std::shared_ptr: "
          "a structure whose nodes point back, as a tree's do to their parents, was lost whole, "
          "when its last owner went away without freeing it. Objects that count their owners "
          "themselves and own each other look the same.",
          finder);
    case LostStructure::kLostWhole:
      return fmt::format(
          "{} found blocks that only point to each other, and by their types none owns its own "
          "owner: the pointers back own nothing. They were lost whole, when their last owner went "
          "away without freeing them. Objects that count their owners themselves and own each "
          "other look the same.",
          finder);
    case LostStructure::kUnknown:
      return fmt::format(
          "{} found blocks that only point to each other: a reference cycle, or a node-based "
          "container that was lost whole. The stacks do not tell which.",
          finder);
  }
  return "";
}

/// What no tool sees, so that the reader who knows of such a pointer does not look for a leak.
constexpr char kHiddenPointers[] =
    " A pointer that is kept XORed, compressed or outside of the process is not seen; a later free "
    "would prove one.";

std::string Cause(const LostPlace& lost, LostStructure structure, const OwnershipCycle* cycle,
                  const TestEvidence& evidence) {
  std::string cause = cycle != nullptr ? CycleCause(*cycle) : WhyLost(structure, evidence);
  if (!evidence.triage.unrepeatable.empty()) {
    cause += fmt::format(" The test cannot be repeated ({}), so this was seen in one run only.",
                         evidence.triage.unrepeatable);
  } else if (!lost.amount.recurs) {
    cause += " It was lost in one run only, as things are that are set up once.";
  }
  if (lost.outside_root) {
    cause += " It is allocated outside the source root throughout, so it may be a library's.";
  } else if (!lost.place.located) {
    cause += lost.place.scope == Scope::kTest
                 ? " The line is that of the test: the stack names no file below the source root."
                 : " Its stack names no file below the source root.";
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

/// Says that the trace and LeakSanitizer contradict each other.
void TellDispute(const LostPlace& place, const TestEvidence& evidence, Finding* finding) {
  const int runs = evidence.triage.series->iterations;
  if (!place.freed_later) {
    finding->cause +=
        " But in the trace, which ran the test among the other suspects, a single run made what is "
        "left of it.";
    return;
  }
  finding->cause =
      "LeakSanitizer, which ran the test alone, found nothing that points to this memory. In the "
      "trace, which ran it among the other suspects, all of it was given back. So either it is "
      "reached by a pointer that LeakSanitizer cannot see (one that is stored encoded, or in "
      "memory that it does not search), or the loss depends on which tests run.";
  finding->evidence.push_back(
      {"trace",
       fmt::format("none of it is left after {} among the other suspects", Counted(runs, "run"))});
  finding->fix.reset();
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

/// Of circles that LeakSanitizer saw fewer of than the heap snapshot; see Reconciled().
std::string MissedByLsan(const ConfirmEvidence& confirm) {
  const std::string seen =
      confirm.seen_of_cycles_blocks == 0
          ? "nothing"
          : "only " + InBlocks(confirm.seen_of_cycles_bytes, confirm.seen_of_cycles_blocks);
  return fmt::format(
      "disagrees, {} unreachable after {}: one stale word in its own process hides the circles of "
      "many runs, where it takes the end of a block for the next block",
      seen, Counted(confirm.lsan_runs, "run"));
}

/// Who found the loss, and what the other says: LeakSanitizer and the heap snapshot, of which one
/// may not have measured.
void AddFinders(const LostPlace& place, const LostAmount& held, const TestEvidence& evidence,
                Finding* finding) {
  const ConfirmEvidence& confirm = evidence.confirm;
  const std::string amount = InBlocks(place.amount.total_bytes, place.amount.total_blocks);
  if (!confirm.why_no_lsan.empty()) {
    finding->evidence.push_back(
        {"trace", fmt::format("heap snapshot after run {}: nothing refers "
                              "to {}{}",
                              HumanCount(confirm.lsan_runs), amount, HeldText(held))});
    finding->evidence.push_back({"lsan", "not measured: " + confirm.why_no_lsan});
    return;
  }
  const Reach reach = ReachOf({place.traced.begin(), place.traced.end()});
  if (place.unseen) {
    finding->evidence.push_back({"trace", LostText(reach)});
    finding->evidence.push_back({"lsan", MissedByLsan(confirm)});
    return;
  }
  if (std::string text = LostText(reach); !text.empty()) {
    finding->evidence.push_back({"trace", reach.whole() ? text + " either" : text});
  } else if (reach.whole() && reach.stack_only_blocks == 0) {
    finding->evidence.push_back(
        {"trace", fmt::format("heap snapshot after run {}: words that look stale refer to these "
                              "blocks, where LeakSanitizer found none",
                              HumanCount(reach.runs))});
  }
  finding->evidence.push_back(
      {"lsan", fmt::format("{} unreachable after {}{}{}", amount, Counted(confirm.lsan_runs, "run"),
                           HeldText(held), WhereByLsan(place))});
}

/// `held`: what only this place's blocks hold. `cycle`: what keeps them, null where that is
/// unknown.
Finding Make(const LostPlace& place, const LostAmount& held, LostStructure structure,
             const OwnershipCycle* cycle, const TestEvidence& evidence,
             const DiagnoseContext& context, const Thresholds& thresholds) {
  const bool repeatable = evidence.triage.unrepeatable.empty();
  LostAmount all = place.amount;
  all.Add(held);

  Finding finding = place.place.finding;
  const bool given_back = place.place.scope == Scope::kTest && !evidence.given_back_by.empty();
  const bool disputed = place.amount.recurs && !place.undisputed;
  // Run alone, the test may drop what in the whole suite another one takes up and frees.
  const Verdict verdict =
      DecideLost(place.amount.recurs, place.outside_root, repeatable && !given_back && !disputed);
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
  AttributeTo(place.place, evidence.test, context, &finding);
  finding.cause = Cause(place, structure, cycle, evidence);
  if (!place.traced.empty()) {
    finding.evidence.push_back({"trace", TracedText(place.traced, thresholds.growth.warm_up)});
  }
  AddFinders(place, held, evidence, &finding);
  finding.fix = FixForLost(structure);
  if (cycle != nullptr) TellCycle(*cycle, context, &finding);
  if (disputed || place.freed_later) TellDispute(place, evidence, &finding);
  if (given_back) TellOrder(evidence.given_back_by, &finding);
  if (cycle == nullptr && !given_back && !place.freed_later) finding.cause += kHiddenPointers;
  finding.fingerprint = StackFingerprint(finding, 1);
  if (finding.fingerprint.empty()) {
    finding.fingerprint = OwnerFingerprint(finding.kind, OwnerOf(place.place.scope, evidence.test),
                                           "lost " + FunctionsOf(finding.stack));
  }
  return finding;
}

/// Whether heap snapshots saw all of the places' blocks, and no circle of owners among them.
bool NoneOwnsItsOwner(const std::vector<LostPlace>& places) {
  return std::all_of(places.begin(), places.end(), [](const LostPlace& place) {
    return !place.traced.empty() &&
           std::all_of(place.traced.begin(), place.traced.end(), [](const TracedSite* site) {
             const SiteRetention& retention = site->retention;
             return retention.measured() && retention.why_partial.empty() &&
                    retention.lost_blocks > 0 && retention.outside_circles == retention.lost_blocks;
           });
  });
}

/// One finding for `places`, which must not be empty: where the structure itself was made, as far
/// as a stack tells, else where most of it was. `cycle`: what keeps them by heap snapshots, or
/// null.
Finding MakeStructure(std::vector<LostPlace> places, const OwnershipCycle* cycle,
                      const TestEvidence& evidence, const DiagnoseContext& context,
                      const Thresholds& thresholds) {
  std::vector<const Stack*> stacks;
  for (const LostPlace& place : places) {
    stacks.insert(stacks.end(), place.stacks.begin(), place.stacks.end());
  }
  LostStructure structure = cycle != nullptr ? LostStructure::kSharedCycle : StructureOf(stacks);
  if (cycle == nullptr && structure == LostStructure::kSharedCycle && NoneOwnsItsOwner(places)) {
    structure = LostStructure::kLostWhole;
  }
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
    whole.TakeIn(places[i]);
    const Location& at = places[i].place.finding.location;
    texts.push_back(
        fmt::format("{}: {} {}:{}, {}",
                    structure == LostStructure::kSharedCycle ? "also in the cycle" : "lost with it",
                    at.function, at.file, at.line, Rate(places[i].amount)));
  }
  Finding finding = Make(whole, {}, structure, cycle, evidence, context, thresholds);
  const bool by_lsan = evidence.confirm.why_no_lsan.empty() && !whole.unseen;
  AddOtherPlaces(by_lsan ? "lsan" : "trace", texts, &finding);
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

bool IsAcquiredAt(const std::set<FileLine>& acquiring, const Stack& stack,
                  const DiagnoseContext& context) {
  std::set<FileLine> own;
  AddLineOf(stack, context, &own);
  return !own.empty() && acquiring.contains(*own.begin());
}

bool IsWorthAFinding(const LostSite& site, const TracedMatcher& trace, const TestEvidence& evidence,
                     const Thresholds& thresholds) {
  // A test reran for its suite or the program; what itself loses is its own evidence's to tell,
  // which also knows who gives it back.
  if (evidence.scope != Scope::kTest && ScopeOfStack(site.stack) == Scope::kTest) return false;
  // A later free proves a pointer that LeakSanitizer could not see. Where the loss would pile up,
  // or is large, the reader is told of the contradiction all the same.
  return site.recurs || site.total_bytes >= thresholds.one_time_bytes || !trace.IsFreedLater(site);
}

}  // namespace

std::vector<Finding> LostFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                  const Thresholds& thresholds) {
  std::vector<Finding> findings;
  if (!evidence.confirm.lost) return findings;
  std::vector<const LostSite*> direct_sites;
  std::vector<const LostSite*> other_sites;
  const TracedMatcher trace(evidence, context);
  const std::set<FileLine> acquiring = LinesThatAcquire(evidence, context, thresholds);
  for (const LostSite& site : *evidence.confirm.lost) {
    if (BelongsToGrowingResource(site, evidence, thresholds)) continue;
    if (IsAcquiredAt(acquiring, site.stack, context)) continue;
    if (!IsWorthAFinding(site, trace, evidence, thresholds)) continue;
    (site.direct ? direct_sites : other_sites).push_back(&site);
  }
  std::vector<LostPlace> direct = LostPlaces(std::move(direct_sites), trace, evidence, context);
  std::vector<LostPlace> others = LostPlaces(std::move(other_sites), trace, evidence, context);
  for (CyclePlaces& each : TakeCycles(&direct, &others)) {
    findings.push_back(
        MakeStructure(std::move(each.places), each.cycle, evidence, context, thresholds));
  }
  std::vector<LostAmount> held(direct.size());
  std::map<Scope, std::vector<LostPlace>> ownerless;
  for (LostPlace& place : others) {
    const std::size_t owner = OwnerAmong(direct, place);
    if (owner < direct.size()) {
      held[owner].Add(place.amount);
    } else {
      ownerless[place.place.scope].push_back(std::move(place));
    }
  }
  for (std::size_t i = 0; i < direct.size(); ++i) {
    findings.push_back(
        Make(direct[i], held[i], LostStructure::kSingle, nullptr, evidence, context, thresholds));
  }
  for (auto& [scope, places] : ownerless) {
    findings.push_back(MakeStructure(std::move(places), nullptr, evidence, context, thresholds));
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tuple(a.impact.bytes_per_iteration.value_or(0), a.impact.total_bytes.value_or(0)) >
           std::tuple(b.impact.bytes_per_iteration.value_or(0), b.impact.total_bytes.value_or(0));
  });
  return findings;
}

}  // namespace memprof
