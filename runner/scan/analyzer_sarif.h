// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_ANALYZER_SARIF_H_
#define MEMPROF_RUNNER_SCAN_ANALYZER_SARIF_H_

#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"
#include "runner/scan/static_risk.h"

namespace memprof::scan {

/// The leaks in what `clang --analyze -Xclang -analyzer-output=sarif` wrote, each with the path
/// that the analyzer took as its notes. What is no leak (use after free …) is left out. Errors:
/// kUnreadable, with `file`, where it is no SARIF; a result without a place is passed over.
Result<std::vector<StaticRisk>> ParseAnalyzerSarif(std::string_view text, const std::string& file);

/// Both: where the analyzer tells of a call, or a way out, that a risk of the scan's own is about,
/// that risk gets its word as one more note, and is sure. What it tells several times, of a header
/// in several units, is there once. Sorted by place.
std::vector<StaticRisk> JoinAnalyzerRisks(std::vector<StaticRisk> own,
                                          std::vector<StaticRisk> analyzer);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_ANALYZER_SARIF_H_
