// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_WASTE_CANDIDATES_H_
#define MEMPROF_RUNNER_ANALYZE_WASTE_CANDIDATES_H_

#include <cstdint>
#include <vector>

#include "runner/analyze/noticed_tests.h"
#include "runner/diagnose/thresholds.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// A test that may allocate for nothing, by the screen's windows.
struct WasteCandidate {
  std::uint32_t test = 0;       ///< index into RecordFile::tests
  bool needs_peak = false;      ///< its peak is large enough to be worth taking apart
  std::int64_t peak_bytes = 0;  ///< largest of its runs
};

struct WasteCandidates {
  std::vector<WasteCandidate> tests;  ///< most allocated bytes first
  int beyond_limit = 0;               ///< others that qualify, beyond `rule.max_tests`
  /// All that qualify, noticed or not, and what one run of all tests allocates: this may be a shard
  /// of the program's tests.
  std::vector<Allocating> qualified;
  Allocating suite;
};

/// Selects the tests whose allocations are worth one more run, with a trace. The screen knows three
/// things of a run: calls, bytes allocated, and the peak. Bytes beyond the peak were allocated
/// again and again, whatever for; a test qualifies with `rule.bytes` of them, with `rule.calls`
/// calls, or with a peak of 1 MiB, whose contents may be needless. A run of more than a second
/// needs so much for each second, for less is none of its time. Most tests of most suites have none
/// of these.
///
/// Of a large suite, those with less than a fiftieth of what all tests allocate, in bytes and in
/// calls, are left out: whatever they waste, nobody would notice that it is gone. The five that
/// allocate most are not, for where all tests are alike they stand for the others.
///
/// Tests that failed, were skipped, or did not come to an end in any run are left out: their runs
/// are not the ones that a rewrite would be judged by.
WasteCandidates FindWasteCandidates(const RecordFile& record, const WasteRule& rule);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_WASTE_CANDIDATES_H_
