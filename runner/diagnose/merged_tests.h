// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_MERGED_TESTS_H_
#define MEMPROF_RUNNER_DIAGNOSE_MERGED_TESTS_H_

#include <span>
#include <string>
#include <vector>

#include "runner/diagnose/same_program.h"
#include "runner/report/report.h"

namespace memprof {

/// The tests of a program's parts, each once: where parts differ, with the worse status and the
/// runs that go with it.
std::vector<TestReport> TestsOf(const ReportedProgram& program, std::span<const Report> parts);

/// Where reports contradict each other, a sentence for each kind of contradiction between two of
/// them: a test's status differs; a finding was made in one and not in the other, although its test
/// was measured there too. `names`: of the parts.
std::vector<std::string> ConflictsOf(const std::vector<ReportedProgram>& programs,
                                     std::span<const Report> parts,
                                     const std::vector<std::string>& names);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_MERGED_TESTS_H_
