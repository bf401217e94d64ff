// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_UNWIND_TABLE_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_UNWIND_TABLE_H_

#include <stdint.h>

namespace memprof {

/// The call-frame information of one stretch of code: a frame description entry (FDE) together
/// with its common information entry (CIE). Points into the module's .eh_frame.
struct FrameDescription {
  uintptr_t begin;  ///< [begin, end) of the code
  uintptr_t end;
  const uint8_t* common_program;  ///< the CIE's instructions
  const uint8_t* common_program_end;
  const uint8_t* program;  ///< the FDE's own
  const uint8_t* program_end;
  uint64_t code_alignment;
  int64_t data_alignment;
  uint64_t return_column;    ///< the register number that stands for the return address
  uint8_t pointer_encoding;  ///< of code addresses in the instructions
  bool signal_frame;         ///< its caller was interrupted and did not call
};

/// Finds the description of the code at `address`; false where there is none, or one that no
/// compiler writes. Takes no lock and is safe in signal handlers where the C library has
/// _dl_find_object (glibc 2.35 and later); before that, dl_iterate_phdr takes the loader's lock,
/// which may be taken twice by one thread.
bool FindFrameDescription(uintptr_t address, FrameDescription* found) noexcept;

/// The search alone, in the module whose .eh_frame_hdr is at `header`; no address beyond `end` is
/// read. For tests with tables of their own.
bool SearchUnwindTable(const uint8_t* header, const uint8_t* end, uintptr_t address,
                       FrameDescription* found) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_UNWIND_TABLE_H_
