// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_STREAM_OUTCOMES_H_
#define MEMPROF_RUNNER_EXECUTE_STREAM_OUTCOMES_H_

#include <string>

#include "runner/execute/process.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// Tells skipped tests from failed ones, where the record is a stream's, which does not: by
/// GoogleTest's result file `results`, and where there is none by what the program printed to
/// `output_path`. Where neither says so, nothing failed in a program that ended with 0, and
/// everything in another. Other records stay as they are.
///
/// Reruns have no result file: GoogleTest writes it anew after each iteration, and a file that is
/// replaced so takes some file systems 8 ms to close.
void JoinOutcomes(const ProcessEnd& end, const std::string& results, const std::string& output_path,
                  RecordFile* record);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_STREAM_OUTCOMES_H_
