// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_COMPARE_DIFF_EXIT_CODE_H_
#define MEMPROF_RUNNER_COMPARE_DIFF_EXIT_CODE_H_

#include <optional>

#include "runner/compare/comparison.h"

namespace memprof {

/// Exit status of `memprof diff`, the first that holds: 1 a new or worse finding of at least
/// `fail_on_new`; 3 such a finding of the base was not measured again, or `now` has no tests, was
/// interrupted or crashed; 0. Always 0 where `fail_on_new` is empty.
int DiffExitCode(const Comparison& comparison, const Report& now,
                 const std::optional<Severity>& fail_on_new);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_COMPARE_DIFF_EXIT_CODE_H_
