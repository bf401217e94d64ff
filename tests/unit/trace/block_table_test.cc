// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/block_table.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <vector>

namespace memprof {
namespace {

constexpr uint64_t Word(uint32_t origin, uint64_t size) { return (uint64_t{origin} << 32) | size; }

const void* At(uintptr_t address) { return reinterpret_cast<const void*>(address); }

std::unique_ptr<BlockTable> Started(unsigned granule_shift) {
  auto table = std::make_unique<BlockTable>();
  table->Start(granule_shift);
  return table;
}

struct Seen {
  uintptr_t address;
  uint32_t origin;
  uint64_t size;
  bool operator==(const Seen&) const = default;
};

std::vector<Seen> All(const BlockTable& table) {
  std::vector<Seen> all;
  table.ForEach([&all](uintptr_t address, uint64_t word) {
    all.push_back({address, BlockWord::Origin(word), word & BlockWord::kSizeMask});
  });
  return all;
}

TEST(BlockTable, GivesBackOnceWhatWasStored) {
  const auto table = Started(5);
  ASSERT_TRUE(table->Store(At(0x55550010), Word(7, 24)));
  const uint64_t word = table->Take(At(0x55550010));
  EXPECT_EQ(BlockWord::Origin(word), 7u);
  EXPECT_EQ(word & BlockWord::kSizeMask, 24u);
  EXPECT_EQ(table->Take(At(0x55550010)), 0u);
}

TEST(BlockTable, ABlockOfNoBytesIsKnown) {
  const auto table = Started(5);
  ASSERT_TRUE(table->Store(At(0x1000), Word(1, 0)));
  EXPECT_NE(table->Take(At(0x1000)), 0u);
}

TEST(BlockTable, BlocksThatWereNeverStoredAreUnknown) {
  const auto table = Started(5);
  EXPECT_EQ(table->Take(At(0x1000)), 0u);
  ASSERT_TRUE(table->Store(At(0x1000), Word(1, 8)));
  EXPECT_EQ(table->Take(At(0x1020)), 0u);
  EXPECT_EQ(table->Take(At(0x0fe0)), 0u);
}

TEST(BlockTable, AWalkTellsTheHalfOfTheGranuleThatABlockBeginsIn) {
  const auto table = Started(5);
  for (const uintptr_t address : {0x1010, 0x1000}) {
    ASSERT_TRUE(table->Store(At(address), Word(3, 9)));
    EXPECT_EQ(All(*table), (std::vector<Seen>{{address, 3, 9}}));
    EXPECT_NE(table->Take(At(address)), 0u);
    EXPECT_TRUE(All(*table).empty());
  }
}

TEST(BlockTable, AGranuleOfEightBytesKeepsNeighboursApart) {
  const auto table = Started(3);
  for (uintptr_t i = 0; i < 8; ++i) {
    ASSERT_TRUE(table->Store(At(0x1000 + 8 * i), Word(1, i)));
  }
  ASSERT_EQ(All(*table).size(), 8u);
  for (uintptr_t i = 0; i < 8; ++i) {
    EXPECT_EQ(All(*table)[i], (Seen{0x1000 + 8 * i, 1, i}));
    EXPECT_EQ(table->Take(At(0x1000 + 8 * i)) & BlockWord::kSizeMask, i);
    ASSERT_TRUE(table->Store(At(0x1000 + 8 * i), Word(1, i)));
  }
}

TEST(BlockTable, ReachesFromTheFirstToTheLastUserAddress) {
  for (const unsigned shift : {5u, 3u}) {
    const auto table = Started(shift);
    const std::vector<uintptr_t> ends = {0x20,
                                         0x3fffffe0,
                                         0x40000000,
                                         0x40000010 + 0x20,
                                         0x5555deadbe0,
                                         0x7fffbfffffe0u,
                                         0x7fffffffffe0u - 0x20,
                                         0x7ffffffffff0u};
    for (const uintptr_t address : ends) {
      ASSERT_TRUE(table->Store(At(address), Word(1, address & 0xffff)));
    }
    const std::vector<Seen> all = All(*table);
    ASSERT_EQ(all.size(), ends.size());
    for (size_t i = 0; i < ends.size(); ++i) {
      EXPECT_EQ(all[i], (Seen{ends[i], 1, ends[i] & 0xffff}));
      EXPECT_NE(table->Take(At(ends[i])), 0u);
    }
    EXPECT_TRUE(All(*table).empty());
  }
}

TEST(BlockTable, AWalkSeesEveryBlockInTheOrderOfAddresses) {
  const auto table = Started(5);
  std::map<uintptr_t, Seen> stored;
  uint64_t state = 88172645463325252u;
  for (uint32_t i = 1; i <= 50000; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    // Near and far, and at times in the granule of another, which then takes its place.
    const uintptr_t address = 0x7f0000000000u + ((state >> 20) % (uintptr_t{3} << 28)) * 16;
    stored.erase(address & ~uintptr_t{31});
    stored.erase(address | 16);
    stored[address] = {address, i, i};
    ASSERT_TRUE(table->Store(At(address), Word(i, i)));
  }
  std::vector<Seen> wanted;
  for (const auto& [address, seen] : stored) wanted.push_back(seen);
  EXPECT_EQ(All(*table), wanted);
}

TEST(BlockTable, CostsWhatItHasTouched) {
  const auto table = Started(5);
  EXPECT_EQ(table->TouchedBytes(), 0u);
  table->Store(At(0x40000000), Word(1, 1));
  const uint64_t first = table->TouchedBytes();
  EXPECT_GE(first, 4096u);
  table->Store(At(0x40000020), Word(1, 1));
  EXPECT_EQ(table->TouchedBytes(), first);
  table->Store(At(0x40000000 + 512 * 32), Word(1, 1));
  EXPECT_EQ(table->TouchedBytes(), first + 4096);
}

TEST(HugeSizes, AreKeptByBlock) {
  const auto sizes = std::make_unique<HugeSizes>();
  sizes->Put(At(0x1000), uint64_t{2} << 30);
  sizes->Put(At(0x2000), uint64_t{1} << 40);
  EXPECT_EQ(sizes->Get(At(0x1000)), uint64_t{2} << 30);
  EXPECT_EQ(sizes->Get(At(0x2000)), uint64_t{1} << 40);
  sizes->Remove(At(0x1000));
  EXPECT_EQ(sizes->Get(At(0x1000)), 0u);
  EXPECT_EQ(sizes->Get(At(0x2000)), uint64_t{1} << 40);
  sizes->Put(At(0x3000), 5);
  EXPECT_EQ(sizes->Get(At(0x3000)), 5u);
}

TEST(HugeSizes, BeyondTheirNumberAreUnknown) {
  const auto sizes = std::make_unique<HugeSizes>();
  for (uintptr_t i = 1; i <= 1025; ++i) sizes->Put(At(i << 30), i);
  for (uintptr_t i = 1; i <= 1024; ++i) ASSERT_EQ(sizes->Get(At(i << 30)), i);
  EXPECT_EQ(sizes->Get(At(uintptr_t{1025} << 30)), 0u);
  sizes->Remove(At(uintptr_t{1025} << 30));
  EXPECT_EQ(sizes->Get(At(uintptr_t{1024} << 30)), 1024u);
}

}  // namespace
}  // namespace memprof
