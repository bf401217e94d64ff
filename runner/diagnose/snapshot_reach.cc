// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/snapshot_reach.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "runner/diagnose/lost_cycle.h"
#include "runner/diagnose/series_text.h"
#include "runner/diagnose/traced_match.h"

namespace memprof {
namespace {

constexpr int kWarmUp = 3;  // that of GrowthRule

int RunsOf(const SiteRetention& retention) {
  return retention.iterations.empty() ? 0 : retention.iterations.back() + 1;
}

std::int64_t Gain(const TracedSite& site) {
  return site.bytes.empty() ? 0 : site.bytes.back() - site.bytes.front();
}

/// What the snapshot calls lost of one site, in the form of LeakSanitizer's losses.
LostSite AsLoss(const TracedSite& site) {
  const SiteRetention& retention = site.retention;
  LostSite lost;
  lost.stack = site.stack;
  lost.direct = retention.indirect_blocks < retention.lost_blocks;
  lost.total_bytes = retention.lost_bytes;
  lost.total_blocks = retention.lost_blocks;
  const std::int64_t runs = std::max(RunsOf(retention), 1);
  // As CompareLostSites: one in four runs at least.
  lost.recurs =
      site.iterations_made >= 2 && retention.lost_blocks >= std::max<std::int64_t>(2, runs / 4);
  if (!lost.recurs) return lost;
  // A stale word may hide what one of the runs lost.
  const std::int64_t of_one_run = std::max<std::int64_t>(retention.blocks / runs, 1);
  const std::int64_t hidden = std::min(retention.stack_only_blocks, of_one_run);
  // Here and there another stale word may hide a block.
  const std::int64_t stale = std::max<std::int64_t>(2, runs / 50);
  lost.every_run = retention.lost_blocks + hidden + stale >= runs;
  const double share =
      static_cast<double>(retention.lost_blocks + hidden) /
      static_cast<double>(std::max(retention.blocks, retention.lost_blocks + hidden));
  const double bytes = SlopeAfterWarmUp(site.bytes, kWarmUp) * share;
  const double blocks = SlopeAfterWarmUp(site.blocks, kWarmUp) * share;
  lost.bytes_per_run = bytes > 0 ? WholePerRun(bytes) : retention.lost_bytes / runs;
  lost.blocks_per_run =
      blocks > 0 ? WholePerRun(blocks) : std::max<std::int64_t>(retention.lost_blocks / runs, 1);
  return lost;
}

/// The losses that heap snapshots alone know of. Not measured where no snapshot is whole.
Measured<std::vector<LostSite>> LostBySnapshot(const TriageEvidence& triage) {
  std::vector<LostSite> lost;
  bool measured = false;
  for (const TracedSite& site : triage.sites) {
    if (!site.retention.measured()) continue;
    if (!site.retention.why_partial.empty()) {
      return Measured<std::vector<LostSite>>::Not(site.retention.why_partial);
    }
    measured = true;
    if (site.retention.lost_blocks > 0) lost.push_back(AsLoss(site));
  }
  if (!measured) return Measured<std::vector<LostSite>>::Not("no heap snapshot tells");
  return lost;
}

/// The calls whose blocks circles of owners keep, run after run, and nothing else does.
std::set<const TracedSite*> CyclingSites(const TriageEvidence& triage) {
  std::set<const TracedSite*> cycling;
  for (const TracedSite& site : triage.sites) {
    const SiteRetention& retention = site.retention;
    const bool is_lost = 2 * retention.lost_blocks > retention.blocks && AsLoss(site).recurs;
    if (is_lost && CycleOf(site) != nullptr) cycling.insert(&site);
  }
  return cycling;
}

/// Takes from the heap snapshot what circles keep, where LeakSanitizer saw fewer blocks of them.
void TakeUnseenCycles(const TestEvidence& evidence, const TracedMatcher& trace,
                      ConfirmEvidence* confirm) {
  const std::set<const TracedSite*> cycling = CyclingSites(evidence.triage);
  std::vector<LostSite> unseen;
  std::int64_t blocks_per_run = 0;
  for (const TracedSite& site : evidence.triage.sites) {
    if (!cycling.contains(&site)) continue;
    unseen.push_back(AsLoss(site));
    unseen.back().unseen = true;
    blocks_per_run += unseen.back().blocks_per_run;
  }
  const auto is_of_cycle = [&](const LostSite& loss) {
    const TracedMatch match = trace.Find(loss);
    return match.agreement != Agreement::kSameFunction &&
           std::any_of(match.sites.begin(), match.sites.end(),
                       [&](const TracedSite* site) { return cycling.contains(site); });
  };
  std::vector<LostSite> others, seen;
  for (const LostSite& loss : *confirm->lost) {
    (is_of_cycle(loss) ? seen : others).push_back(loss);
  }
  for (const LostSite& loss : seen) blocks_per_run -= loss.blocks_per_run;
  if (blocks_per_run <= 0) return;
  for (const LostSite& loss : seen) {
    confirm->seen_of_cycles_bytes += loss.total_bytes;
    confirm->seen_of_cycles_blocks += loss.total_blocks;
  }
  others.insert(others.end(), unseen.begin(), unseen.end());
  confirm->lost = std::move(others);
}

/// Whether the words that the snapshot takes for holders of a loss are stale ones: LeakSanitizer
/// finds unreachable what each run makes there, about all of it, and looked at the same variables.
/// The unused end of a string or vector holds what lay there before, and may do so in each run. So
/// does a new block hold the allocator's links, which lead to the ends of blocks.
bool IsHeldByStaleWords(const LostSite& loss, const std::vector<const TracedSite*>& sites) {
  double blocks_per_run = 0;
  for (const TracedSite* site : sites) {
    blocks_per_run += SlopeAfterWarmUp(site->blocks, kWarmUp);
    for (const RetentionPath& path : site->retention.paths) {
      const Holder::Kind kind = path.holder.kind;
      if (path.is_past_end) continue;
      // What it does not look into, or may not find.
      if (path.is_weak || kind == Holder::Kind::kMapping || kind == Holder::Kind::kThreadLocal) {
        return false;
      }
    }
  }
  return loss.every_run && blocks_per_run > 0 &&
         static_cast<double>(loss.blocks_per_run) >= 0.9 * blocks_per_run;
}

}  // namespace

Reach ReachOf(const std::vector<const TracedSite*>& sites) {
  Reach reach;
  for (const TracedSite* site : sites) {
    const SiteRetention& retention = site->retention;
    if (!retention.measured()) continue;
    reach.measured = true;
    if (reach.why_partial.empty()) reach.why_partial = retention.why_partial;
    reach.blocks += retention.blocks;
    reach.lost_blocks += retention.lost_blocks;
    reach.lost_bytes += retention.lost_bytes;
    reach.stack_only_blocks += retention.stack_only_blocks;
    for (const RetentionPath& path : retention.paths) {
      if (path.is_weak) reach.weak_blocks += path.blocks;
    }
    reach.runs = std::max(reach.runs, RunsOf(retention));
  }
  return reach;
}

const TracedSite* ToldSite(const std::vector<const TracedSite*>& sites) {
  const TracedSite* told = nullptr;
  for (const TracedSite* site : sites) {
    if (!site->retention.measured()) continue;
    if (told == nullptr || Gain(*site) > Gain(*told)) told = site;
  }
  return told;
}

SnapshotView ViewOf(const LostSite& loss, int lsan_runs, const Reach& reach) {
  if (!reach.whole()) return SnapshotView::kNothing;
  const std::int64_t maybe_lost = reach.lost_blocks + reach.stack_only_blocks;
  double expected = static_cast<double>(loss.total_blocks);
  if (loss.recurs && lsan_runs > 0) expected *= static_cast<double>(reach.runs) / lsan_runs;
  expected = std::min(expected, static_cast<double>(reach.blocks));
  if (static_cast<double>(maybe_lost) >= 0.5 * expected) return SnapshotView::kLost;
  return 2 * reach.weak_blocks >= reach.blocks - maybe_lost ? SnapshotView::kWeak
                                                            : SnapshotView::kHeld;
}

TestEvidence Reconciled(const TestEvidence& evidence, const DiagnoseContext& context,
                        bool lsan_is_needed) {
  TestEvidence reconciled = evidence;
  if (!evidence.triage.traced()) return reconciled;
  ConfirmEvidence& confirm = reconciled.confirm;
  if (!confirm.lost) {
    Measured<std::vector<LostSite>> lost = LostBySnapshot(evidence.triage);
    if (!lsan_is_needed || !lost) return reconciled;
    confirm.why_no_lsan = confirm.lost.why_not();
    for (const TracedSite& site : evidence.triage.sites) {
      confirm.lsan_runs = std::max(confirm.lsan_runs, RunsOf(site.retention));
    }
    confirm.lost = std::move(lost);
    return reconciled;
  }
  const TracedMatcher trace(evidence, context);
  std::vector<LostSite> lost;
  for (const LostSite& site : *evidence.confirm.lost) {
    const TracedMatch match = trace.Find(site);
    // One function may lose at one line and keep at another.
    const bool is_same = match.agreement != Agreement::kSameFunction;
    const SnapshotView view =
        is_same ? ViewOf(site, confirm.lsan_runs, ReachOf(match.sites)) : SnapshotView::kNothing;
    const bool held = (view == SnapshotView::kHeld || view == SnapshotView::kWeak) &&
                      !IsHeldByStaleWords(site, match.sites);
    (held ? confirm.held_losses : lost).push_back(site);
  }
  confirm.lost = std::move(lost);
  TakeUnseenCycles(evidence, trace, &confirm);
  return reconciled;
}

std::string WhyNoSnapshot(const TriageEvidence& triage) {
  if (!triage.traced() || triage.sites.empty()) return "";
  const bool told = std::any_of(triage.sites.begin(), triage.sites.end(),
                                [](const TracedSite& site) { return site.retention.measured(); });
  return told ? "" : triage.sites.front().retention.not_measured;
}

}  // namespace memprof
