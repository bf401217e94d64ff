// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/savings.h"

#include <algorithm>
#include <string>

namespace memprof {
namespace {

bool ShareATest(const Finding& a, const Finding& b) {
  if (a.tests.empty() && b.tests.empty()) return a.scope_label == b.scope_label;
  return std::find_first_of(a.tests.begin(), a.tests.end(), b.tests.begin(), b.tests.end()) !=
         a.tests.end();
}

/// Whether two findings may speak of the same blocks: two kinds of loss, or two ways to waste, at
/// one line. Two losses of one kind there were told apart by their callers or holders.
bool MayShareBlocks(const Finding& a, const Finding& b) {
  const bool same_place = !a.location.file.empty() && a.location.file == b.location.file &&
                          a.location.line == b.location.line;
  const bool told_apart = a.kind == b.kind && a.pattern == b.pattern;
  return same_place && !told_apart && ShareATest(a, b);
}

}  // namespace

std::optional<std::int64_t> KeptReduction(const Finding& finding) {
  const bool is_memory =
      finding.kind == FindingKind::kMemoryLeak || finding.kind == FindingKind::kMemoryGrowth;
  if (!is_memory || finding.severity != Severity::kCritical) return std::nullopt;
  if (finding.fix && finding.fix->expected_reduction_bytes) {
    return finding.fix->expected_reduction_bytes;
  }
  return finding.impact.bytes_per_iteration;
}

std::optional<std::int64_t> WasteReduction(const Finding& finding) {
  if (finding.kind != FindingKind::kOptimization || finding.pattern == Pattern::kPeakSite) {
    return std::nullopt;
  }
  if (finding.fix && finding.fix->expected_reduction_bytes) {
    return finding.fix->expected_reduction_bytes;
  }
  return finding.waste ? std::optional(finding.waste->bytes) : std::nullopt;
}

std::vector<Saving> SavingsOf(std::span<const Finding> findings,
                              std::optional<std::int64_t> (*amount)(const Finding&)) {
  std::vector<Saving> savings;
  for (const Finding& finding : findings) {
    if (const auto bytes = amount(finding)) savings.push_back({&finding, *bytes});
  }
  std::stable_sort(savings.begin(), savings.end(),
                   [](const Saving& a, const Saving& b) { return a.bytes > b.bytes; });
  for (auto each = savings.begin(); each != savings.end(); ++each) {
    const auto greater = std::find_if(savings.begin(), each, [&](const Saving& other) {
      return other.counted_with == nullptr && MayShareBlocks(*each->finding, *other.finding);
    });
    if (greater != each) each->counted_with = greater->finding;
  }
  return savings;
}

std::optional<std::int64_t> SumOnce(std::span<const Saving> savings) {
  if (savings.empty()) return std::nullopt;
  std::int64_t sum = 0;
  for (const Saving& saving : savings) {
    if (saving.counted_with == nullptr) sum += saving.bytes;
  }
  return sum;
}

int EffortRank(const Finding& finding) {
  if (!finding.fix) return 5;
  const std::string& effort = finding.fix->effort;
  int rank = 0;
  for (const char* unit : {"minute", "hour", "day", "week"}) {
    if (effort.find(unit) != std::string::npos) return rank;
    ++rank;
  }
  return rank;
}

}  // namespace memprof
