// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/facts/resource_facts.h"

namespace memprof::scan {

void Merge(ResourceFacts facts, ResourceFacts* all) {
  all->locals.merge(facts.locals);
  all->members.merge(facts.members);
  all->released_members.merge(facts.released_members);
  for (auto& [member, handed] : facts.handed_members) all->handed_members[member].merge(handed);
  all->effects.merge(facts.effects);
  for (auto& [name, types] : facts.functions) all->functions[name].merge(types);
  for (auto& [id, more] : facts.classes) {
    const auto [known, is_new] = all->classes.try_emplace(id, more);
    if (is_new) continue;
    known->second.bases.merge(more.bases);
    known->second.owners.merge(more.owners);
    known->second.has_virtual_destructor |= more.has_virtual_destructor;
  }
  all->deleted_as_base.merge(facts.deleted_as_base);
  all->threads.merge(facts.threads);
  all->detached.merge(facts.detached);
  for (auto& [id, more] : facts.thread_containers) {
    ThreadContainer& known = all->thread_containers[id];
    if (!more.name.empty()) {
      known.name = more.name;
      known.type = more.type;
      known.place = more.place;
    }
    known.growths.merge(more.growths);
    known.shrinks |= more.shrinks;
    known.is_joined |= more.is_joined;
  }
}

}  // namespace memprof::scan
