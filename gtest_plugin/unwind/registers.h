// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_UNWIND_REGISTERS_H_
#define MEMPROF_GTEST_PLUGIN_UNWIND_REGISTERS_H_

#include <stdint.h>

namespace memprof {

/// DWARF's numbers of x86-64 registers (System V ABI, "DWARF Register Number Mapping").
enum RegisterNumber : unsigned {
  kRbx = 3,
  kRbp = 6,
  kRsp = 7,
  kR12 = 12,
  kR13 = 13,
  kR14 = 14,
  kR15 = 15,
  kReturnAddress = 16,
  kRegisters = 17,
};

constexpr uint32_t kWalkRegisters =
    (1u << kRbp) | (1u << kRsp) | (1u << kReturnAddress);  ///< enough for nearly all frames
constexpr uint32_t kKeptAcrossCalls =
    kWalkRegisters | (1u << kRbx) | (1u << kR12) | (1u << kR13) | (1u << kR14) | (1u << kR15);
constexpr uint32_t kAllRegisters = (1u << kRegisters) - 1;

/// The registers of one frame as far as they are known. A walk begins with kWalkRegisters; only a
/// frame whose rule needs another makes it begin anew with kKeptAcrossCalls.
struct Registers {
  uintptr_t value[kRegisters];
  uint32_t known;   ///< bit i: value[i] holds
  uint32_t wanted;  ///< bit i: to be restored in each caller

  bool Knows(unsigned number) const { return number < kRegisters && ((known >> number) & 1u) != 0; }
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_UNWIND_REGISTERS_H_
