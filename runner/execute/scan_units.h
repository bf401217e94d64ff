// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SCAN_UNITS_H_
#define MEMPROF_RUNNER_EXECUTE_SCAN_UNITS_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/scan/clang/unit_parser.h"

namespace memprof {

/// What a scan reads, and of which of it it tells.
struct ScanUnits {
  std::string database;                  ///< compile_commands.json, as the user would name it
  std::string build;                     ///< its directory, absolute
  std::string root;                      ///< of the sources, absolute
  std::vector<std::string> below;        ///< what to tell of, absolute; none: all below the root
  std::vector<scan::UnitToParse> units;  ///< all of the root and the build, in their order
};

/// The compile_commands.json to take: `asked`, or in it where it is a directory; without one the
/// nearest, from `start` upwards, there itself or in a directory `build*`. Errors: kUsage, with how
/// to make one.
Result<std::string> FindCompileCommands(const std::string& asked, const std::string& start);

/// Reads it. `source_root`: as of --source-root, may be empty. `paths` must exist. Left out are
/// what lies neither below the root nor the build, and what FetchContent brought. Errors: kUsage
/// where a path is not there; what ParseCompileCommands says; kUnreadable.
Result<ScanUnits> ReadScanUnits(const std::string& database, const std::string& source_root,
                                const std::vector<std::string>& paths);

/// Whether the scan tells of what is in the file, which is absolute.
bool IsToldOf(const std::string& file, const ScanUnits& units);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SCAN_UNITS_H_
