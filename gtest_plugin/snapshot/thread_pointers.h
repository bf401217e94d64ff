// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_POINTERS_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_POINTERS_H_

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)
namespace memprof {

/// Thread pointers of threads that live or have lived, in no order: 4,096, of which older ones make
/// room for newer ones. NoteThreadPointer of heap_scan.h adds to them.
constexpr size_t kThreadPointers = 4096;
extern uint64_t g_thread_pointers[kThreadPointers];

/// Where the hook of pthread_create keeps what threads are to be given that have not begun to run:
/// nothing else refers to that meanwhile. Defined beside the hook.
const void* ArgumentsOfNewThreads(size_t* bytes) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_POINTERS_H_
