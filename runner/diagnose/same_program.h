// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_SAME_PROGRAM_H_
#define MEMPROF_RUNNER_DIAGNOSE_SAME_PROGRAM_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// A program, and which of several reports are on it.
struct ReportedProgram {
  std::string binary;              ///< as the first of its reports names it
  std::vector<std::size_t> parts;  ///< indices, ascending
};

/// Which reports are on one program: those whose binary is the same path, or the end of it. Shards
/// of one program from two machines have two paths: they are known by the same file name, a source
/// file in which both have tests, and by having no test twice; two builds of one program have the
/// same tests, and stay two. A heuristic: shards from two machines that have no source file in
/// common pass for two programs, which costs them what is judged by all tests together.
///
/// A report without a binary goes with the first program. One that was merged from several is a
/// program by itself.
std::vector<ReportedProgram> ProgramsOf(std::span<const Report> parts);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_SAME_PROGRAM_H_
