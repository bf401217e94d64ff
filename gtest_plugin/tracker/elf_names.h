// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_ELF_NAMES_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_ELF_NAMES_H_

#include <stddef.h>
#include <stdint.h>

namespace memprof {

/// Names of an ELF file's functions, from its symbol table, or the dynamic one where it has been
/// stripped. Reads the bytes in place and trusts none of them.
class ElfNames {
 public:
  ElfNames(const unsigned char* bytes, size_t size) noexcept;

  /// The name of the function that holds `address`, a virtual address of the file; null without
  /// one. It points into the bytes, and is shorter than they are.
  const char* FunctionAt(uint64_t address) const noexcept;

 private:
  bool Holds(uint64_t offset, uint64_t bytes) const noexcept {
    return offset <= size_ && bytes <= size_ - offset;
  }

  const unsigned char* bytes_;
  size_t size_;
  uint64_t symbols_ = 0;  ///< where the table lies in the file
  uint64_t symbol_count_ = 0;
  uint64_t names_ = 0;
  uint64_t names_bytes_ = 0;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_ELF_NAMES_H_
