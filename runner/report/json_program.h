// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JSON_PROGRAM_H_
#define MEMPROF_RUNNER_REPORT_JSON_PROGRAM_H_

#include <nlohmann/json.hpp>

#include "runner/report/json_node.h"
#include "runner/report/report.h"

namespace memprof {

/// What shards of a program are judged by, as report.json has it.
nlohmann::ordered_json ProgramJson(const ProgramEvidence& program);

/// What ProgramJson() wrote. Throws JsonMismatch where it is something else.
ProgramEvidence ReadProgram(const JsonNode& node);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JSON_PROGRAM_H_
