// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_FINDING_ORDER_H_
#define MEMPROF_RUNNER_REPORT_FINDING_ORDER_H_

#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// A finding and its number within its severity, from 1: "CRITICAL 2".
struct NumberedFinding {
  const Finding* finding = nullptr;
  int number = 0;
};

/// The order in which text shows findings: worst severity first, and what the baseline knows after
/// all others. Points into `report`.
std::vector<NumberedFinding> FindingOrder(const Report& report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_FINDING_ORDER_H_
