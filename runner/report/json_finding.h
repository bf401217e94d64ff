// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JSON_FINDING_H_
#define MEMPROF_RUNNER_REPORT_JSON_FINDING_H_

#include <nlohmann/json.hpp>

#include "runner/report/report.h"

namespace memprof {

/// A finding as report.json has it. What was not measured or does not apply is null.
nlohmann::ordered_json FindingJson(const Finding& finding);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JSON_FINDING_H_
