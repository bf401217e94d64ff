// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_REPORT_ROOT_H_
#define MEMPROF_RUNNER_EXECUTE_REPORT_ROOT_H_

#include <string>

#include "runner/report/report.h"

namespace memprof {

/// The absolute directory that the relative files of `report` lie below, for links to them:
/// `asked` where it is not empty, else the current directory or one above it, else one above the
/// test binary's. Empty where the files are in none of these: a report may come from elsewhere.
std::string ReportRoot(const Report& report, const std::string& asked);

/// This machine's name; empty where it has none. Terminals open a link only if they are there.
std::string HostName();

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_REPORT_ROOT_H_
