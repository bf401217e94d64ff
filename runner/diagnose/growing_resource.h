// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_GROWING_RESOURCE_H_
#define MEMPROF_RUNNER_DIAGNOSE_GROWING_RESOURCE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runner/analyze/growth.h"
#include "runner/analyze/process_series.h"
#include "runner/diagnose/acquiring_places.h"
#include "runner/diagnose/thresholds.h"
#include "runner/report/report.h"

namespace memprof {

/// Descriptors, threads or mapped memory that grow, in the words of a finding.
struct GrowingResource {
  Quantity quantity = Quantity::kBytes;
  GrowthResult growth;
  std::vector<std::int64_t> values;
  std::int64_t per_run = 0;
  std::string title;
  std::string noun;  ///< of the total: "open descriptors"; empty for one place
  std::string cause;
  std::string detail;  ///< for the fingerprint
  Pattern pattern = Pattern::kHandleNotClosed;
};

/// The total of one quantity, or for descriptors the identities that grow by themselves. Empty when
/// neither grows.
std::optional<GrowingResource> GrowingTotal(Quantity quantity, const ProcessSeries& series,
                                            const Thresholds& thresholds);

/// What is acquired at one place.
GrowingResource GrowingAt(const AcquiringPlace& place, Quantity quantity);

/// Title, cause and pattern: what follows from the quantity and the rate. `named`: targets.
void DescribeGrowth(const std::set<std::string>& named, GrowingResource* growing);

/// "/tmp/app.conf", "socket ×44, +2 more kinds".
std::string TargetNames(const std::set<std::string>& targets);

/// What a descriptor refers to, without what differs from run to run: "socket" for
/// "socket:[12345]", "eventpoll" for "anon_inode:[eventpoll]", "/tmp/log.#" for "/tmp/log.17".
std::string DescriptorKind(std::string_view target);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_GROWING_RESOURCE_H_
