// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/ownership_risks.h"

#include <iterator>
#include <utility>

#include "runner/scan/rules/closure_capture_risks.h"
#include "runner/scan/rules/listener_risks.h"
#include "runner/scan/rules/reference_cycle_risks.h"

namespace memprof::scan {

std::vector<StaticRisk> OwnershipRisks(const OwnershipFacts& facts) {
  std::vector<StaticRisk> risks = ReferenceCycleRisks(facts);
  for (std::vector<StaticRisk> more : {ListenerRisks(facts), ClosureCaptureRisks(facts)}) {
    std::move(more.begin(), more.end(), std::back_inserter(risks));
  }
  return risks;
}

}  // namespace memprof::scan
