// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_HOOKS_SANITIZER_HOOKS_H_
#define MEMPROF_GTEST_PLUGIN_HOOKS_SANITIZER_HOOKS_H_

namespace memprof {

/// Whether a sanitizer's runtime owns malloc and told us of every block, of each function that
/// makes or frees one, when they were tried at load. AddressSanitizer does; LeakSanitizer (LLVM 14)
/// is silent about realloc, ThreadSanitizer about memalign and its like, and what they tell would
/// add up to nothing that is true.
bool SanitizerTellsOfHeap() noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_HOOKS_SANITIZER_HOOKS_H_
