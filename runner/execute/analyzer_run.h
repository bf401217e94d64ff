// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_ANALYZER_RUN_H_
#define MEMPROF_RUNNER_EXECUTE_ANALYZER_RUN_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/scan/clang/unit_parser.h"
#include "runner/scan/static_risk.h"

namespace memprof {

/// How long clang may take for one unit, in seconds: most need a few.
inline constexpr double kAnalyzerSeconds = 60;

/// The leaks that clang's static analyzer finds in one unit. Its output goes to a file of its own
/// in `scratch`, a directory that must be there. Any number of threads may do so at once. Errors:
/// kUnsupported "clang is not installed"; kProcess where it failed, was interrupted or took too
/// long; kUnreadable.
Result<std::vector<scan::StaticRisk>> AnalyzeUnit(const scan::UnitToParse& unit,
                                                  const std::string& scratch);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_ANALYZER_RUN_H_
