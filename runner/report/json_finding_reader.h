// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JSON_FINDING_READER_H_
#define MEMPROF_RUNNER_REPORT_JSON_FINDING_READER_H_

#include "runner/report/json_node.h"
#include "runner/report/report.h"

namespace memprof {

/// A finding that FindingJson() wrote. Throws JsonMismatch where it is not one.
Finding ReadFinding(const JsonNode& node);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JSON_FINDING_READER_H_
