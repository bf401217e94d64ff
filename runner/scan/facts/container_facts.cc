// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/facts/container_facts.h"

namespace memprof::scan {

void Merge(ContainerFacts facts, ContainerFacts* all) {
  all->variables.merge(facts.variables);
  all->uses.merge(facts.uses);
  all->aliases.merge(facts.aliases);
  all->seen_functions.merge(facts.seen_functions);
  all->holders.merge(facts.holders);
  all->holder_sets.merge(facts.holder_sets);
  all->calls.merge(facts.calls);
  all->list_links.merge(facts.list_links);
  all->list_unlinks.merge(facts.list_unlinks);
  all->rebuilt_texts.merge(facts.rebuilt_texts);
}

}  // namespace memprof::scan
