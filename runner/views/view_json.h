// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_VIEW_JSON_H_
#define MEMPROF_RUNNER_VIEWS_VIEW_JSON_H_

#include <nlohmann/json.hpp>
#include <span>

#include "runner/plan/view_request.h"
#include "runner/report/json_writer.h"
#include "runner/report/report.h"

namespace memprof {

/// Writes the members that the JSON of every view begins with: schema_version, view, tool, binary,
/// and what makes the result partial.
void WriteViewHeadJson(const Report& report, View view, JsonWriter* writer);

/// Writes `not_measured`, as report.json has it.
void WriteGapsJson(std::span<const NotMeasured> gaps, JsonWriter* writer);

/// A place as report.json has it; null where it is unknown.
nlohmann::ordered_json LocationJson(const Location& location);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_VIEW_JSON_H_
