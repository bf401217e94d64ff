// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/resource_risks.h"

#include <iterator>
#include <utility>

#include "runner/scan/rules/base_deletion_risks.h"
#include "runner/scan/rules/local_resource_risks.h"
#include "runner/scan/rules/member_resource_risks.h"
#include "runner/scan/rules/thread_risks.h"

namespace memprof::scan {

std::vector<StaticRisk> ResourceRisks(const ResourceFacts& facts) {
  std::vector<StaticRisk> risks = LocalResourceRisks(facts);
  for (std::vector<StaticRisk> more :
       {MemberResourceRisks(facts), ThreadRisks(facts), BaseDeletionRisks(facts)}) {
    std::move(more.begin(), more.end(), std::back_inserter(risks));
  }
  return risks;
}

}  // namespace memprof::scan
