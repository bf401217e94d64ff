// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_RULE_ID_H_
#define MEMPROF_RUNNER_REPORT_RULE_ID_H_

#include <string>

#include "runner/report/report.h"

namespace memprof {

/// What outputs that know rules call a finding's: "memory-leak/lost-owner", or the kind alone where
/// there is no pattern. Histories and dismissed alerts are keyed on it.
std::string RuleId(const Finding& finding);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_RULE_ID_H_
