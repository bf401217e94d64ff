// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/snapshot_reach.h"

#include <algorithm>
#include <cstddef>
#include <utility>

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
  lost.every_run = retention.lost_blocks >= runs;
  const double share = static_cast<double>(retention.lost_blocks) /
                       static_cast<double>(std::max(retention.blocks, retention.lost_blocks));
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
    const bool held = view == SnapshotView::kHeld || view == SnapshotView::kWeak;
    (held ? confirm.held_losses : lost).push_back(site);
  }
  confirm.lost = std::move(lost);
  return reconciled;
}

std::string WhyNoSnapshot(const TriageEvidence& triage) {
  if (!triage.traced() || triage.sites.empty()) return "";
  const bool told = std::any_of(triage.sites.begin(), triage.sites.end(),
                                [](const TracedSite& site) { return site.retention.measured(); });
  return told ? "" : triage.sites.front().retention.not_measured;
}

}  // namespace memprof
