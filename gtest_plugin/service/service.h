// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SERVICE_SERVICE_H_
#define MEMPROF_GTEST_PLUGIN_SERVICE_SERVICE_H_

#include "gtest_plugin/tracker/heap_owner.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// Starts what answers on a socket, where MEMPROF_SERVICE names a directory, and what writes
/// checkpoints beside the record at `record_path`, unless that is null or MEMPROF_CHECKPOINTS is
/// "0". Both are done by the hidden thread, one after the other; where neither is wanted there is
/// none. Once a process, before it has other threads.
void StartService(const HeapOwnership& ownership, const char* record_path) noexcept;

/// Deletes the socket's file, if this process has one. Any thread.
void RemoveServiceSocket() noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SERVICE_SERVICE_H_
