// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/recommendations.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "runner/diagnose/savings.h"
#include "runner/report/fix_files.h"
#include "runner/report/text_fix.h"
#include "runner/views/module_match.h"
#include "runner/views/name_match.h"
#include "runner/views/view_page.h"

namespace memprof {
namespace {

std::optional<std::int64_t> PeakReduction(const Finding& finding) {
  return finding.fix ? finding.fix->expected_peak_reduction_bytes : std::nullopt;
}

SavingKind KindOf(const Finding& finding) {
  if (KeptReduction(finding)) return SavingKind::kKept;
  if (WasteReduction(finding)) return SavingKind::kAllocated;
  if (PeakReduction(finding)) return SavingKind::kPeak;
  return finding.impact.count ? SavingKind::kCount : SavingKind::kOther;
}

std::optional<std::int64_t> Amount(const Finding& finding, SavingKind kind) {
  switch (kind) {
    case SavingKind::kKept:
      return KeptReduction(finding);
    case SavingKind::kAllocated:
      return WasteReduction(finding);
    case SavingKind::kPeak:
      return PeakReduction(finding);
    case SavingKind::kCount:
    case SavingKind::kOther:
      break;
  }
  return std::nullopt;
}

/// Of the findings chosen, those of one kind whose blocks a greater one may have: by finding.
void SetCountedOnce(SavingKind kind, std::vector<Recommendation>* items) {
  std::vector<Finding> findings;  // in the items' order
  std::vector<Recommendation*> of_kind;
  for (Recommendation& item : *items) {
    if (item.kind != kind) continue;
    findings.push_back(*item.numbered.finding);
    of_kind.push_back(&item);
  }
  const auto item_of = [&](const Finding* copy) {
    return of_kind[static_cast<std::size_t>(copy - findings.data())];
  };
  for (const Saving& saving :
       SavingsOf(findings, kind == SavingKind::kKept ? KeptReduction : WasteReduction)) {
    if (saving.counted_with == nullptr) continue;
    item_of(saving.finding)->counted_with = item_of(saving.counted_with)->numbered.finding;
  }
}

void SetRanks(std::vector<Recommendation>* items) {
  std::stable_sort(items->begin(), items->end(),
                   [](const Recommendation& a, const Recommendation& b) {
                     const auto key = [](const Recommendation& item) {
                       const Finding& finding = *item.numbered.finding;
                       return std::tuple(item.kind, -item.saves.value_or(0),
                                         -finding.impact.count.value_or(0), EffortRank(finding));
                     };
                     return key(a) < key(b);
                   });
  SetCountedOnce(SavingKind::kKept, items);
  SetCountedOnce(SavingKind::kAllocated, items);
  std::unordered_map<int, std::int64_t> sums;
  int rank = 0;
  for (Recommendation& item : *items) {
    item.rank = ++rank;
    if (item.kind != SavingKind::kKept && item.kind != SavingKind::kAllocated) continue;
    std::int64_t& sum = sums[static_cast<int>(item.kind)];
    if (item.counted_with == nullptr) sum += item.saves.value_or(0);
    item.cumulative = sum;
  }
}

}  // namespace

Result<Recommendations> RecommendationsOf(const Report& report, const ViewRequest& request) {
  if (const auto tests = TestsOf(report, request); !tests) return tests.error();
  const std::string& module = request.selector;
  Recommendations found;
  bool is_there = module.empty();
  for (const NumberedFinding& numbered : FindingOrder(report)) {
    const Finding& finding = *numbered.finding;
    if (!module.empty() && !IsInModule(finding, module)) continue;
    is_there = true;
    if (!IsOfTests(finding, request.test_filter)) continue;
    if (!finding.fix || finding.fix->summary.empty()) {
      ++found.without_fix;
      continue;
    }
    Recommendation item;
    item.numbered = numbered;
    item.kind = KindOf(finding);
    item.saves = Amount(finding, item.kind);
    if (!ApplyCommand(finding, request).empty()) ++found.patches;
    found.items.push_back(item);
  }
  if (!is_there && !IsKnownModule(report, module)) {
    return NoSuchName(NameKind::kModule, module, ModuleNames(report));
  }
  SetRanks(&found.items);
  return found;
}

std::optional<std::int64_t> SumOf(const Recommendations& found, SavingKind kind) {
  std::optional<std::int64_t> sum;
  for (const Recommendation& item : found.items) {
    if (item.kind == kind && item.cumulative) sum = item.cumulative;
  }
  return sum;
}

std::string ApplyCommand(const Finding& finding, const ViewRequest& request) {
  if (!finding.fix || finding.fix->diff.empty() || request.fixes_directory.empty()) return "";
  const std::string file = FixFileName(finding);
  if (!IsFixFileName(file)) return "";
  return PatchCommand(RenderOptionsOf(request), request.fixes_directory + "/" + file);
}

}  // namespace memprof
