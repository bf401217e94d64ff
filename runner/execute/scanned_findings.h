// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SCANNED_FINDINGS_H_
#define MEMPROF_RUNNER_EXECUTE_SCANNED_FINDINGS_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/execute/progress.h"
#include "runner/execute/scan_reading.h"
#include "runner/execute/scan_units.h"
#include "runner/parse/pair_table.h"
#include "runner/report/report.h"
#include "runner/scan/static_risk.h"

namespace memprof {

/// What a scan has to tell. Files are below the source root.
struct Scanned {
  std::vector<scan::StaticRisk> risks;  ///< without those that a comment keeps
  std::vector<Finding> findings;        ///< of them, one each
  std::vector<SuppressionUse> keeps;    ///< `// memprof: keep` comments, and what became of them
  std::vector<NotMeasured> not_measured;
  ScanUse use;
  std::string stage;  ///< "120 files in 34 s"
  bool interrupted = false;
};

/// How a scan is made.
struct ScanSettings {
  int jobs = 1;           ///< units read at once
  PairTable pairs = {};   ///< C functions that acquire and release, beside those that memprof knows
  bool analyzer = false;  ///< clang's static analyzer too, of the units that are told of
};

/// Reads the units and finds the risks in them. Errors: kUnreadable where none of the units could
/// be read, with the likely cause.
Result<Scanned> Scan(const ScanUnits& units, const ScanSettings& settings, Progress* progress);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SCANNED_FINDINGS_H_
