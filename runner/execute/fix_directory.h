// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_FIX_DIRECTORY_H_
#define MEMPROF_RUNNER_EXECUTE_FIX_DIRECTORY_H_

#include <string>

#include "runner/base/result.h"
#include "runner/report/report.h"

namespace memprof {

/// Where the fixes of a run lie below its output directory `out`.
std::string FixDirectory(const std::string& out);

/// Where the diffs of the report apply, to be typed after `patch -d`: a directory above this one,
/// or `source_root`. Empty where it is this one, and where their files are in none of these.
std::string PatchDirectory(const Report& report, const std::string& out,
                           const std::string& source_root);

/// Writes FixFiles() of the report to FixDirectory(`out`), and removes those of an earlier run, for
/// an old diff would not fit the sources any more. Makes no directory where there is nothing to
/// write. Files of other names stay. Errors: what WriteFile() says.
Result<std::string> WriteFixFiles(const Report& report, const std::string& out);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_FIX_DIRECTORY_H_
