// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <barrier>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/trace/origin_table.h"
#include "gtest_plugin/trace/site_table.h"
#include "gtest_plugin/trace/stack_table.h"

namespace memprof {
namespace {

constexpr std::uint32_t kStacks = (1u << 20) + 100000;  // more than there is room for
constexpr std::uint32_t kFrames = 3;

std::array<std::uintptr_t, kFrames> StackOf(std::uint32_t i) {
  return {0x400000 + i, 0x500000, 0x600000 + i % 7};
}

/// For ever, as in the plugin.
template <class Table>
Table& Started() {
  auto* const table = new Table();
  EXPECT_TRUE(table->Start());
  return *table;
}

TEST(FullTables, StacksThatThreadsBringTogetherAreKeptOnceUntilThereIsNoRoom) {
  StackTable& table = Started<StackTable>();
  std::vector<std::vector<std::uint32_t>> numbers(3, std::vector<std::uint32_t>(kStacks));
  std::vector<std::thread> threads;
  for (auto& of_thread : numbers) {
    threads.emplace_back([&table, &of_thread] {
      for (std::uint32_t i = 0; i < kStacks; ++i) {
        of_thread[i] = table.Intern(StackOf(i).data(), kFrames, 0, 0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_LE(table.count(), 1u << 20);
  EXPECT_GE(table.lost(), 100000u);
  std::set<std::uint32_t> seen;
  for (std::uint32_t i = 0; i < kStacks; ++i) {
    for (const auto& of_thread : numbers) {
      const std::uint32_t number = of_thread[i];
      if (number == record::kNoStack) continue;
      ASSERT_LE(number, table.count());
      ASSERT_EQ(table[number].addresses[0], StackOf(i)[0]);
      ASSERT_EQ(table[number].addresses[2], StackOf(i)[2]);
      ASSERT_EQ(table[number].frames, kFrames);
      if (&of_thread != &numbers[0]) continue;
      ASSERT_TRUE(seen.insert(number).second);
    }
  }
  // Where several bring a stack at once, those that come second give their numbers back.
  EXPECT_GT(seen.size(), 1000000u);
  // What is there is found as before.
  EXPECT_EQ(table.Intern(StackOf(0).data(), kFrames, 0, 0), numbers[0][0]);
}

TEST(FullTables, OfThreadsThatBringEachStackAtTheSameMomentOneNumberIsUsed) {
  constexpr std::uint32_t kMeetings = 20000;
  StackTable& table = Started<StackTable>();
  std::barrier meeting(2);
  const auto bring = [&] {
    for (std::uint32_t i = 0; i < kMeetings; ++i) {
      meeting.arrive_and_wait();
      table.Intern(StackOf(i).data(), kFrames, 0, 0);
    }
  };
  std::thread other(bring);
  bring();
  other.join();
  EXPECT_GE(table.count(), kMeetings);
  // One may be kept for the next stack.
  EXPECT_LE(table.count(), kMeetings + 1);
  EXPECT_EQ(table.lost(), 0u);
}

TEST(FullTables, SitesWithoutAStackFindRoomWhenOthersDoNot) {
  SiteTable& table = Started<SiteTable>();
  std::uint32_t made = 0;
  while (table.Add(1) != nullptr) ++made;
  EXPECT_EQ(made, 1u << 20);
  EXPECT_EQ(table.Add(2), nullptr);
  ThreadSite* const first = table.Add(record::kNoStack);
  ThreadSite* const second = table.Add(record::kNoStack);
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_NE(first, second);
  EXPECT_EQ(table.count(), made + 2);
}

TEST(FullTables, OriginsEndAtTheirCapacityWithSeveralThreads) {
  OriginTable& table = Started<OriginTable>();
  std::vector<std::uint32_t> last(3);
  std::vector<std::uint32_t> made(3);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < last.size(); ++i) {
    threads.emplace_back([&, i] {
      OriginTable::Handful handful;
      while (const std::uint32_t id = table.Add(&handful, 1, 2, 3)) {
        last[i] = id;
        ++made[i];
      }
      EXPECT_EQ(table.Add(&handful, 1, 2, 3), 0u);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(table.end(), OriginTable::kCapacity);
  EXPECT_EQ(made[0] + made[1] + made[2], table.end() - 1);
  for (const std::uint32_t id : last) EXPECT_LT(id, table.end());
}

}  // namespace
}  // namespace memprof
