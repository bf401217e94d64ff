// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_TEXT_TABLE_H_
#define MEMPROF_RUNNER_REPORT_TEXT_TABLE_H_

#include <cstddef>
#include <span>
#include <string>

#include "runner/report/report.h"

namespace memprof {

/// The table of `--verbose`: for each test its number of runs and what the last of them kept and
/// used (the last, because the first also fills caches and statics). "?" is not measured. Names are
/// shortened in their middle where the table would be wider than `columns`, down to some length.
std::string TestTable(std::span<const TestReport> tests, std::size_t columns);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_TEXT_TABLE_H_
