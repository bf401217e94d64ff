// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/lifetime_samples.h"

#include <gtest/gtest.h>
#include <time.h>

#include <memory>
#include <numeric>
#include <vector>

namespace memprof {
namespace {

const void* At(uintptr_t address) { return reinterpret_cast<const void*>(address); }

uint32_t Sum(const ThreadSite& site) {
  return std::accumulate(std::begin(site.site.lifetimes), std::end(site.site.lifetimes), 0u);
}

TEST(LifetimeSamples, ALifeIsAddedToItsSiteByItsLength) {
  const auto samples = std::make_unique<LifetimeSamples>();
  ThreadSite brief = {};
  ThreadSite lasting = {};
  ASSERT_TRUE(samples->Born(At(0x1000), &lasting));
  ASSERT_TRUE(samples->Born(At(0x2000), &brief));
  samples->Died(At(0x2000));
  const timespec pause = {0, 3000000};
  nanosleep(&pause, nullptr);
  samples->Died(At(0x1000));
  EXPECT_EQ(Sum(brief), 1u);
  ASSERT_EQ(Sum(lasting), 1u);
  // 2^21 ns is 2.1 ms; a busy machine may make it longer, and never shorter.
  for (int i = 0; i < 21 - 6; ++i) EXPECT_EQ(lasting.site.lifetimes[i], 0u);
}

TEST(LifetimeSamples, ABlockDiesOnce) {
  const auto samples = std::make_unique<LifetimeSamples>();
  ThreadSite site = {};
  samples->Died(At(0x1000));
  ASSERT_TRUE(samples->Born(At(0x1000), &site));
  samples->Died(At(0x1000));
  samples->Died(At(0x1000));
  EXPECT_EQ(Sum(site), 1u);
}

TEST(LifetimeSamples, WhatFindsNoRoomIsNoSampleAndTheRestLivesOn) {
  const auto samples = std::make_unique<LifetimeSamples>();
  ThreadSite site = {};
  std::vector<uintptr_t> born;
  for (uintptr_t i = 1; i <= 40000; ++i) {
    if (samples->Born(At(i * 16), &site)) born.push_back(i * 16);
  }
  EXPECT_LE(born.size(), 1u << 14);
  EXPECT_GT(born.size(), 1u << 13);
  for (const uintptr_t address : born) samples->Died(At(address));
  EXPECT_EQ(Sum(site), born.size());
  EXPECT_TRUE(samples->Born(At(40001 * 16), &site));
}

}  // namespace
}  // namespace memprof
