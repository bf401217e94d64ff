// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/memory_ranges.h"

namespace memprof {
namespace {

// Lets ranges[at] sink to its place in a heap with the greatest on top.
void Sink(MemoryRange* ranges, size_t at, size_t count) {
  const MemoryRange sinking = ranges[at];
  for (size_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && ranges[child + 1].begin > ranges[child].begin) ++child;
    if (ranges[child].begin <= sinking.begin) break;
    ranges[at] = ranges[child];
  }
  ranges[at] = sinking;
}

// A heap sort: nothing but the array itself, and no bad case.
void SortByBegin(MemoryRange* ranges, size_t count) {
  for (size_t i = count / 2; i > 0; --i) Sink(ranges, i - 1, count);
  for (size_t last = count; last > 1; --last) {
    const MemoryRange greatest = ranges[0];
    ranges[0] = ranges[last - 1];
    ranges[last - 1] = greatest;
    Sink(ranges, 0, last - 1);
  }
}

}  // namespace

void MemoryRanges::Add(uint64_t begin, uint64_t end) noexcept {
  if (begin >= end) return;
  if (count_ > 0 && begin >= ranges_[count_ - 1].begin && begin <= ranges_[count_ - 1].end) {
    if (end > ranges_[count_ - 1].end) ranges_[count_ - 1].end = end;
    return;
  }
  if (count_ == capacity_) {
    ++lost_;
    return;
  }
  ranges_[count_++] = {begin, end};
}

void MemoryRanges::Sort() noexcept {
  SortByBegin(ranges_, count_);
  size_t kept = 0;
  for (size_t i = 0; i < count_; ++i) {
    if (kept > 0 && ranges_[i].begin <= ranges_[kept - 1].end) {
      if (ranges_[i].end > ranges_[kept - 1].end) ranges_[kept - 1].end = ranges_[i].end;
    } else {
      ranges_[kept++] = ranges_[i];
    }
  }
  count_ = kept;
}

size_t MemoryRanges::FirstEndingBehind(uint64_t address) const noexcept {
  size_t low = 0;
  size_t high = count_;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (ranges_[middle].end <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace memprof
