// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_CLASSIFY_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_CLASSIFY_H_

#include <string>
#include <vector>

#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// Which root cause a finding has, and what decided it.
struct Classification {
  Pattern pattern = Pattern::kUnknown;
  Confidence confidence = Confidence::kLow;
  std::string sub_cause;                ///< see Finding::sub_cause
  std::vector<std::string> decided_by;  ///< clauses, the strongest first; empty for kUnknown alone
};

/// By the evidence that the finding has (kind, growth, holder, path, cycle, stack with the
/// library's frames, sub-findings in its evidence) and, where they could be read, by the source
/// lines around it. kUnknown rather than a guess; then `decided_by` says what is known, and what
/// would decide. Without sources the same pattern comes with less confidence, or none, never
/// another one.
Classification Classify(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_CLASSIFY_H_
