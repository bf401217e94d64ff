// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/baseline.h"
#include "runner/compare/comparison.h"
#include "runner/report/json_reader.h"
#include "runner/report/renderers.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {

/// What a report leaves as a baseline is read back, and knows all of the report's findings.
MEMPROF_FUZZ(baseline) {
  const Result<Report> report = ReadReportJson(input);
  if (!report) return;
  const std::string written = RenderJson(BaselineOf(*report), RenderOptions());
  const Result<Report> baseline = ReadReportJson(written);
  MEMPROF_FUZZ_EXPECT(baseline.ok());
  MEMPROF_FUZZ_EXPECT(RenderJson(BaselineOf(*baseline), RenderOptions()) == written);
  Report held = *report;
  HoldAgainstBaseline(*baseline, "baseline.json", &held);
  MEMPROF_FUZZ_EXPECT(held.findings.size() == report->findings.size());
  MEMPROF_FUZZ_EXPECT(held.baseline.has_value() && held.baseline->gone == 0);
  for (const Finding& finding : held.findings) {
    MEMPROF_FUZZ_EXPECT(finding.baseline == BaselineState::kKnown);
  }
}

}  // namespace memprof
