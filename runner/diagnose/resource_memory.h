// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_RESOURCE_MEMORY_H_
#define MEMPROF_RUNNER_DIAGNOSE_RESOURCE_MEMORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/analyze/process_series.h"
#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"

namespace memprof {

/// A resource that memory belongs to, and goes with, so that it is no growth of its own.
struct ResourceMemory {
  Quantity quantity = Quantity::kThreads;
  /// True for what acquiring it allocates: a thread's control block and its local storage, a
  /// `FILE` or a `DIR`. False for what comes later: the buffer that the first access to a `FILE`
  /// makes, what a thread allocated while it ran.
  bool acquired_here = true;
};

/// Told by the libc call that the user's code made, or by a stack that begins with a thread.
/// Empty when it is neither.
std::optional<ResourceMemory> ResourceOfStack(const Stack& stack);

/// Memory of a resource that grows.
struct ResourcePlace {
  ResourceMemory memory;
  Stack stack;  ///< as the tool has it
  std::int64_t bytes_per_run = 0;
  std::string source;  ///< "trace", "massif" or "lsan"
  /// Nothing in the stack says that it belongs to threads, but their stacks alone hold it.
  bool held_by_threads = false;
};

/// The sites whose memory belongs to a growing resource, most bytes first: those that grow, by the
/// trace or else by massif, and for a resource that has none of these, those that are lost.
/// What the stacks of threads hold, in the last heap snapshot, is theirs where threads grow.
std::vector<ResourcePlace> ResourcePlaces(const TestEvidence& evidence,
                                          const Thresholds& thresholds);

/// Whether what is lost there is a growing resource's own memory, lost with its handle. What a
/// thread allocated while it ran is lost by itself.
bool BelongsToGrowingResource(const LostSite& site, const TestEvidence& evidence,
                              const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_RESOURCE_MEMORY_H_
