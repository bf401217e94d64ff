// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_REPORT_SAMPLE_REPORT_H_
#define MEMPROF_TESTS_UNIT_REPORT_SAMPLE_REPORT_H_

#include <string>

#include "runner/report/report.h"

namespace memprof {

/// A report with a finding of every severity and nearly every member set: what a reader of our
/// golden files sees. Everything in it is fixed, times included.
Report SampleReport();

/// The same held against a baseline, with suppressions.
Report PolicyReport();

/// Three tests, nothing found, everything measured.
Report CleanReport();

/// A run that ended in a crash and was interrupted as well, with a test that ran out of time.
Report BrokenReport();

/// Quotes, markup, line ends, ANSI escapes, what ends other formats' texts (`]]>`, `</script>`,
/// "::error::"), a NUL, U+2028, and bytes that are not UTF-8.
std::string HostileText();

/// One test and one finding whose every text is `text`.
Report HostileReport(const std::string& text = HostileText());

/// `tests` clean tests of `iterations` iterations each.
Report LargeReport(int tests, int iterations);

/// `tests` tests, and `findings` findings of all severities on them.
Report ManyFindings(int tests, int findings);

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_REPORT_SAMPLE_REPORT_H_
