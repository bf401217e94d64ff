// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_SARIF_FIX_H_
#define MEMPROF_RUNNER_REPORT_SARIF_FIX_H_

#include <nlohmann/json.hpp>
#include <optional>

#include "runner/report/fix.h"

namespace memprof {

/// A solution's diff as SARIF's fix: replacements of lines, counted in the file before any of them.
/// Empty where there is no diff, or where SARIF cannot say it exactly: it makes or removes a file,
/// changes the end of one, or is not UTF-8. Who applies the replacements gets what patch(1) makes.
std::optional<nlohmann::ordered_json> SarifFix(const Solution& solution);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_SARIF_FIX_H_
