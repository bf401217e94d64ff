// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PATTERN_KNOWN_PATTERN_H_
#define MEMPROF_RUNNER_DIAGNOSE_PATTERN_KNOWN_PATTERN_H_

#include "runner/diagnose/pattern/classify.h"
#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// For a finding whose kind of evidence is a pattern's already: lost memory, a circle of owners,
/// descriptors, threads, waste. Says what decided it, and how it came about where the source tells.
/// The one change of pattern is a lost object of an acquire/release API: its owner is a caller that
/// must call, not a pointer that must delete.
Classification KeepPattern(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PATTERN_KNOWN_PATTERN_H_
