// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/same_code.h"

#include <gtest/gtest.h>

namespace memprof {
namespace {

using Numbers = std::vector<std::uint32_t>;

RecordedModule Loaded(const char* path, std::uint64_t begin, std::uint32_t first_epoch,
                      std::uint32_t last_epoch, const char* build_id = "a") {
  return {path, build_id, begin, begin, begin + 0x1000, first_epoch, last_epoch};
}

/// One program that stays, and a plug-in that is loaded three times: in the third at another place.
RecordedTrace ThreeLoads() {
  RecordedTrace trace;
  trace.modules = {Loaded("program", 0x10000, 0, UINT32_MAX), Loaded("plugin.so", 0x50000, 1, 1),
                   Loaded("plugin.so", 0x50000, 3, 3), Loaded("plugin.so", 0x70000, 5, 5)};
  trace.stacks = {
      {}, {1, 0, {0x50010, 0x10020}}, {3, 0, {0x50010, 0x10020}}, {5, 0, {0x70010, 0x10020}}};
  return trace;
}

TEST(SameCode, IsThatOfAPlugInWhereverAndWheneverItIsLoaded) {
  EXPECT_EQ(FirstOfSameCode(ThreeLoads()), (Numbers{0, 1, 1, 1}));
}

TEST(SameCode, IsThatOfTheFirstLoadWhichNothingPreceded) {
  RecordedTrace trace = ThreeLoads();
  trace.modules[1].first_epoch = 0;
  trace.stacks[1].epoch = 0;
  EXPECT_EQ(FirstOfSameCode(trace), (Numbers{0, 1, 1, 1}));
}

TEST(SameCode, IsNotThatOfAnotherCallInIt) {
  RecordedTrace trace = ThreeLoads();
  trace.stacks[2].addresses[0] = 0x50018;
  EXPECT_EQ(FirstOfSameCode(trace), (Numbers{0, 1, 2, 1}));
}

TEST(SameCode, IsNotThatOfAnotherPlugInAtTheSamePlace) {
  RecordedTrace trace = ThreeLoads();
  trace.modules[2].path = "other.so";
  EXPECT_EQ(FirstOfSameCode(trace), (Numbers{0, 1, 2, 1}));
}

TEST(SameCode, IsNotThatOfAPlugInThatWasBuiltAnew) {
  RecordedTrace trace = ThreeLoads();
  trace.modules[3].build_id = "b";
  EXPECT_EQ(FirstOfSameCode(trace), (Numbers{0, 1, 1, 3}));
}

TEST(SameCode, TakesNoHeedOfAModuleThatIsGone) {
  RecordedTrace trace = ThreeLoads();
  // It lay within what the second load covers.
  trace.modules.push_back(Loaded("gone.so", 0x50008, 0, 1));
  trace.modules[1].end = 0x50004;
  EXPECT_EQ(FirstOfSameCode(trace)[3], 2u);
}

TEST(SameCode, OfStacksThatStayedIsThatOfEachAlone) {
  RecordedTrace trace = ThreeLoads();
  for (RecordedStack& stack : trace.stacks) stack = {0, 0, {0x10020}};
  EXPECT_EQ(FirstOfSameCode(trace), (Numbers{0, 1, 2, 3}));
}

TEST(SameCode, WithoutAModuleIsThatOfTheAddress) {
  RecordedTrace trace = ThreeLoads();
  trace.modules.clear();
  EXPECT_EQ(FirstOfSameCode(trace), (Numbers{0, 1, 1, 3}));
}

}  // namespace
}  // namespace memprof
