// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_BOUNDED_CONTAINER_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_BOUNDED_CONTAINER_H_

#include <cstdint>
#include <string>

#include "runner/diagnose/fix/insertion_site.h"
#include "runner/report/report.h"

namespace memprof {

/// A limit for a container at the place where it is filled.
struct BoundedContainer {
  std::string constant;  ///< "kMaxRecords"
  std::int64_t entries_per_run = 1;
  std::int64_t limit = 0;
  std::string eviction;     ///< the statement that keeps it; empty where none fits the type
  std::string evicted;      ///< what goes: "the oldest entry", "the entry with the smallest key"
  bool before = false;      ///< it stands before the insertion
  std::string diff;         ///< empty where it would not be right; then:
  std::string why_no_diff;  ///< a clause
  std::string snippet;      ///< the constant, the insertion and the eviction
};

/// `keeps_new`: evict before the insertion, so that what it hands out stays good; for caches.
BoundedContainer BoundAt(const Finding& finding, const InsertionSite& site, bool keeps_new);

/// The finding's memory over the runs measured, less what the container holds at its limit.
std::int64_t PeakReduction(const Finding& finding, const BoundedContainer& bound);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_BOUNDED_CONTAINER_H_
