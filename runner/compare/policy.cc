// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/policy.h"

#include "runner/compare/comparison.h"

namespace memprof {

void ApplyPolicy(const Policy& policy, Report* report) {
  Suppress(policy.suppressions, policy.today, report, policy.partial);
  if (policy.baseline) HoldAgainstBaseline(*policy.baseline, policy.baseline_file, report);
}

}  // namespace memprof
