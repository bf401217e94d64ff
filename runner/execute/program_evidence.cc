// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/program_evidence.h"

#include <cstddef>
#include <utility>

#include "runner/analyze/waste_candidates.h"
#include "runner/diagnose/diagnose.h"
#include "runner/execute/source_reader.h"

namespace memprof {

ProgramEvidence EvidenceOfScreen(const RecordFile& record, const RunOptions& options,
                                 const DiagnoseContext& context) {
  const Thresholds& thresholds = options.thresholds;
  ProgramEvidence program;
  program.binary = options.command[0];
  program.one_time_bytes = thresholds.one_time_bytes;
  program.peak_spike_bytes = thresholds.peak_spike_bytes;
  program.peak_spike_factor = thresholds.peak_spike_factor;
  program.waste_tests = thresholds.waste.max_tests;
  const WasteCandidates candidates = FindWasteCandidates(record, thresholds.waste);
  program.allocated_bytes = candidates.suite.bytes;
  program.allocations = candidates.suite.calls;
  for (const Allocating& each : candidates.qualified) {
    program.allocating.push_back({record.tests[each.test].FullName(), each.bytes, each.calls});
  }
  program.high_peaks = HighPeaks(record, context, thresholds);
  return program;
}

void AdviseProgramsFromDisk(const std::string& source_root, Report* report) {
  std::vector<Finding*> all;
  for (ProgramEvidence& program : report->programs) {
    for (HighPeak& peak : program.high_peaks) all.push_back(&peak.finding);
    for (FedHolder& holder : program.fed_holders) all.push_back(&holder.finding);
  }
  Report advised;
  for (Finding* finding : all) advised.findings.push_back(std::move(*finding));
  AdviseFromDisk(source_root, &advised);
  for (std::size_t i = 0; i < all.size(); ++i) *all[i] = std::move(advised.findings[i]);
}

}  // namespace memprof
