// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_REPEAT_FLAG_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_REPEAT_FLAG_H_

#include <stddef.h>
#include <stdint.h>

namespace memprof {

/// How many iterations GoogleTest makes: the last `--gtest_repeat=N` of a command line whose
/// arguments are each terminated by a zero byte, else `environment` (GTEST_REPEAT, may be null),
/// else 1. 0 where the run never ends, or the number is none.
uint32_t RepeatFlag(const char* command_line, size_t length, const char* environment) noexcept;

/// The same of this process. A flag file, and a main that sets the flag, remain unseen. For
/// boundaries that come without the flag's value.
uint32_t RepeatFlagOfProcess() noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_REPEAT_FLAG_H_
