// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_COMPARE_POLICY_H_
#define MEMPROF_RUNNER_COMPARE_POLICY_H_

#include <optional>
#include <string>
#include <vector>

#include "runner/compare/suppressions.h"
#include "runner/report/report.h"

namespace memprof {

/// What the user has decided about findings: which ones to take out, and which ones are known.
struct Policy {
  std::vector<Suppression> suppressions;
  std::optional<Report> baseline;
  std::string baseline_file;  ///< as the user named it
  std::string today;          ///< UTC: "2026-11-20"
  /// The run leaves tests out (--filter, shards, one stage of CTest, --only), so that a suppression
  /// that matched nothing is not yet stale.
  bool partial = false;
};

/// Takes suppressed findings out of the report, and memory that tests declare to keep; then holds
/// the others against the baseline, and summarizes anew. Must be called once, on the finished
/// report, before its exit code is decided. Pure.
void ApplyPolicy(const Policy& policy, Report* report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_COMPARE_POLICY_H_
