// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/evidence_file.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {

/// What the screen leaves for CTest's test of one suspect.
MEMPROF_FUZZ(suspect_file) {
  const Result<SuspectFile> suspect = ParseSuspect(input);
  if (!suspect) {
    MEMPROF_FUZZ_EXPECT(suspect.error().kind == ErrorKind::kDamaged);
    return;
  }
  MEMPROF_FUZZ_EXPECT(!suspect->evidence.empty());
  for (const TestEvidence& evidence : suspect->evidence) {
    MEMPROF_FUZZ_EXPECT(static_cast<unsigned>(evidence.scope) <= 2);
    for (const TracedResource& resource : evidence.triage.resources) {
      MEMPROF_FUZZ_EXPECT(static_cast<std::size_t>(resource.quantity) < kQuantities.size());
    }
  }
  const std::string written = RenderSuspect(*suspect);
  const Result<SuspectFile> again = ParseSuspect(written);
  MEMPROF_FUZZ_EXPECT(again.ok() && RenderSuspect(*again) == written);
}

}  // namespace memprof
