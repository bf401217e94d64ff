// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/resource_memory.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "runner/analyze/growth.h"
#include "runner/diagnose/series_text.h"

namespace memprof {
namespace {

// libc's calls that allocate beside what they acquire. Symbol versions and aliases begin alike.
constexpr std::array<std::pair<std::string_view, ResourceMemory>, 10> kAcquirers = {{
    {"pthread_create", {Quantity::kThreads, true}},
    {"__pthread_create", {Quantity::kThreads, true}},
    {"std::thread::", {Quantity::kThreads, true}},
    {"fopen", {Quantity::kDescriptors, true}},
    {"fdopen", {Quantity::kDescriptors, true}},
    {"__fopen", {Quantity::kDescriptors, true}},
    {"opendir", {Quantity::kDescriptors, true}},
    {"fdopendir", {Quantity::kDescriptors, true}},
    {"popen", {Quantity::kDescriptors, true}},
    {"_IO_file_doallocate", {Quantity::kDescriptors, false}},
}};

bool Grows(const TestEvidence& evidence, Quantity quantity, const GrowthRule& rule) {
  if (!evidence.triage.series) return false;
  const QuantitySeries& series = evidence.triage.series->Of(quantity);
  if (series.measured && ClassifyGrowth(series.values, rule).growing) return true;
  // The total may stand still where others are closed.
  return evidence.triage.traced() &&
         std::any_of(evidence.triage.resources.begin(), evidence.triage.resources.end(),
                     [&](const TracedResource& resource) {
                       return resource.quantity == quantity &&
                              ClassifyGrowth(resource.values, rule).growing;
                     });
}

/// Whether a thread that the program made allocated it: its stack ends in the thread's entry, and
/// not in main.
bool IsOfThread(const Stack& stack) {
  auto has = [&](std::string_view name) {
    return std::any_of(stack.begin(), stack.end(), [&](const Frame& frame) {
      return std::string_view(frame.function).starts_with(name);
    });
  };
  return (has("start_thread") || has("clone")) && !has("main") && !has("(below main)");
}

}  // namespace

std::optional<ResourceMemory> ResourceOfStack(const Stack& stack) {
  for (const Frame& frame : stack) {
    for (const auto& [name, memory] : kAcquirers) {
      if (std::string_view(frame.function).starts_with(name)) return memory;
    }
  }
  if (IsOfThread(stack)) return ResourceMemory{Quantity::kThreads, false};
  return std::nullopt;
}

namespace {

/// Whether the stacks of other threads than the main one hold nearly all of the site's blocks.
bool IsHeldByThreads(const SiteRetention& retention) {
  std::int64_t held = 0;
  for (const RetentionPath& path : retention.paths) {
    const Holder& holder = path.holder;
    const bool on_stack =
        holder.kind == Holder::Kind::kStack || holder.kind == Holder::Kind::kRegister;
    if (on_stack && holder.thread != "main thread") held += path.blocks;
  }
  return retention.measured() && held > 0 && 10 * held >= 9 * retention.blocks;
}

std::optional<ResourceMemory> GrowingResourceOf(const Stack& stack, const TestEvidence& evidence,
                                                const Thresholds& thresholds) {
  const std::optional<ResourceMemory> memory = ResourceOfStack(stack);
  const bool grows = memory && Grows(evidence, memory->quantity, thresholds.growth);
  return grows ? memory : std::nullopt;
}

}  // namespace

std::vector<ResourcePlace> ResourcePlaces(const TestEvidence& evidence,
                                          const Thresholds& thresholds) {
  std::vector<ResourcePlace> places;
  if (!evidence.triage.series) return places;
  std::set<Quantity> seen_growing;
  const auto add = [&](const Stack& stack, std::int64_t bytes_per_run, const char* source) {
    const std::optional<ResourceMemory> memory = GrowingResourceOf(stack, evidence, thresholds);
    if (memory) places.push_back({*memory, stack, bytes_per_run, source});
  };
  if (evidence.triage.traced()) {
    const bool threads_grow = Grows(evidence, Quantity::kThreads, thresholds.growth);
    for (const TracedSite& site : evidence.triage.sites) {
      const double rise = SlopeAfterWarmUp(site.bytes, thresholds.growth.warm_up);
      if (rise <= 0) continue;
      const std::size_t before = places.size();
      add(site.stack, WholePerRun(rise), "trace");
      if (places.size() == before && threads_grow && IsHeldByThreads(site.retention)) {
        places.push_back(
            {{Quantity::kThreads, false}, site.stack, WholePerRun(rise), "trace", true});
      }
    }
  } else if (evidence.confirm.growing) {
    for (const GrowingSite& site : *evidence.confirm.growing) {
      add(site.stack, site.bytes_per_run, "massif");
    }
  }
  for (const ResourcePlace& place : places) seen_growing.insert(place.memory.quantity);
  if (evidence.confirm.lost) {
    for (const LostSite& site : *evidence.confirm.lost) {
      if (!site.recurs || !BelongsToGrowingResource(site, evidence, thresholds)) continue;
      if (seen_growing.contains(ResourceOfStack(site.stack)->quantity)) continue;
      add(site.stack, site.bytes_per_run, "lsan");
    }
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const ResourcePlace& a, const ResourcePlace& b) {
                     return a.bytes_per_run > b.bytes_per_run;
                   });
  return places;
}

bool BelongsToGrowingResource(const LostSite& site, const TestEvidence& evidence,
                              const Thresholds& thresholds) {
  const std::optional<ResourceMemory> memory = GrowingResourceOf(site.stack, evidence, thresholds);
  return memory && (memory->acquired_here || memory->quantity != Quantity::kThreads);
}

}  // namespace memprof
