// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/lifetime_samples.h"

#include <time.h>

namespace memprof {
namespace {

int64_t Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

// [i] holds 2^(i+6) ns up to twice that; the first all that is shorter.
unsigned LifetimeClass(int64_t nanoseconds) {
  if (nanoseconds < 128) return 0;
  const auto width =
      static_cast<unsigned>(63 - __builtin_clzll(static_cast<uint64_t>(nanoseconds)));
  const unsigned at = width - 6;
  return at < record::kLifetimeClasses ? at : record::kLifetimeClasses - 1;
}

}  // namespace

bool LifetimeSamples::Born(const void* block, ThreadSite* site) noexcept {
  const uint32_t hash = HashOf(block);
  for (uint32_t i = 0; i < kProbes; ++i) {
    Sample& sample = samples_[(hash + i) % kCapacity];
    const void* empty = nullptr;
    if (__atomic_load_n(&sample.block, __ATOMIC_RELAXED) != nullptr ||
        !__atomic_compare_exchange_n(&sample.block, &empty, block, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED)) {
      continue;
    }
    // Nobody reads them before the block is handed out.
    sample.site = site;
    sample.born_ns = Now();
    return true;
  }
  return false;
}

void LifetimeSamples::Died(const void* block) noexcept {
  const uint32_t hash = HashOf(block);
  for (uint32_t i = 0; i < kProbes; ++i) {
    Sample& sample = samples_[(hash + i) % kCapacity];
    if (__atomic_load_n(&sample.block, __ATOMIC_ACQUIRE) != block) continue;
    const unsigned at = LifetimeClass(Now() - sample.born_ns);
    __atomic_add_fetch(&sample.site->site.lifetimes[at], 1, __ATOMIC_RELAXED);
    __atomic_store_n(&sample.block, nullptr, __ATOMIC_RELEASE);
    return;
  }
}

}  // namespace memprof
