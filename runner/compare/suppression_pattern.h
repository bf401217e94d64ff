// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_COMPARE_SUPPRESSION_PATTERN_H_
#define MEMPROF_RUNNER_COMPARE_SUPPRESSION_PATTERN_H_

#include <string_view>

#include "runner/report/report.h"

namespace memprof {

/// Whether `pattern` is found in `text`, which must not be empty: anywhere, unless it begins with
/// '^' or ends with '$'; '*' stands for any text. The syntax is LeakSanitizer's.
bool PatternFound(std::string_view pattern, std::string_view text);

/// Whether it is found in what a suppression may name of a finding: function, file or module of a
/// frame, its location, its holder's symbol; or it is the begin of its fingerprint.
bool PatternMatches(std::string_view pattern, const Finding& finding);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_COMPARE_SUPPRESSION_PATTERN_H_
