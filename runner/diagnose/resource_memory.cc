// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/resource_memory.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "runner/analyze/growth.h"

namespace memprof {
namespace {

// libc's calls that allocate beside what they acquire. Symbol versions and aliases begin alike.
constexpr std::array<std::pair<std::string_view, Quantity>, 9> kAcquirers = {{
    {"pthread_create", Quantity::kThreads},
    {"__pthread_create", Quantity::kThreads},
    {"std::thread::", Quantity::kThreads},
    {"fopen", Quantity::kDescriptors},
    {"fdopen", Quantity::kDescriptors},
    {"__fopen", Quantity::kDescriptors},
    {"opendir", Quantity::kDescriptors},
    {"fdopendir", Quantity::kDescriptors},
    {"popen", Quantity::kDescriptors},
}};

bool Grows(const TestEvidence& evidence, Quantity quantity, const GrowthRule& rule) {
  const QuantitySeries& series = evidence.triage.series->Of(quantity);
  return series.measured && ClassifyGrowth(series.values, rule).growing;
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
    for (const auto& [name, quantity] : kAcquirers) {
      if (std::string_view(frame.function).starts_with(name)) return ResourceMemory{quantity, true};
    }
  }
  if (IsOfThread(stack)) return ResourceMemory{Quantity::kThreads, false};
  return std::nullopt;
}

std::vector<ResourcePlace> ResourcePlaces(const TestEvidence& evidence,
                                          const Thresholds& thresholds) {
  std::vector<ResourcePlace> places;
  if (!evidence.triage.series || !evidence.confirm.growing) return places;
  for (const GrowingSite& site : *evidence.confirm.growing) {
    const std::optional<ResourceMemory> memory = ResourceOfStack(site.stack);
    if (!memory || !Grows(evidence, memory->quantity, thresholds.growth)) continue;
    places.push_back({*memory, site.stack, site.bytes_per_run});
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const ResourcePlace& a, const ResourcePlace& b) {
                     return a.bytes_per_run > b.bytes_per_run;
                   });
  return places;
}

}  // namespace memprof
