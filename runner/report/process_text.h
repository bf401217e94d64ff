// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_PROCESS_TEXT_H_
#define MEMPROF_RUNNER_REPORT_PROCESS_TEXT_H_

#include <string>
#include <vector>

#include "runner/report/process_use.h"

namespace memprof {

/// A line of the program's own section: a label, empty where the line continues the one before.
struct ProcessLine {
  std::string label;
  std::string text;
};

/// The label of what ProcessLines() tells of descriptors, threads and mappings.
inline constexpr char kLeftOpen[] = "left open";

/// "pid 1234 exited with status 0 after 3.2 s".
std::string ProcessHeadline(const ProcessUse& use);

/// What it used, line by line, for people: what was alive at its end and at its peak, who allocates
/// most, what it left open.
std::vector<ProcessLine> ProcessLines(const ProcessUse& use);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_PROCESS_TEXT_H_
