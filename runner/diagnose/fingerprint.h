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

/// Of a finding with a stack: its kind, the functions that are to blame for it (blamed_functions.h)
/// and the ordinal. What holds the memory is left out: only a machine that permits heap snapshots
/// tells. Test code is left out where there is other code, so that one bug under fifty tests, each
/// with a helper of its own, is one finding; and so are the callers of what allocates something
/// that is held, so that fifty callers who feed one registry are one finding, whichever of them
/// ran. Ordinals tell apart what one function does at several lines or for several holders; they
/// count what this run found, and shift when a finding is added or goes. Empty when no frame of the
/// stack is the user's code.
std::string StackFingerprint(const Finding& finding, int ordinal);

/// Of a finding without one. `owner` names its test, suite or program; `detail` tells findings of
/// one kind and owner apart: its digits and their number do not count.
std::string OwnerFingerprint(FindingKind kind, std::string_view owner, std::string_view detail);

/// `text` with each run of digits replaced by one '#'.
std::string WithoutDigits(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FINGERPRINT_H_
