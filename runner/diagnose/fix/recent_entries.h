// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_RECENT_ENTRIES_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_RECENT_ENTRIES_H_

#include <cstdint>
#include <optional>

#include "runner/diagnose/fix/insertion_site.h"
#include "runner/report/fix.h"

namespace memprof {

/// A class with the cache's own key and value types that keeps the entries used last, and none
/// longer than a time. Nothing where the container is no map of which both types are known.
std::optional<Solution> RecentEntries(const InsertionSite& site, std::int64_t capacity);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_RECENT_ENTRIES_H_
