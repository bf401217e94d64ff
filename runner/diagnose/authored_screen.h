// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_AUTHORED_SCREEN_H_
#define MEMPROF_RUNNER_DIAGNOSE_AUTHORED_SCREEN_H_

#include <string>
#include <vector>

#include "runner/diagnose/thresholds.h"
#include "runner/parse/record_file.h"
#include "runner/report/report.h"

namespace memprof {

/// What one run changed the gauges by; those that it left as they were, and those that could not be
/// read, are left out.
std::vector<GaugeReading> GaugeReadings(const RecordedRun& run, const RecordFile& screen);

/// Adds what a run says that it keeps on purpose, each line of it once.
void AddKeeps(const RecordedRun& run, const std::string& source_root, TestReport* test);

/// Tells what the authors of the tests have left out of the figures (IgnoreScope), with its amount,
/// as a line of the stages; and what of theirs could not be measured: limits, gauges, pairs. Of the
/// pair table's functions only `named_acquires` are expected to be seen.
void AddAuthoredNotes(const RecordFile& screen, const Thresholds& thresholds,
                      const std::vector<std::string>& named_acquires, Report* report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_AUTHORED_SCREEN_H_
