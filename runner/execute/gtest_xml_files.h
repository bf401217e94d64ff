// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_GTEST_XML_FILES_H_
#define MEMPROF_RUNNER_EXECUTE_GTEST_XML_FILES_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/report/gtest_results.h"

namespace memprof {

/// Reads the files that `--gtest-xml` names: of several shards or binaries, each test once.
/// Errors: those of ReadFile() and ParseGtestXml(), with the path.
Result<std::vector<GtestResult>> ReadGtestXmlFiles(const std::vector<std::string>& paths);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_GTEST_XML_FILES_H_
