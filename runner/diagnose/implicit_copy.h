// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_IMPLICIT_COPY_H_
#define MEMPROF_RUNNER_DIAGNOSE_IMPLICIT_COPY_H_

#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// The line that a reader should look at: where the finding's own is the head of a class, in a
/// constructor or assignment that the compiler made, that of the user's code that copies or makes
/// the object; else the finding's own.
Location LocationOutsideImplicitCopy(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_IMPLICIT_COPY_H_
