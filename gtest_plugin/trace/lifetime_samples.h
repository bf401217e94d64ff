// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_LIFETIME_SAMPLES_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_LIFETIME_SAMPLES_H_

#include <stddef.h>
#include <stdint.h>

#include "gtest_plugin/trace/site_table.h"

namespace memprof {

/// When a sample of the live blocks was made, so that their lifetimes are known when they are
/// freed. One block in kEvery of each thread; the clock costs more than all else that is recorded.
class LifetimeSamples {
 public:
  static constexpr uint32_t kEvery = 256;

  /// `block` was made now with `site`. False when it found no room: it is not a sample then.
  bool Born(const void* block, ThreadSite* site) noexcept;

  /// A sampled block is freed: adds its lifetime to its site.
  void Died(const void* block) noexcept;

 private:
  static constexpr uint32_t kCapacity = 1u << 14;
  static constexpr uint32_t kProbes = 8;
  struct Sample {
    const void* block;
    ThreadSite* site;
    int64_t born_ns;
  };
  static uint32_t HashOf(const void* block) noexcept {
    return static_cast<uint32_t>((reinterpret_cast<uintptr_t>(block) * 0x9e3779b97f4a7c15u) >> 48);
  }
  Sample samples_[kCapacity] = {};
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_LIFETIME_SAMPLES_H_
