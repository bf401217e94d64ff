// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PEAK_SPIKE_H_
#define MEMPROF_RUNNER_DIAGNOSE_PEAK_SPIKE_H_

#include <cstdint>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// Of the tests' peaks, in bytes: the lower of the two in the middle of an even number; 0 of none.
std::int64_t MedianPeak(std::vector<std::int64_t> peaks);

/// Says of a finding with `impact.peak_bytes` that this is a spike beside `median`, whatever median
/// it was told with before.
void DescribeSpike(std::int64_t median, Finding* finding);

/// Judges the high peaks of a program anew by all of its tests, as when its shards are merged:
/// spikes that are none beside the others go from `findings`, and others come. What was told in a
/// shard and is not in `findings`, a suppression has taken out, and it stays out. Sets `is_told`.
void JudgeHighPeaks(const std::vector<TestReport>& tests, ProgramEvidence* program,
                    std::vector<Finding>* findings);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PEAK_SPIKE_H_
