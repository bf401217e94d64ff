// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_DIRECTORY_LOCK_H_
#define MEMPROF_RUNNER_EXECUTE_DIRECTORY_LOCK_H_

#include <string>

namespace memprof {

/// Keeps another memprof from writing to the directory, until this process ends, however it does.
/// False where one does so already. Where no lock can be made, the first write says so.
bool LockDirectory(const std::string& directory);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_DIRECTORY_LOCK_H_
