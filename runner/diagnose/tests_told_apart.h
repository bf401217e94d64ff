// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_TESTS_TOLD_APART_H_
#define MEMPROF_RUNNER_DIAGNOSE_TESTS_TOLD_APART_H_

#include <span>
#include <vector>

#include "runner/diagnose/same_program.h"
#include "runner/report/report.h"

namespace memprof {

/// The parts, in which tests of several programs that have one name have their binary's before it:
/// "cache_test:Cache.Lookup". Findings name tests without their binary, and what one of the two
/// leaks would else be held against the other. A binary is known by its file name, where that is
/// one's own, else by its path. Empty where no name is in two programs.
std::vector<Report> TestsToldApart(const std::vector<ReportedProgram>& programs,
                                   std::span<const Report> parts);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_TESTS_TOLD_APART_H_
