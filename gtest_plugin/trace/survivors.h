// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_SURVIVORS_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_SURVIVORS_H_

#include <stdint.h>

#include "gtest_plugin/record/writer.h"
#include "gtest_plugin/trace/reserved_memory.h"

namespace memprof {

/// Live blocks by origin, counted by a walk over the block table. Written by the thread that marks
/// the boundaries; a peak is counted by whichever thread reaches it.
class Survivors {
 public:
  struct Amount {
    uint64_t blocks;
    uint64_t bytes;
    bool operator==(const Amount&) const = default;
  };

  /// False where there is no address space.
  bool Start() noexcept;

  /// Writes what is live at the end of an iteration, as changes to the end of the one before.
  void WriteChanges(uint32_t iteration, record::Writer* record) noexcept;

  /// Counts what is live now of what the open window made, and what it has in sum.
  void CountPeak() noexcept;
  /// As if CountPeak had not been called.
  void ForgetPeak() noexcept;
  /// Writes what CountPeak counted, if it did: the largest origins, and the rest in two numbers.
  /// With `defines_all` the other origins are defined too, for what else speaks of them.
  void WritePeak(uint32_t test, uint32_t iteration, bool defines_all,
                 record::Writer* record) noexcept;

  uint64_t TouchedBytes() const noexcept { return uint64_t{end_of_last_} * sizeof(Amount); }

  /// Live blocks and bytes of the last WriteChanges.
  const Amount& all() const noexcept { return all_; }

 private:
  /// How many origins of a peak are named.
  static constexpr uint32_t kNamed = 128;

  ReservedArray<Amount> now_;
  ReservedArray<Amount> last_;
  uint32_t end_of_last_ = 0;  ///< origins at the time of `last_`
  Amount all_ = {};
  ReservedArray<Amount> peak_;
  uint32_t end_of_peak_ = 0;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_SURVIVORS_H_
