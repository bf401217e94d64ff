// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/policy.h"

#include <iterator>
#include <utility>
#include <vector>

#include "runner/compare/comparison.h"

namespace memprof {

void ApplyPolicy(const Policy& policy, Report* report) {
  // The user's own come first, so that what they take out uses up nothing of what a test declares.
  std::vector<Suppression> suppressions = policy.suppressions;
  std::vector<Suppression> keeps = KeepsOf(*report);
  std::move(keeps.begin(), keeps.end(), std::back_inserter(suppressions));
  Suppress(suppressions, policy.today, report, policy.partial);
  if (policy.baseline) HoldAgainstBaseline(*policy.baseline, policy.baseline_file, report);
}

}  // namespace memprof
