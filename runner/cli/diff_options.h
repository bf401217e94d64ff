// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_DIFF_OPTIONS_H_
#define MEMPROF_RUNNER_CLI_DIFF_OPTIONS_H_

#include <optional>
#include <string>

#include "runner/report/report.h"

namespace CLI {
class App;
}  // namespace CLI

namespace memprof {

/// `memprof diff`.
struct DiffRequest {
  std::string base;  ///< report.json, or a directory that has one
  std::string now;
  std::optional<Severity> fail_on_new = Severity::kCritical;  ///< none: no finding fails it
  std::string format = "text";                                ///< or "markdown", "json"
  std::string out;                                            ///< a file; empty: stdout
  bool color = false;
  bool verbose = false;
};

/// The same as text, before it is taken over.
struct RawDiff {
  DiffRequest request;
  std::string fail_on_new = "critical";
  std::string color = "auto";
};

/// Adds the subcommand to `app`. `raw` must outlive the parsing, which fills it.
CLI::App* AddDiffCommand(CLI::App* app, RawDiff* raw);

/// What was parsed into `raw`.
DiffRequest TakeDiff(const RawDiff& raw);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_DIFF_OPTIONS_H_
