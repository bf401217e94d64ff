// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/container_risks.h"

#include <iterator>
#include <utility>

#include "runner/scan/rules/growing_container_risks.h"
#include "runner/scan/rules/intrusive_list_risks.h"
#include "runner/scan/rules/rebuilt_text_risks.h"

namespace memprof::scan {

std::vector<StaticRisk> ContainerRisks(const ContainerFacts& facts) {
  std::vector<StaticRisk> risks = GrowingContainerRisks(facts);
  for (std::vector<StaticRisk> more : {IntrusiveListRisks(facts), RebuiltTextRisks(facts)}) {
    std::move(more.begin(), more.end(), std::back_inserter(risks));
  }
  return risks;
}

}  // namespace memprof::scan
