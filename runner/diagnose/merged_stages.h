// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_MERGED_STAGES_H_
#define MEMPROF_RUNNER_DIAGNOSE_MERGED_STAGES_H_

#include <span>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// The stages of all parts: "screen: 14 tests in 1.2 s" and "screen: 13 tests in 0.9 s" make
/// "screen: 27 tests, in 2 reports". How long each took is left out, for nobody knows which of them
/// ran at once. Lines of another form stay as they are, each once.
std::vector<std::string> StagesOf(std::span<const Report> parts);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_MERGED_STAGES_H_
