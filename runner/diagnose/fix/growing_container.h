// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_GROWING_CONTAINER_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_GROWING_CONTAINER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "runner/diagnose/fix/container_type.h"
#include "runner/report/report.h"

namespace memprof {

/// The container that a finding's memory piles up in, as the evidence names it.
struct GrowingContainer {
  std::string name;      ///< "records_"
  std::string accessor;  ///< function whose static it is, which may return it: "Log"; or empty
  std::string type;      ///< empty when the evidence does not have it
  std::size_t step = 0;  ///< of the retention path: its own blocks
};

/// Most likely first: the member that the growing blocks hang on, then the holder.
std::vector<GrowingContainer> GrowingContainers(const Finding& finding);

/// Entries that one run leaves in it, at least 1. Where an entry's size is not known the number is
/// rather too low than too high, so that a limit made of it is reached.
std::int64_t EntriesPerRun(const Finding& finding, const GrowingContainer& container,
                           const ContainerType& type, const SourceFile& file);

/// A limit that no run of the test reaches by itself, and twenty runs do: the next power of two
/// above ten runs' entries, at least 16.
std::int64_t LimitFor(std::int64_t entries_per_run);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_GROWING_CONTAINER_H_
