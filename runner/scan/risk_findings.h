// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RISK_FINDINGS_H_
#define MEMPROF_RUNNER_SCAN_RISK_FINDINGS_H_

#include <set>
#include <span>
#include <string>
#include <vector>

#include "runner/report/report.h"
#include "runner/scan/static_risk.h"
#include "runner/source/source_file.h"

namespace memprof::scan {

/// A finding for each risk, in their order; the risks' files are below the source root. A WARNING
/// at most, whatever the risk: that something leaks, only a test shows. Its fingerprint is of the
/// pattern, the function and the subject, with their ordinal where several are alike.
///
/// `members`: qualified names of fields of classes. A variable that is none is what holds. The
/// caller knows the command that shows it again.
std::vector<Finding> FindingsOf(std::span<const StaticRisk> risks,
                                const std::set<std::string>& members);

/// Gives the findings, which are of these risks, the texts of their lines and their fixes: as code
/// where the sources show that it is right, else the rule's advice.
void AdviseRisks(std::span<const StaticRisk> risks, const Sources& sources,
                 std::vector<Finding>* findings);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RISK_FINDINGS_H_
