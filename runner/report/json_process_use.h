// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JSON_PROCESS_USE_H_
#define MEMPROF_RUNNER_REPORT_JSON_PROCESS_USE_H_

#include <nlohmann/json.hpp>

#include "runner/report/json_node.h"
#include "runner/report/process_use.h"

namespace memprof {

/// `process` of report.json.
nlohmann::ordered_json ProcessUseJson(const ProcessUse& use);

/// What ProcessUseJson() wrote. Throws JsonMismatch where it is not that.
ProcessUse ReadProcessUse(const JsonNode& node);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JSON_PROCESS_USE_H_
