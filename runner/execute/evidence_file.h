// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_EVIDENCE_FILE_H_
#define MEMPROF_RUNNER_EXECUTE_EVIDENCE_FILE_H_

#include <string>
#include <string_view>

#include "runner/base/result.h"
#include "runner/diagnose/evidence.h"

namespace memprof {

/// What the screen leaves for the CTest test that confirms one suspect. The files are read by the
/// same memprof that wrote them, within one run of CTest, so their form is nobody else's business.
struct SuspectFile {
  TestEvidence evidence;  ///< without `confirm`
  double native_seconds = 0;
};

std::string RenderSuspect(const SuspectFile& suspect);

/// Errors: kDamaged.
Result<SuspectFile> ParseSuspect(std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_EVIDENCE_FILE_H_
