// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/comparison.h"
#include "runner/diagnose/merge.h"
#include "runner/report/json_reader.h"
#include "runner/report/renderers.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {

/// A report that was read is written in every format, and held against itself.
MEMPROF_FUZZ(report_json) {
  const Result<Report> report = ReadReportJson(input);
  if (!report) {
    MEMPROF_FUZZ_EXPECT(report.error().kind == ErrorKind::kDamaged ||
                        report.error().kind == ErrorKind::kUnsupported);
    MEMPROF_FUZZ_EXPECT(!report.error().message.empty() && !report.error().hint.empty());
    return;
  }
  const std::string written = RenderJson(*report, RenderOptions());
  const Result<Report> again = ReadReportJson(written);
  MEMPROF_FUZZ_EXPECT(again.ok());
  MEMPROF_FUZZ_EXPECT(RenderJson(*again, RenderOptions()) == written);
  for (const Renderer& renderer : Renderers()) renderer.render(*report, RenderOptions());
  const Comparison comparison = Compare(*report, *again);
  MEMPROF_FUZZ_EXPECT(comparison.Count(Change::kNew) == 0);
  MEMPROF_FUZZ_EXPECT(comparison.Count(Change::kWorse) == 0);
  const Report parts[] = {*report, *again};
  const std::string merged = RenderJson(MergeReports(parts), RenderOptions());
  MEMPROF_FUZZ_EXPECT(ReadReportJson(merged).ok());
}

}  // namespace memprof
