// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_STEP_SUMMARY_H_
#define MEMPROF_RUNNER_REPORT_STEP_SUMMARY_H_

#include <cstddef>
#include <string>

#include "runner/report/report.h"

namespace memprof {

/// Bytes of a summary that has the file for itself.
inline constexpr std::size_t kStepSummaryBytes = 900 * 1024;

/// What RenderStepSummary() says in at most `bytes` bytes: GitHub drops the whole of a summary over
/// 1 MiB, and several runs may share the one of a step. Where there is hardly any room it is one
/// line, and where that does not fit either it is empty.
std::string StepSummaryWithin(const Report& report, std::size_t bytes);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_STEP_SUMMARY_H_
