// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_FIX_TEMPLATE_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_FIX_TEMPLATE_H_

#include <optional>
#include <string>

#include "runner/report/report.h"
#include "runner/source/code_scope.h"
#include "runner/source/source_edit.h"
#include "runner/source/source_file.h"

namespace memprof {

/// A fix for one pattern; nothing where the template does not fit. Solutions without a diff give a
/// snippet and `why_no_diff`. ProposeFix fills in the reductions that a template leaves empty.
using FixTemplate = std::optional<Fix> (*)(const Finding& finding, const Sources& sources);

// One pair of files each, in diagnose/fix/. Growth of something held:
std::optional<Fix> BoundCollection(const Finding& finding, const Sources& sources);
std::optional<Fix> EvictFromCache(const Finding& finding, const Sources& sources);
std::optional<Fix> BoundBuffers(const Finding& finding, const Sources& sources);
std::optional<Fix> RemoveListener(const Finding& finding, const Sources& sources);
std::optional<Fix> NarrowCapture(const Finding& finding, const Sources& sources);
std::optional<Fix> ReleaseObject(const Finding& finding, const Sources& sources);
std::optional<Fix> EndStaticLifetime(const Finding& finding, const Sources& sources);
// Owners and resources:
std::optional<Fix> OwnLostMemory(const Finding& finding, const Sources& sources);
std::optional<Fix> WeakenCycle(const Finding& finding, const Sources& sources);
std::optional<Fix> CloseHandle(const Finding& finding, const Sources& sources);
std::optional<Fix> JoinThread(const Finding& finding, const Sources& sources);
// Waste:
std::optional<Fix> AppendInPlace(const Finding& finding, const Sources& sources);
std::optional<Fix> ReserveFirst(const Finding& finding, const Sources& sources);
std::optional<Fix> AvoidTemporary(const Finding& finding, const Sources& sources);
std::optional<Fix> ShareDuplicates(const Finding& finding, const Sources& sources);
std::optional<Fix> TrimCapacity(const Finding& finding, const Sources& sources);
std::optional<Fix> AvoidCopy(const Finding& finding, const Sources& sources);
std::optional<Fix> PoolObjects(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_FIX_TEMPLATE_H_
