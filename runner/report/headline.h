// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_HEADLINE_H_
#define MEMPROF_RUNNER_REPORT_HEADLINE_H_

#include <string>

#include "runner/report/report.h"

namespace memprof {

/// The finding in one line, its pattern first: "cache without eviction: +17.2 KiB per run, no bound
/// seen in 192 runs", "lost owner (early return): +33 B in 1 block per run". The pattern takes the
/// place of what the title says of the kind; a title of another form has it before. Without a
/// pattern, or one that is only a guess, it is the title.
std::string Headline(const Finding& finding);

/// The pattern as people write it: "cache without eviction".
std::string PatternWords(Pattern pattern);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_HEADLINE_H_
