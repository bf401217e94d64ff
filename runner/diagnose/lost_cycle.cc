// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/lost_cycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "runner/analyze/user_frame.h"
#include "runner/diagnose/advice.h"
#include "runner/diagnose/lost_structure.h"

namespace memprof {
namespace {

bool IsSharedOwner(std::string_view type) {
  // std::shared_ptr and boost's; boost::intrusive_ptr and the like of other libraries.
  return type.find("shared_ptr<") != std::string_view::npos ||
         type.find("intrusive_ptr<") != std::string_view::npos;
}

std::string TextOf(const OwnershipCycle::Step& step) {
  return step.member.empty() ? step.type : step.type + "." + step.member;
}

/// The circle that keeps most of what the place lost, whatever it is made of; null without one.
const OwnershipCycle* AnyCycleOf(const LostPlace& place) {
  const OwnershipCycle* found = nullptr;
  for (const TracedSite* site : place.traced) {
    const SiteRetention& retention = site->retention;
    const bool tells = retention.measured() && retention.why_partial.empty() && retention.cycle;
    if (!tells || retention.cycle->steps.empty()) continue;
    // `traced` is in no order that means anything.
    if (found == nullptr || retention.cycle->bytes > found->bytes) found = &*retention.cycle;
  }
  return found;
}

bool Owns(const OwnershipCycle& cycle, const std::vector<const Stack*>& stacks) {
  return cycle.is_closure || IsSharedOwner(cycle.weaken_type) ||
         (cycle.weaken_type.empty() && StructureOf(stacks) == LostStructure::kSharedCycle);
}

/// Groups the places that circles keep, and leaves the others.
void Group(std::vector<LostPlace>* places, std::vector<CyclePlaces>* cycles) {
  std::vector<LostPlace> rest;
  for (LostPlace& place : *places) {
    const OwnershipCycle* const cycle = AnyCycleOf(place);
    if (cycle == nullptr) {
      rest.push_back(std::move(place));
      continue;
    }
    auto known = std::find_if(cycles->begin(), cycles->end(), [&](const CyclePlaces& each) {
      return each.cycle->steps == cycle->steps &&
             each.places.front().place.scope == place.place.scope;
    });
    if (known == cycles->end()) known = cycles->insert(known, CyclePlaces{cycle, {}});
    known->places.push_back(std::move(place));
  }
  *places = std::move(rest);
}

bool Owns(const CyclePlaces& cycle) {
  std::vector<const Stack*> stacks;
  for (const LostPlace& place : cycle.places) {
    stacks.insert(stacks.end(), place.stacks.begin(), place.stacks.end());
  }
  return Owns(*cycle.cycle, stacks);
}

/// What circles keep out of both lists; circles that do not own go back to the list they are from.
std::vector<CyclePlaces> OwningCycles(std::vector<LostPlace>* direct,
                                      std::vector<LostPlace>* others) {
  std::vector<CyclePlaces> all;
  const std::vector<LostPlace> was_direct = *direct;
  const std::vector<LostPlace> was_other = *others;
  Group(direct, &all);
  Group(others, &all);
  std::erase_if(all, [](const CyclePlaces& each) { return !Owns(each); });
  const auto is_taken = [&](const LostPlace& place) {
    const OwnershipCycle* const cycle = AnyCycleOf(place);
    return cycle != nullptr && std::any_of(all.begin(), all.end(), [&](const CyclePlaces& each) {
             return each.cycle->steps == cycle->steps &&
                    each.places.front().place.scope == place.place.scope;
           });
  };
  *direct = was_direct;
  *others = was_other;
  std::erase_if(*direct, is_taken);
  std::erase_if(*others, is_taken);
  return all;
}

bool IsTold(const LostPlace& place) {
  return std::any_of(place.traced.begin(), place.traced.end(),
                     [](const TracedSite* site) { return site->retention.measured(); });
}

}  // namespace

const OwnershipCycle* CycleOf(const TracedSite& site) {
  const SiteRetention& retention = site.retention;
  if (!retention.measured() || !retention.why_partial.empty() || !retention.cycle) return nullptr;
  const OwnershipCycle& cycle = *retention.cycle;
  return !cycle.steps.empty() && Owns(cycle, {&site.stack}) ? &cycle : nullptr;
}

std::vector<CyclePlaces> TakeCycles(std::vector<LostPlace>* direct,
                                    std::vector<LostPlace>* others) {
  std::vector<CyclePlaces> cycles = OwningCycles(direct, others);
  std::vector<LostPlace> rest;
  for (LostPlace& place : *others) {
    const auto of_scope = [&](const CyclePlaces& each) {
      return each.places.front().place.scope == place.place.scope;
    };
    const bool has_owner = std::any_of(direct->begin(), direct->end(), [&](const LostPlace& each) {
      return each.place.scope == place.place.scope;
    });
    const auto cycle = std::find_if(cycles.begin(), cycles.end(), of_scope);
    if (has_owner || IsTold(place) || cycle == cycles.end()) {
      rest.push_back(std::move(place));
    } else {
      cycle->places.push_back(std::move(place));
    }
  }
  *others = std::move(rest);
  for (CyclePlaces& cycle : cycles) SortPlaces(&cycle.places);
  return cycles;
}

void TellCycle(const OwnershipCycle& cycle, const DiagnoseContext& context, Finding* finding) {
  finding->pattern = Pattern::kReferenceCycle;
  finding->cycle.clear();
  for (const OwnershipCycle::Step& step : cycle.steps) finding->cycle.push_back(TextOf(step));
  finding->cycle_count = cycle.count;
  if (!cycle.weaken.empty()) {
    Weaken weaken = {cycle.weaken, cycle.weaken_type, "", 0};
    if (cycle.file.starts_with('/')) {
      weaken.file = PathBelowRoot(cycle.file, context.source_root);
      weaken.line = cycle.line;
    }
    finding->weaken = std::move(weaken);
  }
  finding->fix = FixForCycle(cycle);
}

std::string CycleCause(const OwnershipCycle& cycle) {
  std::vector<std::string> types;
  for (const OwnershipCycle::Step& step : cycle.steps) {
    if (std::find(types.begin(), types.end(), step.type) == types.end()) {
      types.push_back(step.type);
    }
  }
  std::string cause;
  if (types.size() == 1) {
    cause = fmt::format(
        "{} {}: ", types.front(),
        cycle.steps.size() == 1 ? "keeps itself alive" : "objects keep each other alive");
  } else {
    const std::string last = types.back();
    types.pop_back();
    cause = fmt::format("{} and {} keep each other alive: ", fmt::join(types, ", "), last);
  }
  cause +=
      "nothing outside of the circle refers to it, and each owner in it waits for the one before "
      "it to go, so their counts never reach zero.";
  if (cycle.is_closure) {
    cause += " The closure owns what it captures, and is held by what it captures.";
  }
  return cause;
}

}  // namespace memprof
