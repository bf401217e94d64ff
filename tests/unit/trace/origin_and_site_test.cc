// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

#include "gtest_plugin/trace/origin_table.h"
#include "gtest_plugin/trace/site_table.h"

namespace memprof {
namespace {

TEST(OriginTable, NumbersAreNeverZeroAndNeverGivenTwice) {
  OriginTable table;
  ASSERT_TRUE(table.Start());
  OriginTable::Handful one;
  OriginTable::Handful other;
  std::set<uint32_t> numbers;
  for (uint32_t i = 0; i < 100; ++i) {
    numbers.insert(table.Add(&one, i, 1000 + i, 1));
    numbers.insert(table.Add(&other, i, 2000 + i, 2));
  }
  EXPECT_EQ(numbers.size(), 200u);
  EXPECT_GE(*numbers.begin(), 1u);
  EXPECT_LT(*numbers.rbegin(), table.end());
}

TEST(OriginTable, KeepsWhoMadeWhat) {
  OriginTable table;
  ASSERT_TRUE(table.Start());
  OriginTable::Handful handful;
  const uint32_t number = table.Add(&handful, 5, 6, 7);
  EXPECT_EQ(table[number].stack, 5u);
  EXPECT_EQ(table[number].window, 6u);
  EXPECT_EQ(table[number].thread, 7u);
  EXPECT_EQ(table[number].is_written, 0u);
}

TEST(ThreadSite, SizesFallIntoClassesByPowersOfTwo) {
  const struct {
    uint64_t bytes;
    unsigned size_class;
  } rows[] = {
      {0, 0},           {1, 1},
      {2, 2},           {3, 2},
      {4, 3},           {7, 3},
      {8, 4},           {4095, 12},
      {4096, 13},       {(1u << 30) - 1, 30},
      {1u << 30, 31},   {uint64_t{1} << 31, 31},
      {UINT64_MAX, 31},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(ThreadSite::SizeClass(row.bytes), row.size_class) << row.bytes;
  }
}

TEST(ThreadSite, AddsUpBytesAndKnowsTheLargest) {
  ThreadSite site = {};
  for (const uint64_t bytes : {3, 100, 0, 2}) site.Add(bytes);
  EXPECT_EQ(site.site.bytes, 105u);
  EXPECT_EQ(site.site.largest, 100u);
  EXPECT_EQ(site.site.sizes[0], 1u);
  EXPECT_EQ(site.site.sizes[2], 2u);
  EXPECT_EQ(site.site.sizes[7], 1u);
}

TEST(SiteIndex, FindsEverySiteWhileItGrows) {
  SiteTable table;
  ASSERT_TRUE(table.Start());
  SiteIndex index;
  EXPECT_EQ(index.Find(1), nullptr);
  std::vector<ThreadSite*> sites;
  constexpr uint32_t kStacks = 20000;
  for (uint32_t stack = 0; stack < kStacks; ++stack) {
    ASSERT_EQ(index.Find(stack), nullptr);
    sites.push_back(table.Add(stack));
    ASSERT_NE(sites.back(), nullptr);
    EXPECT_EQ(sites.back()->window, ThreadSite::kNoWindow);
    index.Put(stack, sites.back());
    ASSERT_EQ(index.Find(stack), sites.back());
  }
  for (uint32_t stack = 0; stack < kStacks; ++stack) {
    ASSERT_EQ(index.Find(stack), sites[stack]);
    ASSERT_EQ(sites[stack]->site.stack, stack);
  }
  EXPECT_EQ(index.Find(kStacks), nullptr);
  EXPECT_EQ(table.count(), kStacks);
  table.Release();
}

TEST(SiteIndex, AThreadThatTakesOverHasOriginsOfItsOwn) {
  SiteTable table;
  ASSERT_TRUE(table.Start());
  SiteIndex index;
  index.BeginAnew();
  ThreadSite* const site = table.Add(3);
  index.Put(3, site);
  site->window = 12;
  site->site.bytes = 100;
  index.BeginAnew();
  EXPECT_EQ(site->window, ThreadSite::kNoWindow);
  EXPECT_EQ(index.Find(3)->site.bytes, 100u);
  table.Release();
}

}  // namespace
}  // namespace memprof
