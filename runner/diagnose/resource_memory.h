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

/// Which resource the memory of a stack belongs to: a thread's control block and its local storage,
/// the buffer of a `FILE*` or a `DIR*`. Told by the libc call that the user's code made. It goes
/// when the resource goes, so it is no growth of its own.
std::optional<Quantity> ResourceOfStack(const Stack& stack);

/// Where resources that grow are acquired, as far as the memory that comes with them shows it.
struct ResourcePlace {
  Quantity quantity = Quantity::kThreads;
  Stack stack;  ///< as massif has it
  std::int64_t bytes_per_run = 0;
};

/// The growing sites whose memory belongs to a growing resource, most bytes first.
std::vector<ResourcePlace> ResourcePlaces(const TestEvidence& evidence,
                                          const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_RESOURCE_MEMORY_H_
