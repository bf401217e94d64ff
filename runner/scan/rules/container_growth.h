// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_RULES_CONTAINER_GROWTH_H_
#define MEMPROF_RUNNER_SCAN_RULES_CONTAINER_GROWTH_H_

#include <string>
#include <vector>

#include "runner/scan/facts/container_facts.h"

namespace memprof::scan {

/// A container that lives long and grows again and again, and nothing takes out of it, bounds it,
/// or might do so unseen. Points into the facts.
struct ContainerGrowth {
  const ContainerVariable* variable = nullptr;
  std::vector<const ContainerUsed*> grows;    ///< by place
  std::vector<const ContainerUsed*> lookups;  ///< in functions that grow it, too
  bool is_by_element = false;                 ///< its elements grow, and not itself
};

/// Each variable once, by id. `facts` must outlive the result.
std::vector<ContainerGrowth> GrowingContainers(const ContainerFacts& facts);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_RULES_CONTAINER_GROWTH_H_
