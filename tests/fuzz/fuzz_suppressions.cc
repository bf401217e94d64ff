// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "runner/compare/suppressions.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

Report OneFinding() {
  Report report;
  Finding finding;
  finding.fingerprint = "0123456789abcdef";
  finding.severity = Severity::kCritical;
  finding.kind = FindingKind::kMemoryLeak;
  finding.tests = {"Suite.Test"};
  finding.stack = {{"operator new(unsigned long)", "", 0, "/lib/libstdc++.so.6", 0x10},
                   {"app::Cache::Add(std::string const&)", "/src/cache.cc", 12, "/src/t", 0x20}};
  finding.impact.bytes_per_iteration = 64;
  finding.impact.total_bytes = INT64_MAX;
  finding.impact.count = 2;
  report.findings.push_back(finding);
  return report;
}

}  // namespace

MEMPROF_FUZZ(suppressions) {
  const Result<std::vector<Suppression>> read = ParseSuppressions(input, "s.txt");
  if (!read) {
    MEMPROF_FUZZ_EXPECT(read.error().kind == ErrorKind::kUsage);
    MEMPROF_FUZZ_EXPECT(NamesLineOf(input, read.error().message, "s.txt:"));
    MEMPROF_FUZZ_EXPECT(!read.error().hint.empty());
    return;
  }
  std::string lines;
  for (const Suppression& each : *read) {
    MEMPROF_FUZZ_EXPECT(each.line > 0 && !each.kind.empty() && !each.pattern.empty());
    MEMPROF_FUZZ_EXPECT(each.max_count.value_or(0) >= 0 && each.max_bytes.value_or(0) >= 0);
    lines += each.text + '\n';
  }
  const Result<std::vector<Suppression>> again = ParseSuppressions(lines, "s.txt");
  MEMPROF_FUZZ_EXPECT(again.ok() && again->size() == read->size());
  for (std::size_t i = 0; i < read->size(); ++i) {
    const Suppression& each = (*read)[i];
    const Suppression& same = (*again)[i];
    MEMPROF_FUZZ_EXPECT(each.kind == same.kind && each.pattern == same.pattern);
    MEMPROF_FUZZ_EXPECT(each.max_count == same.max_count && each.max_bytes == same.max_bytes);
    MEMPROF_FUZZ_EXPECT(each.expires == same.expires && each.reason == same.reason);
  }
  Report report = OneFinding();
  Suppress(*read, "2026-11-20", &report);
  MEMPROF_FUZZ_EXPECT(report.findings.size() <= 1);
  MEMPROF_FUZZ_EXPECT(report.suppressions.size() == read->size());
}

}  // namespace memprof
