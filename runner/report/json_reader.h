// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JSON_READER_H_
#define MEMPROF_RUNNER_REPORT_JSON_READER_H_

#include <string_view>

#include "runner/base/result.h"
#include "runner/report/report.h"

namespace memprof {

/// Version of report.json. It rises when a reader of the old form would misunderstand the new one;
/// new members alone do not raise it.
inline constexpr int kReportSchemaVersion = 1;

/// Reads what RenderJson() wrote, for merging and comparing. Members that it does not know are
/// skipped; those of the schema must be there and of their type.
///
/// Errors: kUnsupported for a newer schema_version; kDamaged, with the place ("findings[3].line")
/// or the byte, for text that is cut off, no JSON, or not a report. The caller knows the file's
/// name and puts it before the message.
Result<Report> ReadReportJson(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JSON_READER_H_
