// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_REPORT_SAMPLE_REPORT_H_
#define MEMPROF_TESTS_UNIT_REPORT_SAMPLE_REPORT_H_

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

/// One finding whose every text holds quotes, markup, line ends, escapes, `]]>` and bytes that are
/// not UTF-8.
Report HostileReport();

/// `tests` clean tests of `iterations` iterations each.
Report LargeReport(int tests, int iterations);

/// `tests` tests, and `findings` findings of all severities on them.
Report ManyFindings(int tests, int findings);

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_REPORT_SAMPLE_REPORT_H_
