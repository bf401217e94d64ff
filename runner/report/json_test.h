// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JSON_TEST_H_
#define MEMPROF_RUNNER_REPORT_JSON_TEST_H_

#include <nlohmann/json.hpp>

#include "runner/report/report.h"

namespace memprof {

/// A test as report.json has it.
nlohmann::ordered_json TestJson(const TestReport& test);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JSON_TEST_H_
