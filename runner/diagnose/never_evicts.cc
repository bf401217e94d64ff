// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/never_evicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/place.h"
#include "runner/diagnose/retention_text.h"
#include "runner/report/holder_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

// Two tests may share a fixture; what three feed is the program's own.
constexpr std::size_t kMinTests = 3;
// Enough of them to show the finding again.
constexpr std::size_t kTestsRerun = 10;

struct Fed {
  const TestEvidence* by = nullptr;
  std::int64_t bytes = 0;
  std::int64_t blocks = 0;
  int runs = 0;
};

struct FedHolder {
  std::map<std::string, Fed> by_test;  ///< full names
  std::int64_t bytes = 0;
  const SiteRetention* retention = nullptr;  ///< of `path`
  const RetentionPath* path = nullptr;       ///< that with most bytes
};

bool IsVariable(const Holder& holder) {
  switch (holder.kind) {
    case Holder::Kind::kGlobal:
    case Holder::Kind::kClassStatic:
    case Holder::Kind::kFunctionStatic:
    case Holder::Kind::kThreadLocal:
      return !holder.symbol.empty() && !holder.is_foreign;
    default:
      return false;
  }
}

void Feed(const TestEvidence& evidence, const TracedSite& site,
          std::map<std::string, FedHolder>* holders) {
  if (!site.retention.measured()) return;
  if (!std::is_sorted(site.blocks.begin(), site.blocks.end())) return;
  for (const RetentionPath& path : site.retention.paths) {
    if (path.is_weak || !IsVariable(path.holder)) continue;
    FedHolder& holder = (*holders)[path.holder.symbol];
    Fed& fed = holder.by_test[evidence.test.FullName()];
    fed.by = &evidence;
    fed.bytes += path.bytes;
    fed.blocks += path.blocks;
    fed.runs = std::max(fed.runs, static_cast<int>(site.blocks.size()));
    holder.bytes += path.bytes;
    if (holder.path == nullptr || path.bytes > holder.path->bytes) {
      holder.path = &path;
      holder.retention = &site.retention;
    }
  }
}

bool IsHeldBy(const Finding& finding, const std::string& symbol) {
  return finding.held_by && finding.held_by->symbol == symbol;
}

Finding Make(const std::string& symbol, const FedHolder& holder, const DiagnoseContext& context) {
  std::vector<std::pair<std::string, Fed>> tests(holder.by_test.begin(), holder.by_test.end());
  std::stable_sort(tests.begin(), tests.end(),
                   [](const auto& a, const auto& b) { return a.second.bytes > b.second.bytes; });
  Finding finding;
  finding.kind = FindingKind::kOneTimeRetention;
  finding.severity = Severity::kWarning;
  finding.pattern = Pattern::kCacheWithoutEviction;
  finding.title = fmt::format("never evicts: {} keeps {} of {}", symbol, HumanBytes(holder.bytes),
                              Counted(static_cast<std::int64_t>(tests.size()), "test"));
  finding.impact.total_bytes = holder.bytes;
  finding.held_by = ReportedHolder(*holder.path, *holder.retention, context);
  // What one test's snapshots say it retains is not the sum that the title tells.
  finding.held_by->retained_bytes.clear();
  finding.held_by->runs.clear();
  for (const PathStep& step : holder.path->steps) {
    finding.retention_path.push_back(
        {step.through, step.type, step.bytes, step.blocks, 0, step.made_at});
  }
  // A filter of several tests: they are needed together.
  RecordedTest together = tests.front().second.by->test;
  for (std::size_t i = 1; i < tests.size() && i < kTestsRerun; ++i) {
    together.name += ":" + tests[i].first;
  }
  Attribute(Scope::kTest, together, context, &finding);
  finding.tests.clear();
  std::vector<std::string> texts = {""};
  for (const auto& [test, fed] : tests) {
    finding.tests.push_back(test);
    texts.push_back(fmt::format("{} put in {} in {}, none of it freed in {}", test,
                                HumanBytes(fed.bytes), Counted(fed.blocks, "block"),
                                Counted(fed.runs, "run")));
  }
  AddOtherPlaces("trace", texts, &finding);
  finding.location = {finding.held_by->file, finding.held_by->line, symbol};
  finding.cause = fmt::format(
      "`{}` is fed by several tests, and nothing of what they put in was ever freed. A test that "
      "is "
      "repeated with the same keys adds nothing, which hides the growth: with other keys it has no "
      "bound.",
      symbol);
  finding.fingerprint = OwnerFingerprint(finding.kind, "holder " + symbol, "never evicts");
  return finding;
}

}  // namespace

void AddWhatNeverEvicts(std::span<const TestEvidence> suspects, const DiagnoseContext& context,
                        const Thresholds& thresholds, std::vector<Finding>* findings) {
  std::map<std::string, FedHolder> holders;
  for (const TestEvidence& evidence : suspects) {
    if (evidence.scope != Scope::kTest || !evidence.triage.traced()) continue;
    for (const TracedSite& site : evidence.triage.sites) Feed(evidence, site, &holders);
  }
  for (const auto& [symbol, holder] : holders) {
    if (holder.by_test.size() < kMinTests || holder.bytes < thresholds.one_time_bytes) continue;
    const bool grows = std::any_of(findings->begin(), findings->end(), [&](const Finding& each) {
      return each.kind == FindingKind::kMemoryGrowth && IsHeldBy(each, symbol);
    });
    if (grows) continue;
    std::erase_if(*findings, [&](const Finding& each) {
      return each.kind == FindingKind::kOneTimeRetention && IsHeldBy(each, symbol);
    });
    findings->push_back(Make(symbol, holder, context));
  }
}

}  // namespace memprof
