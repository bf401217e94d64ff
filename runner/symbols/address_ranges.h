// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_ADDRESS_RANGES_H_
#define MEMPROF_RUNNER_SYMBOLS_ADDRESS_RANGES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace memprof {

/// Values by the ranges of addresses that they hold. Ranges may overlap: linkers leave dropped code
/// behind, identical functions are folded into one, plug-ins follow each other at one address. It
/// exists because each of millions of addresses is looked up; a look-up costs the logarithm of the
/// number of ranges, and one step for each range that begins between the address and the one
/// wanted.
template <class Value>
class AddressRanges {
 public:
  /// [low, high); an empty range holds nothing.
  void Add(std::uint64_t low, std::uint64_t high, Value value) {
    if (low < high) ranges_.push_back({low, high, 0, std::move(value)});
  }

  /// Must be called after the last Add and before the first Find.
  void Sort() {
    // Of ranges that begin together, the one added first is to be found first, that is, from
    // behind.
    std::reverse(ranges_.begin(), ranges_.end());
    std::stable_sort(ranges_.begin(), ranges_.end(),
                     [](const Range& a, const Range& b) { return a.low < b.low; });
    std::uint64_t reach = 0;
    for (Range& range : ranges_) range.reach = reach = std::max(reach, range.high);
  }

  bool empty() const { return ranges_.empty(); }

  /// The first value that `accepts`, of those whose range holds `address`, from the one that begins
  /// last; null when there is none.
  template <class Accepts>
  Value* Find(std::uint64_t address, Accepts accepts) {
    auto after =
        std::upper_bound(ranges_.begin(), ranges_.end(), address,
                         [](std::uint64_t value, const Range& range) { return value < range.low; });
    while (after != ranges_.begin()) {
      --after;
      if (after->reach <= address) return nullptr;
      if (address < after->high && accepts(after->value)) return &after->value;
    }
    return nullptr;
  }

  Value* Find(std::uint64_t address) {
    return Find(address, [](const Value&) { return true; });
  }

 private:
  struct Range {
    std::uint64_t low, high;
    std::uint64_t reach;  ///< the highest end of this range and of those before it
    Value value;
  };
  std::vector<Range> ranges_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_ADDRESS_RANGES_H_
