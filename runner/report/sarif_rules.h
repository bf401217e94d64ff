// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_SARIF_RULES_H_
#define MEMPROF_RUNNER_REPORT_SARIF_RULES_H_

#include <nlohmann/json.hpp>
#include <span>

#include "runner/report/report.h"

namespace memprof {

/// What SARIF says of all findings that share a RuleId(): a reportingDescriptor with its help, its
/// usual level, and the properties that GitHub sorts by (tags, precision, problem.severity).
nlohmann::ordered_json SarifRule(FindingKind kind, Pattern pattern);

/// SARIF's "error", "warning" or "note".
const char* SarifLevel(Severity severity);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_SARIF_RULES_H_
