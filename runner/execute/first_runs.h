// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_FIRST_RUNS_H_
#define MEMPROF_RUNNER_EXECUTE_FIRST_RUNS_H_

#include <cstdint>
#include <vector>

#include "runner/execute/triage_batch.h"
#include "runner/execute/triage_context.h"

namespace memprof {

/// Runs the suspects `triage_runs` times, all in one process as far as that goes: one that fails or
/// is skipped only there, or ends the process, is taken out and run alone, and the others start
/// again. After a few such restarts, and where the process keeps no trace, each suspect runs alone,
/// `options.jobs` at once; one that fails beside others is repeated by itself before it is
/// believed.
///
/// One result for each suspect, in their order, and then those of suites and the program that keep
/// something. `givers` has for each test the one that gives back what it keeps, see FindGiversBack:
/// that runs along, and where so nothing grows, the suspect runs alone too, for in other company it
/// leaks. Where objects of a pair table's grow, tests beside them of which bytes alone grow run
/// alone as well, and those that then keep nothing are judged by that: they only made the memory
/// that a library handed on to somebody who keeps it.
std::vector<Followed> MeasureSuspects(const TriageContext& context,
                                      const std::vector<std::uint32_t>& suspects,
                                      const std::vector<std::uint32_t>& givers);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_FIRST_RUNS_H_
