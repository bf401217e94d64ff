// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_SNAPSHOT_REACH_H_
#define MEMPROF_RUNNER_DIAGNOSE_SNAPSHOT_REACH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/analyze/call_site.h"
#include "runner/diagnose/evidence.h"

namespace memprof {

/// What the last heap snapshot says of the blocks of some sites together.
struct Reach {
  bool measured = false;    ///< of at least one site
  std::string why_partial;  ///< nothing is lost then
  std::int64_t blocks = 0;
  std::int64_t lost_blocks = 0;
  std::int64_t lost_bytes = 0;
  std::int64_t stack_only_blocks = 0;  ///< may be lost: a stale word refers to them
  std::int64_t weak_blocks = 0;        ///< only words that may be no pointers refer to them
  int runs = 0;                        ///< the snapshot was taken at the end of so many

  bool whole() const { return measured && why_partial.empty() && blocks > 0; }
};

Reach ReachOf(const std::vector<const TracedSite*>& sites);

/// The site that heap snapshots tell of, that gained the most bytes; null when they tell of none.
const TracedSite* ToldSite(const std::vector<const TracedSite*>& sites);

/// What a heap snapshot says to a loss that LeakSanitizer claims.
enum class SnapshotView {
  kNothing,  ///< there is none, or it is partial
  kLost,     ///< too, or only stacks and registers refer to it
  kWeak,     ///< only words that may be no pointers refer to it
  kHeld,
};

/// `reach` of the calls that lost `loss` after `lsan_runs` runs. Both count in processes of their
/// own, so half of the blocks that LeakSanitizer makes one expect is enough to agree.
SnapshotView ViewOf(const LostSite& loss, int lsan_runs, const Reach& reach);

/// The evidence with LeakSanitizer and heap snapshots brought together. Where a whole snapshot sees
/// held what LeakSanitizer calls lost, it goes from `lost` to `held_losses`, unless all that each
/// run makes is lost by LeakSanitizer, and held by variables that it looks into. Where
/// LeakSanitizer was worth running and did not measure, `lost` is what a whole snapshot finds lost.
///
/// Otherwise both must call a thing lost, but for circles of owners that nothing reaches in a whole
/// snapshot and that come back: they are in `lost` even where LeakSanitizer sees fewer, or none.
/// Its allocator lays blocks of a size side by side, and it takes a pointer past the end of one for
/// a pointer to the next. So a vector's end may lead into the circle of the next run, and a single
/// stale word into all of them. The snapshot's blocks have the allocator's words between them, and
/// owners in a circle leave no doubt of how the memory was lost.
TestEvidence Reconciled(const TestEvidence& evidence, const DiagnoseContext& context,
                        bool lsan_is_needed);

/// Why no heap snapshot tells of any of the traced sites: a clause; empty when one does, and where
/// there is no trace.
std::string WhyNoSnapshot(const TriageEvidence& triage);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_SNAPSHOT_REACH_H_
