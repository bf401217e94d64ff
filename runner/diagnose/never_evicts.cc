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
  FedShare share;
  const TestEvidence* by = nullptr;
};

struct Holding {
  std::map<std::string, Fed> by_test;        ///< full names
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
          std::map<std::string, Holding>* holders) {
  if (!site.retention.measured()) return;
  if (!std::is_sorted(site.blocks.begin(), site.blocks.end())) return;
  for (const RetentionPath& path : site.retention.paths) {
    if (path.is_weak || !IsVariable(path.holder)) continue;
    Holding& holder = (*holders)[path.holder.symbol];
    Fed& fed = holder.by_test[evidence.test.FullName()];
    fed.by = &evidence;
    fed.share.test = evidence.test.FullName();
    fed.share.bytes += path.bytes;
    fed.share.blocks += path.blocks;
    fed.share.runs = std::max(fed.share.runs, static_cast<int>(site.blocks.size()));
    if (holder.path == nullptr || path.bytes > holder.path->bytes) {
      holder.path = &path;
      holder.retention = &site.retention;
    }
  }
}

FedHolder HolderOf(const std::string& symbol, const Holding& holding,
                   const DiagnoseContext& context) {
  FedHolder holder;
  holder.path_bytes = holding.path->bytes;
  for (const auto& [test, fed] : holding.by_test) holder.shares.push_back(fed.share);
  Finding& finding = holder.finding;
  finding.kind = FindingKind::kOneTimeRetention;
  finding.severity = Severity::kWarning;
  finding.pattern = Pattern::kCacheWithoutEviction;
  finding.held_by = ReportedHolder(*holding.path, *holding.retention, context);
  // What one test's snapshots say it retains is not the sum that the title tells.
  finding.held_by->retained_bytes.clear();
  finding.held_by->runs.clear();
  for (const PathStep& step : holding.path->steps) {
    finding.retention_path.push_back(
        {step.through, step.type, step.bytes, step.blocks, 0, step.made_at});
  }
  Attribute(Scope::kTest, holding.by_test.begin()->second.by->test, context, &finding);
  finding.tests.clear();
  finding.location = {finding.held_by->file, finding.held_by->line, symbol};
  finding.cause = fmt::format(
      "`{}` is fed by several tests, and nothing of what they put in was ever freed. A test that "
      "is "
      "repeated with the same keys adds nothing, which hides the growth: with other keys it has no "
      "bound.",
      symbol);
  finding.fingerprint = OwnerFingerprint(finding.kind, "holder " + symbol, "never evicts");
  return holder;
}

bool IsHeldBy(const Finding& finding, const std::string& symbol) {
  return finding.held_by && finding.held_by->symbol == symbol;
}

std::int64_t BytesOf(const FedHolder& holder) {
  std::int64_t bytes = 0;
  for (const FedShare& share : holder.shares) bytes += share.bytes;
  return bytes;
}

Finding Make(const FedHolder& holder) {
  std::vector<FedShare> shares = holder.shares;
  std::stable_sort(shares.begin(), shares.end(),
                   [](const FedShare& a, const FedShare& b) { return a.bytes > b.bytes; });
  const std::int64_t bytes = BytesOf(holder);
  Finding finding = holder.finding;
  finding.title =
      fmt::format("never evicts: {} keeps {} of {}", finding.held_by->symbol, HumanBytes(bytes),
                  Counted(static_cast<std::int64_t>(shares.size()), "test"));
  finding.impact.total_bytes = bytes;
  std::string filter;  // of several tests: they are needed together
  std::vector<std::string> texts = {""};
  for (const FedShare& share : shares) {
    finding.tests.push_back(share.test);
    if (finding.tests.size() <= kTestsRerun) filter += (filter.empty() ? "" : ":") + share.test;
    texts.push_back(fmt::format("{} put in {} in {}, none of it freed in {}", share.test,
                                HumanBytes(share.bytes), Counted(share.blocks, "block"),
                                Counted(share.runs, "run")));
  }
  finding.rerun = WithFilter(finding.rerun, filter);
  AddOtherPlaces("trace", texts, &finding);
  return finding;
}

}  // namespace

std::vector<FedHolder> HoldersFedBy(std::span<const TestEvidence> suspects,
                                    const DiagnoseContext& context) {
  std::map<std::string, Holding> holdings;
  for (const TestEvidence& evidence : suspects) {
    if (evidence.scope != Scope::kTest || !evidence.triage.traced()) continue;
    for (const TracedSite& site : evidence.triage.sites) Feed(evidence, site, &holdings);
  }
  std::vector<FedHolder> holders;
  for (const auto& [symbol, holding] : holdings) {
    holders.push_back(HolderOf(symbol, holding, context));
  }
  return holders;
}

void AddWhatNeverEvicts(std::int64_t one_time_bytes, std::vector<FedHolder>* holders,
                        std::vector<Finding>* findings) {
  for (FedHolder& holder : *holders) {
    holder.is_told = false;
    if (holder.shares.size() < kMinTests || BytesOf(holder) < one_time_bytes) continue;
    const std::string& symbol = holder.finding.held_by->symbol;
    const bool grows = std::any_of(findings->begin(), findings->end(), [&](const Finding& each) {
      return each.kind == FindingKind::kMemoryGrowth && IsHeldBy(each, symbol);
    });
    if (grows) continue;
    std::erase_if(*findings, [&](const Finding& each) {
      return each.kind == FindingKind::kOneTimeRetention && IsHeldBy(each, symbol);
    });
    holder.is_told = true;
    findings->push_back(Make(holder));
  }
}

}  // namespace memprof
