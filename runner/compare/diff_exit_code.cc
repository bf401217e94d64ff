// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/diff_exit_code.h"

namespace memprof {

int DiffExitCode(const Comparison& comparison, const Report& now,
                 const std::optional<Severity>& fail_on_new) {
  if (!fail_on_new) return 0;
  bool unmeasured = now.interrupted || !now.crash.empty() || now.tests.empty();
  for (const ComparedFinding& compared : comparison.findings) {
    const bool is_new = compared.change == Change::kNew || compared.change == Change::kWorse;
    if (is_new && compared.after->severity >= *fail_on_new) return 1;
    if (compared.change != Change::kNotMeasured) continue;
    unmeasured = unmeasured || compared.before->severity >= *fail_on_new;
  }
  return unmeasured ? 3 : 0;
}

}  // namespace memprof
