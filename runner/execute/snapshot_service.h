// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SNAPSHOT_SERVICE_H_
#define MEMPROF_RUNNER_EXECUTE_SNAPSHOT_SERVICE_H_

#include <sys/types.h>

#include <string>

#include "gtest_plugin/record/format.h"
#include "runner/base/result.h"

namespace memprof {

/// Asks a running process, through its socket, for a record of what it holds now, with a heap
/// snapshot: written to `record_path`, and to the same with ".heap0" behind it. Returns its answer,
/// with how long it stood still.
///
/// Waits `patience_s` for the answer; the process writes while it runs on. Errors, with what was
/// seen and what to do: kNotFound where there is no such process; kUnsupported where it has no
/// tracker, or one of another version; kProcess where it is another user's, ended meanwhile, did
/// not answer, or could not do it.
Result<record::ServiceReply> AskForSnapshot(pid_t pid, const std::string& record_path,
                                            double patience_s);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SNAPSHOT_SERVICE_H_
