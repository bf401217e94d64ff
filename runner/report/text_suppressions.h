// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_TEXT_SUPPRESSIONS_H_
#define MEMPROF_RUNNER_REPORT_TEXT_SUPPRESSIONS_H_

#include <span>
#include <string>

#include "runner/report/report.h"
#include "runner/report/text_page.h"

namespace memprof {

/// What became of a suppression: "used", "unused", "expired", "exceeded", "stale".
const char* SuppressionState(const SuppressionUse& use);

/// The same as a clause, with the reason that its author gave.
std::string SuppressionText(const SuppressionUse& use);

/// Writes what became of the suppressions: what they took out, what is more than they allow, and
/// lines that are of no use any more. Nothing where there are none.
void WriteSuppressions(std::span<const SuppressionUse> uses, TextPage* page);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_TEXT_SUPPRESSIONS_H_
