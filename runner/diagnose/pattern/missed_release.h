// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_MISSED_RELEASE_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_MISSED_RELEASE_H_

#include <string>

#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// Whether `function` has a way out, behind the local that gets what `acquire` returns at `line`,
/// on which `release` is not called: an early return, a throw, or the end where only a branch calls
/// it. Ways out that a test for null guards, or that hand the local out, are none. False where the
/// result goes elsewhere than to a local. A heuristic: loops and conditions are not followed.
bool MissesRelease(const SourceFile& file, const FunctionCode& function, int line,
                   const std::string& acquire, const std::string& release);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_MISSED_RELEASE_H_
