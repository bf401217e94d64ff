// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_SCOPES_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_SCOPES_H_

#include <stddef.h>

#include "gtest_plugin/include/memprof/tracker.h"

/// Measuring a part of a test: what the author's table offers of scopes. See memprof/tracker.h.
///
///     begin ─────────────── begin ── read ── end ─────────── end
///     outer's peak is kept  inner's own peak  the outer's goes on from the higher of the two
///
/// A scope of one thread reads that thread's counters, which costs no more than a few loads. What
/// a thread frees that another allocated counts where it is freed.
namespace memprof {

/// Why the heap is not counted in this process, a clause; null when it is.
const char* WhyHeapNotCounted() noexcept;

void BeginScope(memprof_scope* scope, memprof_threads threads, int with_stack) noexcept;
void ReadScope(const memprof_scope* scope, memprof_usage* usage) noexcept;
void EndScope(memprof_scope* scope) noexcept;

/// A line a frame, innermost first: the function's name as the linker knows it, or "??", a space,
/// the module's path, '+' and the call's offset in hexadecimal, as addr2line takes it.
size_t ScopeStack(const memprof_scope* scope, char* text, size_t size) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_SCOPES_H_
