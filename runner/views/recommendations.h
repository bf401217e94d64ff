// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_RECOMMENDATIONS_H_
#define MEMPROF_RUNNER_VIEWS_RECOMMENDATIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/plan/view_request.h"
#include "runner/report/finding_order.h"
#include "runner/report/report.h"

namespace memprof {

/// What a fix saves first of all. Only figures of one kind can be added up or compared.
enum class SavingKind {
  kKept,       ///< bytes that each run keeps
  kPeak,       ///< bytes of a test's peak
  kAllocated,  ///< bytes that each run allocates for nothing
  kCount,      ///< descriptors, threads, objects
  kOther,      ///< no figure, or one that counts once
};

/// A finding that memprof knows a fix for.
struct Recommendation {
  int rank = 0;  ///< from 1, over all kinds
  NumberedFinding numbered;
  SavingKind kind = SavingKind::kOther;
  std::optional<std::int64_t> saves;  ///< of kKept, kPeak and kAllocated, in bytes
  /// With all of its kind that are ranked before it, nothing counted twice; of kKept and
  /// kAllocated.
  std::optional<std::int64_t> cumulative;
  const Finding* counted_with = nullptr;  ///< its bytes may be those of this one, which counts
};

struct Recommendations {
  std::vector<Recommendation> items;  ///< by kind, then greatest saving first
  std::size_t without_fix = 0;        ///< findings of the same module and tests
  std::size_t patches = 0;            ///< items that a patch is there for
};

/// Those of the module and tests that the request names. They point into `report`. Errors: kUsage,
/// where the result knows no such module or tests.
Result<Recommendations> RecommendationsOf(const Report& report, const ViewRequest& request);

/// What all of a kind save together; none where none saves a known figure, and for kinds that
/// cannot be added up.
std::optional<std::int64_t> SumOf(const Recommendations& found, SavingKind kind);

/// What a shell takes to apply the finding's patch; empty where there is no file of it.
std::string ApplyCommand(const Finding& finding, const ViewRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_RECOMMENDATIONS_H_
