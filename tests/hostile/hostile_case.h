// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_HOSTILE_HOSTILE_CASE_H_
#define MEMPROF_TESTS_HOSTILE_HOSTILE_CASE_H_

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "tests/system/memprof_run.h"

namespace memprof {

/// One row of the tables in this directory: a program that does its worst, how memprof is called on
/// it, and what must come of that.
struct HostileCase {
  std::string name;     ///< of the row: letters, digits and underscores
  std::string program;  ///< of tests/programs; or a path
  std::vector<std::string> options = {};
  std::vector<std::string> arguments = {};  ///< of the program
  std::vector<std::pair<std::string, std::string>> environment = {};

  int exit_code = 0;
  /// Full names of the tests of CRITICAL findings, one for each: exactly these. A finding that
  /// belongs to no test is named by its scope label.
  std::vector<std::string> critical = {};
  /// Tests and their status, as in report.json: these at least.
  std::vector<std::pair<std::string, TestStatus>> tests = {};
  int tests_on_record = -1;  ///< how many tests the report has; -1: not asked
  /// Tools and a part of why they were not measured. These at least.
  std::vector<std::pair<std::string, std::string>> not_measured = {};
  bool nothing_unmeasured = false;     ///< no gap at all
  std::vector<std::string> says = {};  ///< parts of what is printed
  bool leaves_processes = false;       ///< of its own, which outlive memprof
  double within_s = 120;               ///< a limit against hanging, not a measure
};

void PrintTo(const HostileCase& row, std::ostream* out);

/// Runs memprof on the row and expects what it says; returns the run for further questions. Expects
/// of every row that nothing of memprof crashed, that no process is left, and that no finding is
/// CRITICAL beside the row's.
MemprofRun ExpectOutcome(const HostileCase& row);

}  // namespace memprof

#endif  // MEMPROF_TESTS_HOSTILE_HOSTILE_CASE_H_
