// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/scan_facts.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "runner/scan/collect/collect_containers.h"
#include "runner/scan/collect/collect_ownerships.h"
#include "runner/scan/collect/collect_resources.h"
#include "runner/scan/rules/container_risks.h"
#include "runner/scan/rules/ownership_risks.h"
#include "runner/scan/rules/resource_risks.h"

namespace memprof::scan {
namespace {

auto Key(const StaticRisk& risk) {
  return std::tie(risk.place.file, risk.place.line, risk.pattern, risk.place.column, risk.subject);
}

bool SamePlace(const StaticRisk& left, const StaticRisk& right) {
  return left.place.file == right.place.file && left.place.line == right.place.line &&
         left.pattern == right.pattern && left.subject == right.subject;
}

}  // namespace

ScanFacts CollectFacts(const SyntaxUnit& unit, const AcquireTable& acquires) {
  return {CollectContainers(unit), CollectOwnerships(unit), CollectResources(unit, acquires)};
}

void Merge(ScanFacts facts, ScanFacts* all) {
  Merge(std::move(facts.containers), &all->containers);
  Merge(std::move(facts.ownership), &all->ownership);
  Merge(std::move(facts.resources), &all->resources);
}

std::vector<StaticRisk> FindRisks(const ScanFacts& facts) {
  std::vector<StaticRisk> risks = ContainerRisks(facts.containers);
  for (std::vector<StaticRisk> more :
       {OwnershipRisks(facts.ownership), ResourceRisks(facts.resources)}) {
    std::move(more.begin(), more.end(), std::back_inserter(risks));
  }
  std::stable_sort(risks.begin(), risks.end(), [](const StaticRisk& left, const StaticRisk& right) {
    return Key(left) < Key(right);
  });
  risks.erase(std::unique(risks.begin(), risks.end(), SamePlace), risks.end());
  return risks;
}

}  // namespace memprof::scan
