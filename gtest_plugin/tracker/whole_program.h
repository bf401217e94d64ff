// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_WHOLE_PROGRAM_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_WHOLE_PROGRAM_H_

#include "gtest_plugin/record/format.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// Whether the environment asks for the process to be measured as a whole.
bool IsWholeProgram() noexcept;

/// Before `main`, behind the static initialisers: claims the record, writes its hello, and starts
/// the service.
void StartWholeProgram() noexcept;

/// The program comes to its end, while its static objects are still there. Once; of several threads
/// that end it the others wait. It does nothing in a child of fork, or of vfork, or where nothing
/// is measured as a whole. It takes no lock that the calling thread may have, for it is called in
/// signal handlers: then, rarely, the record has no end.
void EndWholeProgram(record::EndingKind kind) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_WHOLE_PROGRAM_H_
