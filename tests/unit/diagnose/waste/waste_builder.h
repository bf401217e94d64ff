// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_DIAGNOSE_WASTE_WASTE_BUILDER_H_
#define MEMPROF_TESTS_UNIT_DIAGNOSE_WASTE_WASTE_BUILDER_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/diagnose/waste/waste_evidence.h"
#include "tests/unit/diagnose/evidence_builder.h"

namespace memprof {

inline RecordedTest WastingTest() {
  RecordedTest test;
  test.suite = "Cache";
  test.name = "Lookup";
  test.file = "/src/tests/cache_test.cc";
  test.line = 45;
  return test;
}

/// A stack of /src/src/csv.cc:`line` that calls the library's `functions`, innermost first.
inline Stack CallsAt(int line, const std::vector<std::string>& functions) {
  std::vector<Frame> inner = {{"operator new(unsigned long)", "", 0, ""}};
  for (const std::string& function : functions) {
    const bool is_inlined = function.find('(') == std::string::npos;  // else from the symbol table
    inner.push_back({function, is_inlined ? "/usr/include/c++/12/bits/some.h" : "", 7, ""});
  }
  inner.push_back({"report::Export(int)", "/src/src/csv.cc", line, ""});
  inner.push_back({"Cache_Lookup_Test::TestBody()", "/src/tests/cache_test.cc", 47, ""});
  return TestStack(std::move(inner));
}

/// A call that allocated blocks of these sizes, one after the other.
inline WasteSite Allocating(Stack stack, const std::vector<std::uint64_t>& sizes) {
  WasteSite site;
  site.stack = std::move(stack);
  for (const std::uint64_t size : sizes) {
    ++site.counts.allocations;
    site.counts.bytes += size;
    site.counts.largest = std::max(site.counts.largest, size);
    ++site.counts.sizes[std::bit_width(size)];
  }
  return site;
}

inline std::vector<std::uint64_t> Same(std::size_t count, std::uint64_t size) {
  return std::vector<std::uint64_t>(count, size);
}

/// step, 2 step, 3 step …
inline std::vector<std::uint64_t> Rising(std::size_t count, std::uint64_t step) {
  std::vector<std::uint64_t> sizes;
  for (std::size_t i = 1; i <= count; ++i) sizes.push_back(i * step);
  return sizes;
}

/// first, 2 first, 4 first … up to `last`, by `containers` of them.
inline std::vector<std::uint64_t> Doubling(std::uint64_t first, std::uint64_t last,
                                           int containers = 1) {
  std::vector<std::uint64_t> sizes;
  for (int i = 0; i < containers; ++i) {
    for (std::uint64_t size = first; size <= last; size *= 2) sizes.push_back(size);
  }
  return sizes;
}

/// Evidence of a test that allocates this, and little else.
inline WasteEvidence Wasting(std::vector<WasteSite> sites) {
  WasteEvidence evidence;
  evidence.test = WastingTest();
  evidence.sites = std::move(sites);
  for (const WasteSite& site : evidence.sites) {
    evidence.allocations += site.counts.allocations;
    evidence.allocated_bytes += site.counts.bytes;
  }
  evidence.peak_bytes = evidence.allocated_bytes / 2;
  return evidence;
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_DIAGNOSE_WASTE_WASTE_BUILDER_H_
