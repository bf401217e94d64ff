// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_COMPARISON_FIGURES_H_
#define MEMPROF_RUNNER_REPORT_COMPARISON_FIGURES_H_

#include <cstddef>
#include <string>

#include "runner/compare/comparison.h"

namespace memprof {

// What the text and the Markdown of a comparison say in the same words. Names come as they are, so
// each output still has to make them fit.

/// "516 B in 1 block a run", "2 descriptors a run", "peak 3 MiB", "4 MiB in all"; "not measured"
/// where nothing of that is known.
std::string FigureOf(const Finding& finding);

/// "0 B ▁▂▃▅▇ 515.5 KiB"; empty without a series.
std::string SeriesOf(const Finding& finding);

/// "+50 %", "-12 %", "critical → warning"; empty where neither differs.
std::string DifferenceOf(const ComparedFinding& compared);

/// The finding as it is now, or as it was where it is gone.
const Finding& ShownOf(const ComparedFinding& compared);

/// "file:line", else what it belongs to.
std::string PlaceOf(const Finding& finding);

/// "A.B, A.C, +3 more", or the scope.
std::string OwnersOf(const Finding& finding, std::size_t limit);

/// "1 new, 2 fixed, 3 known", worst first; "no findings".
std::string CountsOf(const Comparison& comparison);

/// One sentence: "No leaks detected in 40 tests." only where the new result has none and measured
/// all.
std::string VerdictOf(const Comparison& comparison, const Report& now);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_COMPARISON_FIGURES_H_
