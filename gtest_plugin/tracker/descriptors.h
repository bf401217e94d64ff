// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_DESCRIPTORS_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_DESCRIPTORS_H_

#include <stddef.h>
#include <stdint.h>

namespace memprof {

/// One identity of open descriptors. Two opens of one file share it, as do two epolls, and so it
/// carries a count: what grows is the count of an identity, whatever the numbers are.
struct DescriptorIdentity {
  uint64_t hash;  ///< of device, inode and target; entries are sorted by it
  uint64_t device;
  uint64_t inode;
  int32_t count;
  char target[100];  ///< what /proc/self/fd links to, its end where it is longer
};

/// What the descriptor refers to, looked up in `directory`, an open /proc/self/fd. False where the
/// descriptor is gone again: another thread closed it.
bool IdentifyDescriptor(int directory, int fd, DescriptorIdentity* identity) noexcept;

/// The open descriptors of the process as a multiset of identities.
class DescriptorSet {
 public:
  static constexpr int kCapacity = 4096;

  /// Asks the kernel. False, and the set empty, where /proc cannot be read. Identities beyond the
  /// capacity are counted in `not_looked_at()`.
  bool Read() noexcept;

  int total() const noexcept { return total_; }
  int size() const noexcept { return size_; }
  int not_looked_at() const noexcept { return not_looked_at_; }

  /// Whether the lowest number that was free at the last Read() still is. The kernel gives it to
  /// whatever opens next, so this tells of opening calls that no hook sees: plain system calls, and
  /// libc's own. It misses what was opened and closed again, and numbers that the caller chose.
  bool IsLowestStillFree() const noexcept;
  const DescriptorIdentity& operator[](int i) const noexcept { return entries_[i]; }

  /// Makes this set a copy of `other`, touching only what is in use.
  void CopyFrom(const DescriptorSet& other) noexcept;

 private:
  int total_ = 0;
  int size_ = 0;
  int not_looked_at_ = 0;
  int lowest_free_ = -1;
  DescriptorIdentity entries_[kCapacity];
};

/// Calls `change(identity, delta)` for every identity whose count differs between the sets.
template <class Function>
void ForEachChange(const DescriptorSet& before, const DescriptorSet& after, Function change) {
  int b = 0;
  int a = 0;
  while (b < before.size() || a < after.size()) {
    if (a == after.size() || (b < before.size() && before[b].hash < after[a].hash)) {
      DescriptorIdentity gone = before[b++];
      const int32_t delta = -gone.count;
      gone.count = 0;
      change(gone, delta);
    } else if (b == before.size() || after[a].hash < before[b].hash) {
      change(after[a], after[a].count);
      ++a;
    } else {
      if (after[a].count != before[b].count) change(after[a], after[a].count - before[b].count);
      ++a;
      ++b;
    }
  }
}

/// Counts calls that may have opened or closed a descriptor; compare two readings to know whether
/// anything happened between them.
uint64_t DescriptorCalls() noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_DESCRIPTORS_H_
