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
  if (!evidence.confirm.ran) return gaps;
  if (!evidence.confirm.lost) gaps.push_back({"lsan", test, evidence.confirm.lost.why_not()});
  if (!evidence.confirm.growing) {
    gaps.push_back({"massif", test, evidence.confirm.growing.why_not()});
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

bool NeedsConfirmation(const TestEvidence& evidence, const Thresholds& thresholds) {
  if (!evidence.triage.unrepeatable.empty()) return true;
  if (!evidence.triage.series) return false;
  const QuantitySeries& live = evidence.triage.series->Of(Quantity::kBytes);
  if (!live.measured || live.values.empty()) return false;
  const GrowthResult growth = ClassifyGrowth(live.values, thresholds.growth);
  if (growth.growing) return true;
  const std::vector<std::int64_t>& kept =
      live.kept_by_scope[static_cast<std::size_t>(Scope::kTest)];
  return !kept.empty() &&
         DecideOneTime(evidence.kept_once_bytes, kept.back(), 0, false, thresholds).has_value();
}

}  // namespace memprof
