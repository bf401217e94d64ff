// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_REPORT_FILES_H_
#define MEMPROF_RUNNER_EXECUTE_REPORT_FILES_H_

#include <string>
#include <vector>

#include "runner/base/result.h"

namespace memprof {

/// The report.json files that `paths` name, each once, in their order: a file itself, the one in a
/// directory, else those of memprof anywhere below it, sorted by path. What a directory of ours
/// holds besides is not searched, nor are symbolic links to directories, nor `out`: what an earlier
/// merge wrote there has the same findings once more.
///
/// Errors: kUsage, with the path, where there is no such file or directory, or no report in it;
/// kUnreadable where a directory may hold more of them and cannot be looked into. Whether the files
/// are whole is for their reader to say.
Result<std::vector<std::string>> FindReportFiles(const std::vector<std::string>& paths,
                                                 const std::string& out);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_REPORT_FILES_H_
