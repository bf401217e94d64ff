// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_REFERENCES_TO_ENTRIES_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_REFERENCES_TO_ENTRIES_H_

#include <string>

#include "runner/diagnose/fix/insertion_site.h"

namespace memprof {

// What refers to entries of a container, so that it would dangle or shift when one is taken out: a
// clause each, empty where the source text shows none.

/// The function gives out where an entry is, and those who asked go on using it.
std::string HandedOutHazard(const InsertionSite& site);

/// Iterators into the container that are kept beside it, and entries known by their place.
std::string KeptPlaceHazard(const InsertionSite& site);

/// A local iterator or reference into the container that is used behind the eviction. `before`:
/// that is before the insertion, else behind it.
std::string DanglingHazard(const InsertionSite& site, bool before);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_REFERENCES_TO_ENTRIES_H_
