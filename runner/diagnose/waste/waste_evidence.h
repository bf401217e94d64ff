// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_WASTE_EVIDENCE_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_WASTE_EVIDENCE_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest_plugin/record/format.h"
#include "runner/base/frame.h"
#include "runner/base/measured.h"
#include "runner/parse/dhat_file.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// What one call allocated while one test ran once, alone.
struct WasteSite {
  Stack stack;  ///< innermost first, with inlined functions
  record::Site counts = {};
};

/// What one call had alive when the test's memory was largest.
struct PeakSite {
  Stack stack;
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
};

/// Blocks with equal contents when the test's memory was largest.
struct DuplicateGroup {
  Stack stack;                    ///< of the call that made most of them
  std::uint64_t block_bytes = 0;  ///< requested size of each
  std::uint64_t blocks = 0;       ///< 2 at least
  std::string contents;           ///< printable beginning, at most 40 bytes; or empty
};

/// Everything that is known of what one test allocates, whether it keeps it or not.
struct WasteEvidence {
  RecordedTest test;
  // Of the test's one run, from the traced process:
  std::uint64_t allocations = 0;
  std::uint64_t allocated_bytes = 0;
  std::uint64_t peak_bytes = 0;
  std::vector<WasteSite> sites;  ///< most bytes first
  std::vector<PeakSite> peak;    ///< most bytes first; empty where no peak was recorded
  Measured<std::vector<DuplicateGroup>> duplicates =
      Measured<std::vector<DuplicateGroup>>::Not("contents were not looked at");
  Measured<DhatFile> dhat = Measured<DhatFile>::Not("DHAT did not run");
  Measured<DhatFile> copies = Measured<DhatFile>::Not("DHAT did not run");
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_WASTE_EVIDENCE_H_
