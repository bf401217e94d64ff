// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_SERIES_TEXT_H_
#define MEMPROF_RUNNER_DIAGNOSE_SERIES_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "runner/analyze/growth.h"
#include "runner/report/report.h"

namespace memprof {

/// The series as a report holds it, whole. `from_zero`: less its first value, for quantities whose
/// level before the test says nothing.
GrowthSeries ReportedSeries(std::span<const std::int64_t> values, const GrowthResult& growth,
                            bool from_zero);

/// "rose in 44 of 44 runs after warm-up".
std::string RoseText(const GrowthResult& growth);

/// The value before the first step that `growth` looked at; 0 for an empty series.
std::int64_t ValueBeforeSteps(std::span<const std::int64_t> values, const GrowthResult& growth);

/// Mean change a run after `warm_up` runs; 0 when there are not two values.
double SlopeAfterWarmUp(std::span<const std::int64_t> values, int warm_up);

/// A mean as a whole number a run: rounded, and at least 1, for what grows never grows by 0.
std::int64_t WholePerRun(double mean);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_SERIES_TEXT_H_
