// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_COMPARE_FINDING_MATCH_H_
#define MEMPROF_RUNNER_COMPARE_FINDING_MATCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// For each finding of `now`, the index of the same finding in `base`; empty where it is new. No
/// finding of `base` is given twice.
///
/// Only findings with the same functions on their stacks are compared; their lines and files do not
/// count. Fingerprints number the sites of one function, and those numbers shift:
///
///     base            now
///     [f 1] a  ──╮    [f 1] b   new: unlike a by its line's text, holder or size
///                ╰──▶ [f 2] a   the same, although its fingerprint is another
///
/// So within one function the most alike are paired first, and the fingerprint decides between
/// equals. A heuristic: it fails where one leak is mended and another made in the same function and
/// neither report has the text of the lines; then the two count as one.
std::vector<std::optional<std::size_t>> MatchFindings(const std::vector<Finding>& base,
                                                      const std::vector<Finding>& now);

/// How much a finding is, in the unit of its kind: descriptors or threads a run, bytes of the peak,
/// bytes a run; bytes in all where it does not recur. Empty when not measured.
std::optional<std::int64_t> AmountOf(const Finding& finding);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_COMPARE_FINDING_MATCH_H_
