// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_PROCESS_MAPS_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_PROCESS_MAPS_H_

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)
namespace memprof {

/// What the kernel says of one mapping.
struct Mapping {
  enum Kind : uint8_t {
    kAnonymous,  ///< private and of no file, also where prctl gave it a name
    kHeap,       ///< what brk makes
    kMainStack,
    kShared,  ///< memory all the same: MAP_SHARED, memfd_create, shmget, /dev/shm, huge pages
    kOther,   ///< of a file, of a device, or the kernel's own
  };
  uint64_t begin;
  uint64_t end;
  Kind kind;
  bool is_readable;
};

/// The mappings of the process that asks, by address: where memory may be read without harm.
class ProcessMaps {
 public:
  static constexpr size_t kCapacity = size_t{1} << 20;  // the kernel's usual limit is 65,530

  /// Reads /proc/self/maps by system calls alone. 0, or an errno.
  int Read() noexcept;

  /// The mapping that holds `address`, or null.
  const Mapping* Find(uint64_t address) const noexcept {
    const Mapping* const found = FirstEndingBehind(address);
    return found != end() && found->begin <= address ? found : nullptr;
  }
  const Mapping* FirstEndingBehind(uint64_t address) const noexcept;
  const Mapping* begin() const noexcept { return mappings_; }
  const Mapping* end() const noexcept { return mappings_ + count_; }

  bool IsReadable(uint64_t address) const noexcept {
    const Mapping* const found = Find(address);
    return found != nullptr && found->is_readable;
  }

  /// The aligned word at `address`; false where it can't be read.
  bool ReadWord(uint64_t address, uint64_t* word) const noexcept {
    if ((address & 7) != 0 || !IsReadable(address)) return false;
    *word = *reinterpret_cast<const uint64_t*>(address);
    return true;
  }

 private:
  bool ParseLine(const char* line, const char* end) noexcept;

  size_t count_;
  char text_[64 * 1024];
  Mapping mappings_[kCapacity];
};

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_PROCESS_MAPS_H_
