// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_STRING_CONCATENATION_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_STRING_CONCATENATION_H_

#include <vector>

#include "runner/diagnose/waste/waste_place.h"

namespace memprof {

/// Lines that build a string by copying what there is of it for each piece that is added.
///
/// A sum of strings that is evaluated with an ever longer operand leaves sizes that are evenly
/// spread between nothing and the length of the last; nothing else that adds strings does, but for
/// operands that are of growing length themselves. Those are allocated somewhere too, as often and
/// as evenly, and a test with such allocations that are no sums gets no claim. Neither do
/// sums that are freed at once, for the next cannot be made of them.
///
/// A rewrite appends in place: what it still allocates is set at eight times the result for each
/// string that is built, where doubling takes four at the most. How many strings are built is told
/// by the smallest size: a sum is as long as one piece at the least.
std::vector<WasteClaim> ClaimConcatenations(const std::vector<WastePlace>& places);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_STRING_CONCATENATION_H_
