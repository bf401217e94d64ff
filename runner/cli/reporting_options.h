// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_REPORTING_OPTIONS_H_
#define MEMPROF_RUNNER_CLI_REPORTING_OPTIONS_H_

#include <string>

#include "runner/plan/reporting.h"

namespace CLI {
class App;
}  // namespace CLI

namespace memprof {

/// The options of every command that makes a report, as text, before they are taken over.
struct RawReporting {
  std::string fail_on = "critical";
  std::string color = "auto";
  std::string hyperlinks = "auto";
  std::string junit_element = "failure";
  std::string junit_dialect = "default";
};

/// Adds what says which findings fail the command. Both must outlive the parsing.
void AddPolicy(CLI::App* command, Reporting* reporting, RawReporting* raw);

/// Adds what says how the report looks and where it goes. `reporting` has the command's own
/// defaults, which --help shows. Both must outlive the parsing.
void AddReporting(CLI::App* command, Reporting* reporting, RawReporting* raw);

/// Takes over what was parsed into `raw`.
void TakeReporting(const RawReporting& raw, Reporting* reporting);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_REPORTING_OPTIONS_H_
