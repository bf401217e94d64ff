// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/finding_order.h"

#include <array>
#include <map>

namespace memprof {

std::vector<NumberedFinding> FindingOrder(const Report& report) {
  constexpr std::array kWorstFirst = {Severity::kCritical, Severity::kWarning,
                                      Severity::kOptimization};
  std::vector<NumberedFinding> order;
  std::map<Severity, int> numbers;
  for (const bool known : {false, true}) {
    for (const Severity severity : kWorstFirst) {
      for (const Finding& finding : report.findings) {
        if (finding.severity != severity) continue;
        if ((finding.baseline == BaselineState::kKnown) != known) continue;
        order.push_back({&finding, ++numbers[severity]});
      }
    }
  }
  return order;
}

}  // namespace memprof
