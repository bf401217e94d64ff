// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_FUNCTION_STARTS_H_
#define MEMPROF_RUNNER_PARSE_FUNCTION_STARTS_H_

#include <string_view>

#include "runner/parse/elf_file.h"

namespace memprof {

/// How the functions of an x86-64 program begin.
struct FunctionStarts {
  int with_frame_information = 0;  ///< entries of its table of call-frame information
  int looked_at = 0;               ///< of those, evenly over the table
  int with_frame_pointer = 0;      ///< of those, begin with `push %rbp; mov %rsp,%rbp`
};

/// The most functions that are looked at.
inline constexpr int kMostFunctionStarts = 1000;

/// Reads .eh_frame_hdr, which is loaded with the program, so that `strip` leaves it; the table that
/// every linker writes, sorted, with four bytes an entry, relative to itself. Where there is none
/// or another, no function is known to have call-frame information.
///
/// Whether a program has frame pointers is a guess: a compiler may put something else first (it
/// does so where it saves registers before), and functions that call nothing need none.
FunctionStarts LookAtFunctionStarts(std::string_view bytes, const ElfFile& elf);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_FUNCTION_STARTS_H_
