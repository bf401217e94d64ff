// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_FOLLOWED_GROWTH_H_
#define MEMPROF_RUNNER_EXECUTE_FOLLOWED_GROWTH_H_

#include <vector>

#include "runner/execute/triage_batch.h"
#include "runner/execute/triage_context.h"

namespace memprof {

/// Whether any quantity of the series grows, or any identity of its descriptors.
bool AnyGrows(const ProcessSeries& series, const GrowthRule& rule);

/// Runs those that grow on and on, within their budget and what the machine can bear, together in
/// as few processes as that takes. What goes wrong in company is repeated alone before it ends a
/// series: then the shorter one stands.
void FollowGrowth(const TriageContext& context, std::vector<Followed>* followed);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_FOLLOWED_GROWTH_H_
