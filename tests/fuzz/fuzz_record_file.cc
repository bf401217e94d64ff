// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "runner/analyze/process_series.h"
#include "runner/parse/record_file.h"
#include "runner/report/dump.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

void ExpectNumbersWithinBounds(const RecordedTrace& trace, std::size_t tests) {
  const auto are_origins = [&](const std::vector<RecordedAmount>& amounts) {
    for (const RecordedAmount& amount : amounts) {
      MEMPROF_FUZZ_EXPECT(amount.origin < trace.origins.size());
    }
  };
  MEMPROF_FUZZ_EXPECT(!trace.stacks.empty());
  MEMPROF_FUZZ_EXPECT(trace.origin_numbers.size() == trace.origins.size());
  for (const record::Origin& origin : trace.origins) {
    MEMPROF_FUZZ_EXPECT(origin.stack < trace.stacks.size());
    MEMPROF_FUZZ_EXPECT(origin.window < trace.windows.size());
  }
  for (const RecordedWindow& window : trace.windows) {
    MEMPROF_FUZZ_EXPECT(window.test == record::kNoTest || window.test < tests);
  }
  for (const std::vector<RecordedAmount>& changes : trace.survivor_changes) are_origins(changes);
  for (const RecordedPeak& peak : trace.peaks) {
    MEMPROF_FUZZ_EXPECT(peak.test < tests);
    are_origins(peak.amounts);
  }
  for (const record::Site& site : trace.sites) {
    MEMPROF_FUZZ_EXPECT(site.stack < trace.stacks.size());
  }
  for (const RecordedResource& resource : trace.resources) {
    MEMPROF_FUZZ_EXPECT(resource.what.origin < trace.origins.size());
  }
  for (std::size_t i = 1; i < trace.snapshots.size(); ++i) {
    MEMPROF_FUZZ_EXPECT(trace.snapshots[i - 1].what.number < trace.snapshots[i].what.number);
  }
}

void ExpectNumbersWithinBounds(const RecordFile& file) {
  for (const RecordedTest& test : file.tests) MEMPROF_FUZZ_EXPECT(test.line >= 0);
  const auto are_gauges = [&](const std::vector<RecordedGaugeValue>& values) {
    for (const RecordedGaugeValue& value : values) {
      MEMPROF_FUZZ_EXPECT(value.gauge < file.gauges.size());
    }
  };
  for (const RecordedRun& run : file.runs) {
    MEMPROF_FUZZ_EXPECT(run.test < file.tests.size());
    MEMPROF_FUZZ_EXPECT(run.outcome <= record::kOutcomeSkipped);
    are_gauges(run.gauges);
    for (const RecordedKeeps& keeps : run.keeps) MEMPROF_FUZZ_EXPECT(keeps.what.bytes >= 0);
  }
  for (const RecordedIteration& iteration : file.iterations) are_gauges(iteration.gauges);
  for (const RecordedPairFunction& function : file.pair_functions) {
    MEMPROF_FUZZ_EXPECT(function.what.gauge < file.gauges.size());
  }
  if (file.trace) ExpectNumbersWithinBounds(*file.trace, file.tests.size());
}

/// Each record is one line of JSON.
void ExpectDumped(std::string_view input) {
  Result<RecordSequence> opened = RecordSequence::Open(input);
  MEMPROF_FUZZ_EXPECT(opened.ok());
  while (const std::optional<RawRecord> raw = opened.value().Next()) {
    const std::optional<std::string> line = DumpRecord(*raw);
    if (!line) continue;
    MEMPROF_FUZZ_EXPECT(line->find('\n') == line->size() - 1);
    MEMPROF_FUZZ_EXPECT(nlohmann::json::accept(*line));
  }
}

}  // namespace

MEMPROF_FUZZ(record_file) {
  const Result<RecordFile> file = ParseRecord(input);
  if (!file) {
    MEMPROF_FUZZ_EXPECT(file.error().kind == ErrorKind::kDamaged ||
                        file.error().kind == ErrorKind::kUnsupported);
    MEMPROF_FUZZ_EXPECT(!file.error().message.empty() && !file.error().hint.empty());
    return;
  }
  ExpectNumbersWithinBounds(*file);
  // What was cut off before its end is the same up to there, and never more.
  const Result<RecordFile> half = ParseRecord(input.substr(0, input.size() / 2));
  if (half) {
    MEMPROF_FUZZ_EXPECT(half->tests.size() <= file->tests.size());
    MEMPROF_FUZZ_EXPECT(half->runs.size() <= file->runs.size());
    MEMPROF_FUZZ_EXPECT(half->iterations.size() <= file->iterations.size());
    MEMPROF_FUZZ_EXPECT(!half->process_end || file->process_end);
    MEMPROF_FUZZ_EXPECT(!half->damage.empty() || half->runs.size() == file->runs.size());
  }
  const ProcessSeries series = BuildProcessSeries(*file);
  const auto finished = static_cast<std::size_t>(series.iterations);
  for (const QuantitySeries& quantity : series.quantities) {
    MEMPROF_FUZZ_EXPECT(quantity.values.size() == finished);
  }
  for (const IdentitySeries& identity : series.descriptors) {
    MEMPROF_FUZZ_EXPECT(identity.counts.size() == finished);
  }
  for (const GaugeSeries& gauge : series.gauges) {
    // A missing value leaves none of them.
    MEMPROF_FUZZ_EXPECT(gauge.values.size() == finished ||
                        (gauge.values.empty() && !gauge.measured));
    for (const auto& kept : gauge.kept_by_scope) {
      MEMPROF_FUZZ_EXPECT(kept.size() == gauge.values.size());
    }
  }
  ExpectDumped(input);
}

}  // namespace memprof
