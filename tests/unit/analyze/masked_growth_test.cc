// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/masked_growth.h"

#include <gtest/gtest.h>

#include <numeric>

namespace memprof {
namespace {

using Values = std::vector<std::int64_t>;

Values Linear(std::int64_t step) {
  Values values(12);
  std::iota(values.begin(), values.end(), 1);
  for (std::int64_t& value : values) value *= step;
  return values;
}

/// An owner with these sites, in bytes; each block has one.
TracedOwner Owner(const std::vector<Values>& sites) {
  TracedOwner owner;
  owner.scope = Scope::kSuite;
  owner.series.iterations = 12;
  owner.series.live_blocks.resize(12);
  QuantitySeries& live = owner.series.quantities[0];
  live.measured = true;
  live.values.resize(12);
  for (const Values& bytes : sites) {
    owner.sites.push_back({{}, bytes, bytes, 1});
    for (std::size_t i = 0; i < 12; ++i) live.values[i] += bytes[i];
  }
  owner.series.live_blocks = live.values;
  for (Values& kept : live.kept_by_scope) kept.resize(12);
  live.kept_by_scope[1] = live.values;
  return owner;
}

// A container that another owner takes over and gives back.
const Values kComesAndGoes = {0, 500, 0, 0, 900, 0, 900, 0, 0, 900, 0, 0};

TEST(MaskedGrowth, OfOneSiteShowsBesideWhatComesAndGoes) {
  TracedOwner owner = Owner({kComesAndGoes, Linear(32)});
  ASSERT_FALSE(ClassifyGrowth(owner.series.Of(Quantity::kBytes).values).growing);
  UnmaskGrowth({}, &owner);
  EXPECT_EQ(owner.series.Of(Quantity::kBytes).values, Linear(32));
  EXPECT_EQ(owner.series.Of(Quantity::kBytes).kept_by_scope[1], Linear(32));
  EXPECT_EQ(owner.series.Of(Quantity::kBytes).kept_by_scope[0], Values(12));
  EXPECT_EQ(owner.series.live_blocks, Linear(32));
}

TEST(MaskedGrowth, OfSeveralSitesIsTheirSum) {
  TracedOwner owner = Owner({Linear(8), kComesAndGoes, Linear(32)});
  UnmaskGrowth({}, &owner);
  EXPECT_EQ(owner.series.Of(Quantity::kBytes).values, Linear(40));
}

TEST(MaskedGrowth, LeavesGrowthThatShowsAsItIs) {
  TracedOwner owner = Owner({Values(12, 1000), Linear(32)});
  const Values before = owner.series.Of(Quantity::kBytes).values;
  UnmaskGrowth({}, &owner);
  EXPECT_EQ(owner.series.Of(Quantity::kBytes).values, before);
}

TEST(MaskedGrowth, LeavesWhatDoesNotGrowAsItIs) {
  TracedOwner owner = Owner({Values(12, 1000), kComesAndGoes});
  const Values before = owner.series.Of(Quantity::kBytes).values;
  UnmaskGrowth({}, &owner);
  EXPECT_EQ(owner.series.Of(Quantity::kBytes).values, before);
}

// A reaper that slept through all runs but the last; what it freed was in a vector.
TEST(MaskedGrowth, IsNotTheRoomOfAContainerThatWasEmptied) {
  Values pending = Linear(500);
  pending.back() = 0;
  const Values doubling = {24, 48, 96, 96, 192, 192, 192, 192, 384, 384, 384, 384};
  ASSERT_TRUE(ClassifyGrowth(doubling, {}).growing);
  TracedOwner owner = Owner({pending, doubling});
  const Values before = owner.series.Of(Quantity::kBytes).values;
  UnmaskGrowth({}, &owner);
  EXPECT_EQ(owner.series.Of(Quantity::kBytes).values, before);

  TracedOwner also_leaks = Owner({pending, doubling, Linear(32)});
  UnmaskGrowth({}, &also_leaks);
  EXPECT_EQ(also_leaks.series.Of(Quantity::kBytes).values, Linear(32));
}

}  // namespace
}  // namespace memprof
