// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_SCAN_USE_H_
#define MEMPROF_RUNNER_REPORT_SCAN_USE_H_

#include <cstdint>
#include <string>

namespace memprof {

/// What `memprof scan` read, in place of tests.
struct ScanUse {
  std::string database;       ///< the compile_commands.json, as the user would name it
  std::int64_t files = 0;     ///< units that were read
  std::int64_t not_read = 0;  ///< those that the compiler's library could not read, or not wholly

  bool operator==(const ScanUse&) const = default;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_SCAN_USE_H_
