// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/memory_findings.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/lost_findings.h"
#include "runner/diagnose/memory_growth.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// What the tests' own windows kept over all runs; nullopt when not measured.
std::optional<std::int64_t> StillKept(const QuantitySeries& live) {
  const std::vector<std::int64_t>& kept =
      live.kept_by_scope[static_cast<std::size_t>(Scope::kTest)];
  if (!live.measured || kept.empty()) return std::nullopt;
  return kept.back();
}

std::int64_t LostOnce(const ConfirmEvidence& confirm) {
  std::int64_t bytes = 0;
  if (!confirm.lost) return bytes;
  for (const LostSite& site : *confirm.lost) {
    bytes += site.recurs ? site.bytes_per_run : site.total_bytes;
  }
  return bytes;
}

std::optional<Finding> KeptOnce(const TestEvidence& evidence, bool growing,
                                const DiagnoseContext& context, const Thresholds& thresholds) {
  const std::optional<std::int64_t> still = StillKept(evidence.triage.series->Of(Quantity::kBytes));
  if (!still) return std::nullopt;
  const std::optional<Verdict> verdict = DecideOneTime(
      evidence.kept_once_bytes, *still, LostOnce(evidence.confirm), growing, thresholds);
  if (!verdict) return std::nullopt;

  const int runs = evidence.triage.series->iterations;
  Finding finding;
  finding.kind = verdict->kind;
  finding.severity = verdict->severity;
  finding.title = fmt::format("memory kept once: {}, not given back in {}",
                              HumanBytes(evidence.kept_once_bytes), Counted(runs, "run"));
  finding.location = TestLine(evidence.test, context);
  finding.impact.total_bytes = evidence.kept_once_bytes;
  finding.cause =
      "The first run of the test takes this memory and nothing gives it back; later runs do not "
      "add to it. A table or cache that is filled on first use looks like this.";
  finding.evidence.push_back(
      {"listener", fmt::format("{} kept by the first run alone, {} still there after {}",
                               HumanBytes(evidence.kept_once_bytes), HumanBytes(*still),
                               Counted(runs, "run"))});
  if (evidence.confirm.lost && evidence.confirm.lost->empty()) {
    finding.evidence.push_back({"lsan", "nothing unreachable: something still refers to it"});
  } else if (!evidence.confirm.lost && evidence.confirm.wanted.lsan) {
    finding.evidence.push_back({"lsan", "not measured: " + evidence.confirm.lost.why_not()});
  }
  Attribute(Scope::kTest, evidence.test, context, &finding);
  finding.fingerprint =
      OwnerFingerprint(finding.kind, OwnerOf(Scope::kTest, evidence.test), "kept once");
  return finding;
}

}  // namespace

std::vector<Finding> MemoryFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                    const Thresholds& thresholds) {
  std::vector<Finding> findings = LostFindings(evidence, context, thresholds);
  if (!evidence.triage.series || !evidence.triage.unrepeatable.empty()) return findings;
  const QuantitySeries& live = evidence.triage.series->Of(Quantity::kBytes);
  if (!live.measured) return findings;

  const GrowthResult growth = ClassifyGrowth(live.values, thresholds.growth);
  if (growth.growing) {
    findings = LostAndGrowing(std::move(findings), evidence, growth, context, thresholds);
  }
  if (auto kept = KeptOnce(evidence, growth.growing, context, thresholds)) {
    findings.push_back(*std::move(kept));
  }
  return findings;
}

}  // namespace memprof
