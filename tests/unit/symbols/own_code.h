// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_SYMBOLS_OWN_CODE_H_
#define MEMPROF_TESTS_UNIT_SYMBOLS_OWN_CODE_H_

#include <cstdint>
#include <string>

namespace memprof {

/// A call in this very program, as a sanitizer would print it.
struct OwnCall {
  std::uint64_t offset;  ///< of the return address less 1, in the module
  int line;
};

/// The offset of the call to it.
std::uint64_t OffsetOfThisCall();

/// The path of this program.
std::string OwnProgram();

/// Code with external linkage, so that it is in a COMDAT section of its own.
template <class T>
struct Box {
  [[gnu::noinline]] static OwnCall Where() { return {OffsetOfThisCall(), __LINE__}; }
};

[[gnu::always_inline]] inline OwnCall InlinedWhere() { return {OffsetOfThisCall(), __LINE__}; }

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_SYMBOLS_OWN_CODE_H_
