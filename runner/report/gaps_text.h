// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_GAPS_TEXT_H_
#define MEMPROF_RUNNER_REPORT_GAPS_TEXT_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "runner/report/report.h"
#include "runner/report/text_page.h"

namespace memprof {

/// Writes the section NOT MEASURED: by tool and reason, with how many tests it is of. Nothing where
/// there are no gaps.
void WriteNotMeasured(std::span<const NotMeasured> gaps, TextPage* page);

/// "A.B, A.C, +3 more": `limit` of them at most.
std::string SomeNames(const std::vector<std::string>& names, std::size_t limit);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_GAPS_TEXT_H_
