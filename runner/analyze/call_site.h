// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_CALL_SITE_H_
#define MEMPROF_RUNNER_ANALYZE_CALL_SITE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "runner/base/frame.h"
#include "runner/parse/lsan_log.h"
#include "runner/parse/massif_file.h"

namespace memprof {

/// Blocks that LeakSanitizer calls lost, told apart by how often they are made. It comes from
/// two runs of one test, repeated `runs_short` and `runs_long` times: a stale stack slot hides
/// the last iteration's block in both, so the difference is exact where either count alone is not.
struct LostSite {
  Stack stack;
  bool direct = true;               ///< some of its blocks are, in either run
  std::int64_t bytes_per_run = 0;   ///< requested bytes; 0 when it does not recur
  std::int64_t blocks_per_run = 0;  ///< whole blocks, at least 1 when it recurs
  std::int64_t total_bytes = 0;     ///< in the longer run; in the shorter if only that lost it
  std::int64_t total_blocks = 0;
  bool recurs = false;     ///< lost in at least two iterations, by CompareLostSites
  bool every_run = false;  ///< at least one block for each additional run
  /// LeakSanitizer missed it, or most of it: the figures are a heap snapshot's.
  bool unseen = false;
};

/// Matches the leaks of both runs by stack (function, file, line, module of every frame). Most
/// bytes a run first, then most bytes in all. A site recurs when the longer run lost at least 2
/// blocks more than the shorter, and at least 1 for every 4 additional runs. A site that the
/// shorter run lacks, for stale slots may hide all that two runs lost, recurs only with at least 2
/// blocks and as many as there are additional runs. When `runs_short` is not less than
/// `runs_long`, a site recurs with at least `runs_long` blocks.
///
/// A heuristic; `runs_short` should be at least 2, for with 1 a stale slot may hide all that a site
/// lost. It fails on a site that lost several blocks once, when slots hid two of them in the
/// shorter run but not in the longer.
std::vector<LostSite> CompareLostSites(const LsanLog& short_run, int runs_short,
                                       const LsanLog& long_run, int runs_long);

/// Where in a run of tests the blocks were made, read from GoogleTest's own frames.
enum class Scope { kTest, kSuite, kProgram };

/// kTest when `testing::TestInfo::Run` or a thread's entry (no frame of `main`) is on the stack,
/// kSuite when only `testing::TestSuite::Run` / `TestCase::Run` is, else kProgram. A heuristic:
/// a stack that was cut short, or of a program without symbols, counts as kTest, for that is the
/// test under suspicion; so does a thread that the suite or `main` started.
Scope ScopeOfStack(const Stack& stack);

/// A call whose live bytes rise from snapshot to snapshot.
struct GrowingSite {
  Stack stack;                       ///< innermost first
  std::vector<std::int64_t> series;  ///< live requested bytes, one a snapshot
  std::int64_t bytes_per_run = 0;    ///< mean rise from one snapshot to the next
  double share_of_growth = 0;        ///< of the rise of all growing sites, 0 to 1
};

/// Flattens each snapshot's tree into whole stacks and keeps those whose bytes never fall, and rise
/// in at least three quarters of the steps, or at least twice and each time by 1.5 times the last
/// rise (a container that doubles). One snapshot an iteration, the first of them after the first
/// iteration; those without a tree are passed over; needs at least 3, else returns none. Most
/// growth first.
std::vector<GrowingSite> FindGrowingSites(std::span<const MassifSnapshot> snapshots);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_CALL_SITE_H_
