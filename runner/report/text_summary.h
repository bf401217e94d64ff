// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_TEXT_SUMMARY_H_
#define MEMPROF_RUNNER_REPORT_TEXT_SUMMARY_H_

#include <string>

#include "runner/report/renderers.h"
#include "runner/report/report.h"
#include "runner/report/text_page.h"

namespace memprof {

/// "3 CRITICAL, 1 WARNING"; empty without findings.
std::string CountsBySeverity(const Summary& summary);

/// "1 new, 200 known"; empty without a baseline.
std::string CountsByBaseline(const Report& report);

/// Writes the last section: the figures of the whole run, what to do first and how.
void WriteSummary(const Report& report, const RenderOptions& options, TextPage* page);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_TEXT_SUMMARY_H_
