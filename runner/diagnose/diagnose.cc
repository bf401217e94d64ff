// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/diagnose.h"

#include <algorithm>
#include <utility>

#include "runner/diagnose/memory_findings.h"
#include "runner/diagnose/resource_findings.h"
#include "runner/diagnose/verdicts.h"

namespace memprof {
namespace {

std::vector<NotMeasured> GapsOf(const TestEvidence& evidence) {
  std::vector<NotMeasured> gaps;
  const std::string test = evidence.test.FullName();
  if (!evidence.triage.unrepeatable.empty()) {
    gaps.push_back({"triage", test, evidence.triage.unrepeatable + "; growth needs runs"});
  } else if (!evidence.triage.series) {
    gaps.push_back({"triage", test, evidence.triage.series.why_not()});
  }
  const ConfirmEvidence& confirm = evidence.confirm;
  if (confirm.wanted.lsan && !confirm.lost) {
    gaps.push_back({"lsan", test, confirm.lost.why_not()});
  }
  if (confirm.wanted.massif && !confirm.growing) {
    gaps.push_back({"massif", test, confirm.growing.why_not()});
  }
  return gaps;
}

}  // namespace

Diagnosis DiagnoseSuspect(const TestEvidence& evidence, const DiagnoseContext& context,
                          const Thresholds& thresholds) {
  Diagnosis diagnosis;
  diagnosis.findings = MemoryFindings(evidence, context, thresholds);
  for (Finding& finding : ResourceFindings(evidence, context, thresholds)) {
    diagnosis.findings.push_back(std::move(finding));
  }
  diagnosis.not_measured = GapsOf(evidence);
  return diagnosis;
}

ToolsNeeded ToolsFor(const TestEvidence& evidence, const Thresholds& thresholds) {
  if (!evidence.triage.unrepeatable.empty()) return {true, false};
  if (!evidence.triage.series) return {};
  const QuantitySeries& live = evidence.triage.series->Of(Quantity::kBytes);
  if (!live.measured || live.values.empty()) return {};
  if (ClassifyGrowth(live.values, thresholds.growth).growing) return {true, true};
  const std::vector<std::int64_t>& kept =
      live.kept_by_scope[static_cast<std::size_t>(Scope::kTest)];
  const bool kept_once =
      !kept.empty() &&
      DecideOneTime(evidence.kept_once_bytes, kept.back(), 0, false, thresholds).has_value();
  // Blocks beside bytes: a buffer of random size hides a small loss in the bytes alone.
  const auto rose_in_last_half = [](const std::vector<std::int64_t>& values) {
    return !values.empty() && values.back() > values[values.size() / 2];
  };
  const bool rose_late =
      rose_in_last_half(live.values) || rose_in_last_half(evidence.triage.series->live_blocks);
  return {kept_once || rose_late, false};
}

}  // namespace memprof
