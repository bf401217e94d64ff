// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_CONTENT_SCAN_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_CONTENT_SCAN_H_

#include <stdint.h>

#pragma GCC visibility push(hidden)
namespace memprof {

/// What a scan of contents needs, and room for what it makes.
struct ContentPlan;

/// For the blocks of `window` but `unfilled`, whose groups go to file `number` beside the record.
/// Null where there is no memory for it; `*why_not` says so. It takes no lock. Kept until
/// ForgetContentPlan.
ContentPlan* MakeContentPlan(uint32_t number, uint32_t window, const void* unfilled,
                             const char* record_path, const char** why_not) noexcept;
void ForgetContentPlan(ContentPlan* plan) noexcept;

/// To be called in the child: hashes what the blocks hold, and writes the groups of equal ones.
/// Blocks of one byte over and over are left out, for buffers that were only cleared are equal by
/// nature. Returns 0, or an errno.
int ScanContents(ContentPlan* plan) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_CONTENT_SCAN_H_
