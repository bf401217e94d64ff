// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_IGNORED_BLOCKS_H_
#define MEMPROF_RUNNER_ANALYZE_IGNORED_BLOCKS_H_

#include "runner/parse/record_file.h"

namespace memprof {

/// Takes what tests made within IgnoreScopes off the counts of their windows, and off those of the
/// suites, iterations and process around them; `RecordedRun::ignored` stays, to be told. Peaks stay
/// as they are: nobody knows how much of one was ignored. What is freed after its scope is taken
/// off all the same, so that such a window seems to give back more than it does.
///
/// Must be called once, before anything judges the record.
void TakeOffIgnored(RecordFile* record);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_IGNORED_BLOCKS_H_
