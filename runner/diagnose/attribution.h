// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_ATTRIBUTION_H_
#define MEMPROF_RUNNER_DIAGNOSE_ATTRIBUTION_H_

#include <string>

#include "runner/analyze/call_site.h"
#include "runner/diagnose/evidence.h"
#include "runner/report/report.h"

namespace memprof {

/// Says whose a finding is: sets `tests` or `scope_label`, and `rerun`.
void Attribute(Scope scope, const RecordedTest& test, const DiagnoseContext& context,
               Finding* finding);

/// "test Cache.Lookup", "suite Cache (SetUpTestSuite)", …: who owns a finding that has
/// no stack, as a part of its fingerprint.
std::string OwnerOf(Scope scope, const RecordedTest& test);

/// The TEST line, for findings without a place of their own.
Location TestLine(const RecordedTest& test, const DiagnoseContext& context);

/// Sets `stack`, and `location` to its innermost frame of the user's code. Falls back to the TEST
/// line, and returns false, when there is none.
bool Locate(const Stack& stack, const RecordedTest& test, const DiagnoseContext& context,
            Finding* finding);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_ATTRIBUTION_H_
