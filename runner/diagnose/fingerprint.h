// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FINGERPRINT_H_
#define MEMPROF_RUNNER_DIAGNOSE_FINGERPRINT_H_

#include <string>
#include <string_view>

#include "runner/report/report.h"

namespace memprof {

// A fingerprint is 16 hexadecimal digits that stay the same over edits elsewhere, over machines,
// and over what a tool could measure there. So there are no addresses, lines or byte counts in it,
// and lost and growing memory count as one kind.

/// Of a finding with a stack: its kind, the user's functions on the stack and the ordinal. What
/// holds the memory is left out: only a machine that permits heap snapshots tells. Functions from
/// `TestBody` outward are left out where there is another, so that one bug under fifty tests is one
/// finding. Empty when no frame of the stack is the user's code.
std::string StackFingerprint(const Finding& finding, int ordinal);

/// Of a finding without one. `owner` names its test, suite or program; `detail` tells findings of
/// one kind and owner apart: its digits and their number do not count.
std::string OwnerFingerprint(FindingKind kind, std::string_view owner, std::string_view detail);

/// `text` with each run of digits replaced by one '#'.
std::string WithoutDigits(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FINGERPRINT_H_
