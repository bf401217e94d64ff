// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_REPORTING_H_
#define MEMPROF_RUNNER_PLAN_REPORTING_H_

#include <cstddef>
#include <string>
#include <vector>

#include "runner/report/exit_code.h"
#include "runner/report/renderers.h"

namespace memprof {

/// What is written where the user names a directory and no formats.
inline std::vector<std::string> DefaultFormats() { return {"text", "json", "html", "junit"}; }

/// What `memprof run` and `memprof report` have in common: what becomes of a report, and what in it
/// fails the command.
struct Reporting {
  std::string out;                   ///< directory; empty: nothing is written
  std::vector<std::string> formats;  ///< names of Renderers()
  std::string source_root;
  std::vector<std::string> suppressions;  ///< files, in the order of the command line
  std::string baseline;                   ///< a report or what --write-baseline wrote; or empty
  std::string write_baseline;             ///< where to write one; or empty
  std::vector<std::string> gtest_xml;     ///< what GoogleTest wrote of the same tests; or none
  bool quiet = false;
  bool verbose = false;
  bool color = false;              ///< the report on stdout
  bool hyperlinks = false;         ///< there
  std::size_t text_columns = 100;  ///< there
  RenderOptions render;
  FailurePolicy failure;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_REPORTING_H_
