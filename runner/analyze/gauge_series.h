// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_GAUGE_SERIES_H_
#define MEMPROF_RUNNER_ANALYZE_GAUGE_SERIES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/analyze/process_series.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// The gauges of a whole process, in the record's order. Where a gauge comes and goes within tests,
/// so that it has no value at the end of an iteration, what its tests' windows kept is summed up.
/// Iterations that did not finish are left out.
std::vector<GaugeSeries> BuildGaugeSeries(const RecordFile& record);

/// What the windows of one test changed a gauge by, for each finished iteration, as changes. Empty
/// where a window says that it was not measured. `test` is an index into RecordFile::tests, or
/// record::kNoTest for all of them together.
std::vector<std::int64_t> GaugeChanges(const RecordFile& record, std::uint32_t gauge,
                                       std::uint32_t test);

/// Whether the calls that make such objects are seen; always true of a gauge that is no pair of
/// functions.
bool IsSeen(const RecordFile& record, std::uint32_t gauge);

/// Functions of the pair table that acquire and that no module of the process calls in a way that
/// memprof can see, so that their pair is not measured. Without those of a pair of which another
/// function is seen to acquire.
std::vector<std::string> UnseenAcquires(const RecordFile& record);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_GAUGE_SERIES_H_
