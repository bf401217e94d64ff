// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_TRACED_OWNER_H_
#define MEMPROF_RUNNER_ANALYZE_TRACED_OWNER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/analyze/call_site.h"
#include "runner/analyze/process_series.h"
#include "runner/analyze/site_retention.h"
#include "runner/base/frame.h"

namespace memprof {

/// The live blocks of one owner that were allocated with one stack, at the end of each iteration.
struct TracedSite {
  Stack stack;                      ///< innermost first, with inlined functions
  std::vector<std::int64_t> bytes;  ///< requested sizes, one value an iteration
  std::vector<std::int64_t> blocks;
  /// In how many iterations blocks were made that are alive at the end of the last.
  int iterations_made = 0;
  /// Whose blocks these are: indices into RecordedTrace::origins, ascending. Empty once the record
  /// is forgotten.
  std::vector<std::uint32_t> origins = {};
  /// Why they are still there.
  SiteRetention retention = {};
  bool operator==(const TracedSite&) const = default;
};

/// The descriptors, threads or mappings of one owner that were opened with one stack.
struct TracedResource {
  Quantity quantity = Quantity::kDescriptors;
  Stack stack;                       ///< of the call that opened, created or mapped
  std::vector<std::string> targets;  ///< of descriptors, those alive at the end, each once
  std::vector<std::int64_t> values;  ///< alive at the end of each iteration: count, or mapped bytes
  bool operator==(const TracedResource&) const = default;
};

/// The objects of one kind and one owner that were acquired with one stack, and not released.
struct TracedObjects {
  std::string kind;                  ///< its gauge's name
  Stack stack;                       ///< of the call that acquired
  std::vector<std::int64_t> values;  ///< how many at the end of each iteration
  bool operator==(const TracedObjects&) const = default;
};

/// Everything that a full trace tells of one owner: a test, a suite outside of its tests, or the
/// program outside of its suites. Whatever is made while a test runs is that test's, whoever frees
/// it and whenever; what GoogleTest itself keeps of results is nobody's, and what is made within an
/// IgnoreScope.
struct TracedOwner {
  Scope scope = Scope::kTest;
  std::string name;  ///< "Suite.Name", the suite's name, or empty for the program
  ProcessSeries series;
  std::vector<TracedSite> sites;          ///< those alive at the end, most bytes first
  std::vector<TracedResource> resources;  ///< those alive at the end
  std::vector<TracedObjects> objects;     ///< those alive at the end
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_TRACED_OWNER_H_
