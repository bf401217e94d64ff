// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_RESOURCE_FINDINGS_H_
#define MEMPROF_RUNNER_DIAGNOSE_RESOURCE_FINDINGS_H_

#include <string>
#include <string_view>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/report/report.h"

namespace memprof {

/// Descriptors, threads and mapped memory that grow: at most one finding each. Empty when the
/// series was not measured.
std::vector<Finding> ResourceFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                      const Thresholds& thresholds);

/// What a descriptor refers to, without what differs from run to run: "socket" for
/// "socket:[12345]", "eventpoll" for "anon_inode:[eventpoll]", "/tmp/log.#" for "/tmp/log.17".
std::string DescriptorKind(std::string_view target);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_RESOURCE_FINDINGS_H_
