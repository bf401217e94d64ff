// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/facts/ownership_facts.h"

namespace memprof::scan {

void Merge(OwnershipFacts facts, OwnershipFacts* all) {
  all->members.merge(facts.members);
  all->bases.merge(facts.bases);
  all->functions.merge(facts.functions);
  all->registries.merge(facts.registries);
  all->registry_uses.merge(facts.registry_uses);
  all->own_calls.merge(facts.own_calls);
  all->long_lived.merge(facts.long_lived);
  all->captures.merge(facts.captures);
  all->parameters.merge(facts.parameters);
}

}  // namespace memprof::scan
