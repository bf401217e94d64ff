// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_SCAN_REQUEST_H_
#define MEMPROF_RUNNER_PLAN_SCAN_REQUEST_H_

#include <string>
#include <vector>

#include "runner/plan/reporting.h"

namespace memprof {

/// What `memprof scan` was asked to do.
struct ScanRequest : Reporting {
  std::string build;               ///< compile_commands.json or its directory; empty: the nearest
  std::vector<std::string> paths;  ///< what to report on: files and directories; none: all
  std::vector<std::string> pairs;  ///< tables of C functions that acquire and release, or "known"
  bool analyzer = false;           ///< clang's static analyzer looks at the files too
  int jobs = 1;                    ///< units read at once
  bool live_progress = false;      ///< stderr takes a line that is written over
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_SCAN_REQUEST_H_
