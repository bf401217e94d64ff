// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_DISK_ROOM_H_
#define MEMPROF_RUNNER_EXECUTE_DISK_ROOM_H_

#include <string>

#include "runner/base/result.h"

namespace memprof {

/// The error of a record that could not be read, as its reader gives it; or, where the disk of
/// `path` has no room for a record, that this is why.
Error ErrorOfRecord(const std::string& path, const Error& error);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_DISK_ROOM_H_
