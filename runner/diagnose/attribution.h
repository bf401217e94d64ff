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

/// The command that shows a finding again, with other tests in it: "Cache.A:Cache.B".
std::string WithFilter(const std::string& rerun, const std::string& filter);

/// Which part of the suite or the program made something, for `scope_label`: "suite Cache
/// (TearDownTestSuite)", "program (main)", "program (a static initialiser)". `stack` as the tool or
/// the trace has it; where it does not tell, the usual parts are named. Empty for a test.
std::string ScopeLabel(Scope scope, const RecordedTest& test, const Stack& stack);

/// "test Cache.Lookup", "suite Cache (SetUpTestSuite)", …: who owns a finding that has
/// no stack, as a part of its fingerprint.
std::string OwnerOf(Scope scope, const RecordedTest& test);

/// The TEST line, for findings without a place of their own.
Location TestLine(const RecordedTest& test, const DiagnoseContext& context);

/// The innermost frame of a reported stack that lies below the source root and is not GoogleTest's,
/// by where that lies, or by names where it is not known; null when there is none.
const Frame* UserFrame(const Stack& reported, const DiagnoseContext& context);

/// Sets `stack`, and `location` to its innermost frame of the user's code: below the source root,
/// or else in a module of the user's. Falls back to the TEST line, and returns false, when there is
/// none.
bool Locate(const Stack& stack, const RecordedTest& test, const DiagnoseContext& context,
            Finding* finding);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_ATTRIBUTION_H_
