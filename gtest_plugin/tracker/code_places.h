// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_CODE_PLACES_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_CODE_PLACES_H_

#include <stddef.h>
#include <stdint.h>

namespace memprof {

/// Says where return addresses lie, a line each: "FUNCTION MODULE+0xOFFSET\n". FUNCTION is the
/// symbol's name, "??" without one; OFFSET is the ELF file's virtual address of the call, as
/// addr2line takes it. Writes as much as fits, with a final zero, and returns the length of all.
///
/// For messages: it maps the modules' files to read their symbol tables, so that a function of an
/// executable has a name although the dynamic linker knows none.
size_t DescribeCode(const uintptr_t* return_addresses, uint32_t count, char* text,
                    size_t size) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_CODE_PLACES_H_
