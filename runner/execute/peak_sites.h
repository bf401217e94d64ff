// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PEAK_SITES_H_
#define MEMPROF_RUNNER_EXECUTE_PEAK_SITES_H_

#include <vector>

#include "runner/diagnose/waste/waste_evidence.h"
#include "runner/execute/named_stacks.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// The calls that made a peak, most bytes first: a hundred at most, for peaks are made of few.
/// `trace` is the one that `names` is of.
std::vector<PeakSite> PeakSites(const RecordedTrace& trace, const RecordedPeak& peak,
                                NamedStacks* names);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PEAK_SITES_H_
