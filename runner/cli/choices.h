// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_CHOICES_H_
#define MEMPROF_RUNNER_CLI_CHOICES_H_

#include <optional>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// What --fail-on and its like take, most severe first; "never" is last.
std::vector<std::string> SeveritiesThatFail();

/// The severity that one of them names; empty for "never".
std::optional<Severity> SeverityThatFails(const std::string& choice);

/// Whether stdout gets colours, as ColorFor() has it.
bool WantsColor(const std::string& choice);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_CHOICES_H_
