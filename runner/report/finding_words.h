// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_FINDING_WORDS_H_
#define MEMPROF_RUNNER_REPORT_FINDING_WORDS_H_

#include <cstdint>
#include <string>

#include "runner/report/report.h"

namespace memprof {

// The figures of a finding in words, the same in every format that people read.

/// What a finding of this kind counts: "3 descriptors", "17.2 KiB".
std::string AmountWords(FindingKind kind, std::int64_t value);

/// "33 B in 1 block a run, 396 B over all runs measured, peak 2 MiB": without what the series of
/// its growth says already. Empty where nothing is known.
std::string AmountText(const Finding& finding);

/// The one figure of a list: "33 B a run", "1 descriptor a run", "peak 80 MiB"; empty where there
/// is none.
std::string ShortAmount(const Finding& finding);

/// "17.2 KiB a run, same every run", or "…, rose in 9 of 11 runs": the slope of its series, which
/// may be more than the finding's own part of it. Empty without a growth.
std::string SlopeText(const Finding& finding);

/// "1 MiB in 12 allocations a run: 40 % of the test's bytes, 3 % of its allocations".
std::string WasteText(const Waste& waste);

/// "17.2 KiB a run, 3.2 MiB of the peak": what its fix saves. Empty without a fix, or figures.
std::string SavingsText(const Finding& finding);

/// What the member to weaken should be: "std::weak_ptr", "a pointer that owns nothing".
std::string WeakenedType(const Weaken& weaken);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_FINDING_WORDS_H_
