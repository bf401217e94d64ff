// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PEAK_DUPLICATES_H_
#define MEMPROF_RUNNER_EXECUTE_PEAK_DUPLICATES_H_

#include <cstdint>
#include <functional>
#include <string>

#include "runner/base/frame.h"
#include "runner/diagnose/waste/waste_evidence.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// Fills in `evidence->duplicates` from the run that PlanTrace planned, of two runs of the test at
/// least: what it holds at the peak is looked at in a later run than the first. `record_path` is
/// where that run's record lay; the file beside it is read and removed. `name` gives the frames of
/// a stack, by its index into RecordedTrace::stacks.
void AddDuplicates(const RecordFile& record, const std::string& record_path,
                   const std::function<Stack(std::uint32_t stack)>& name, WasteEvidence* evidence);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PEAK_DUPLICATES_H_
