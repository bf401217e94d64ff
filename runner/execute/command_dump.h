// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_COMMAND_DUMP_H_
#define MEMPROF_RUNNER_EXECUTE_COMMAND_DUMP_H_

#include <string>

#include "runner/base/result.h"

namespace memprof {

/// `memprof dump FILE`: prints a record on stdout, one JSON object a line. Returns the exit status.
/// Errors: what ReadFile() and ParseRecord() say, and kDamaged where the record ends before its
/// mark; what came before that is printed. A reader that goes away, as `head` does, is none.
Result<int> CommandDump(const std::string& path);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_COMMAND_DUMP_H_
