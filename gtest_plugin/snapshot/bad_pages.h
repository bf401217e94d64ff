// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_BAD_PAGES_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_BAD_PAGES_H_

#include <stdint.h>

#pragma GCC visibility push(hidden)
namespace memprof {

/// From now on a read of a page that its mapping lets us read, and that raises SIGSEGV or SIGBUS
/// all the same, finds zeros: guard pages (MADV_GUARD_INSTALL, as newer C libraries put them below
/// stacks), files that were cut off, pages of broken memory. To be called in the copy-on-write
/// child, whose mappings are nobody else's.
void ReadBadPagesAsZeros() noexcept;

/// Bytes of such pages that do hold something, for the program could let itself read them:
/// protection keys.
uint64_t BytesInBadPages() noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_BAD_PAGES_H_
