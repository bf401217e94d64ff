// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/trace_profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/analyze/record_builder.h"
#include "tests/unit/analyze/trace_builder.h"

namespace memprof {
namespace {

/// Two tests in a few runs. Stacks are named "f<number>", called by "body".
class Traced {
 public:
  explicit Traced(std::uint32_t runs = 3) {
    one = record_.AddTest("Suite", "One");
    two = record_.AddTest("Suite", "Two");
    for (std::uint32_t run = 0; run < runs; ++run) {
      in_one.push_back(trace.AddTestWindow(one, run));
      record_.Run(one, {});
      record_.Run(two, {});
      record_.EndIteration({});
    }
  }

  std::uint32_t AddCall(std::uint64_t bytes, std::uint64_t allocations = 1,
                        const record::Site& shape = {}) {
    const std::uint32_t stack = trace.AddStack({0x1000 + 16 * trace.trace().stacks.size()});
    record::Site& site = trace.AddSite(stack);
    site = shape;
    site.stack = stack;
    site.bytes = bytes;
    site.allocations = allocations;
    return stack;
  }

  Profile Told(const ProfileTypes& types = {}) {
    return TraceProfile(
        trace.In(record_.record()),
        [this](std::uint32_t stack) {
          ++named;
          return NameOf(stack);
        },
        types);
  }

  std::optional<Stack> NameOf(std::uint32_t stack) const {
    if (stack == nobodys) return std::nullopt;
    if (stack == nameless) return Stack();
    const std::uint32_t name = stack == same_as_first ? 1 : stack;
    return Stack{{"f" + std::to_string(name), "src/a.cc", int(name), "/bin/test", 16 * stack},
                 {"body", "src/a.cc", 99, "/bin/test", 7}};
  }

  TraceBuilder trace;
  std::uint32_t one = 0, two = 0;
  std::vector<std::uint32_t> in_one;
  std::uint32_t nobodys = UINT32_MAX, nameless = UINT32_MAX, same_as_first = UINT32_MAX;
  std::size_t named = 0;

 private:
  RecordBuilder record_;
};

std::vector<std::string> FunctionsOf(const Profile& profile, const ProfileSite& site) {
  std::vector<std::string> functions;
  for (const std::uint32_t frame : site.stack) functions.push_back(profile.frames[frame].function);
  return functions;
}

ProfileFigures SumOf(const Profile& profile) {
  ProfileFigures sum = profile.other;
  for (const ProfileSite& site : profile.sites) {
    sum.allocated_bytes += site.figures.allocated_bytes;
    sum.allocations += site.figures.allocations;
    sum.kept_bytes += site.figures.kept_bytes;
    sum.kept_blocks += site.figures.kept_blocks;
  }
  return sum;
}

TEST(TraceProfile, TellsWhatEachCallAllocatesAndKeeps) {
  Traced traced;
  const std::uint32_t freed = traced.AddCall(5000, 50);
  const std::uint32_t kept = traced.AddCall(300, 3);
  for (std::uint32_t run = 0; run < 3; ++run) {
    traced.trace.SetSurvivors(run, traced.trace.AddOrigin(kept, traced.in_one[run]), 1, 100);
  }
  const Profile profile = traced.Told();
  EXPECT_EQ(profile.name, "2 suspects, 3 runs");
  EXPECT_EQ(profile.tests, (std::vector<std::string>{"Suite.One", "Suite.Two"}));
  EXPECT_EQ(profile.runs, 3);
  ASSERT_EQ(profile.sites.size(), 2u);
  EXPECT_EQ(FunctionsOf(profile, profile.sites[0]),
            (std::vector<std::string>{"f" + std::to_string(kept), "body"}));
  EXPECT_EQ(profile.sites[0].figures, (ProfileFigures{300, 3, 0, 0, 300, 3}));
  EXPECT_EQ(profile.sites[1].figures, (ProfileFigures{5000, 50, 0, 0, 0, 0}));
  EXPECT_EQ(profile.frames.size(), 3u) << "body is there once";
  EXPECT_EQ(profile.frames[0].module_offset, 0u);
  EXPECT_EQ(profile.live_bytes, (std::vector<std::int64_t>{100, 200, 300}));
  EXPECT_EQ(profile.other, ProfileFigures());
  EXPECT_NE(freed, kept);
}

TEST(TraceProfile, WhatIsFreedLaterIsNotKept) {
  Traced traced;
  const std::uint32_t origin = traced.trace.AddOrigin(traced.AddCall(700), traced.in_one[0]);
  traced.trace.SetSurvivors(0, origin, 1, 700);
  traced.trace.SetSurvivors(2, origin, 0, 0);
  const Profile profile = traced.Told();
  EXPECT_EQ(profile.sites[0].figures.kept_bytes, 0u);
  EXPECT_EQ(profile.live_bytes, (std::vector<std::int64_t>{700, 700, 0}));
}

TEST(TraceProfile, WhatIsNobodysIsInNoFigure) {
  Traced traced;
  const std::uint32_t user = traced.AddCall(1000);
  traced.nobodys = traced.AddCall(900'000);
  for (const std::uint32_t stack : {user, traced.nobodys}) {
    traced.trace.SetSurvivors(2, traced.trace.AddOrigin(stack, traced.in_one[2]), 1, 64);
  }
  const Profile profile = traced.Told();
  ASSERT_EQ(profile.sites.size(), 1u);
  EXPECT_EQ(SumOf(profile).allocated_bytes, 1000u);
  EXPECT_EQ(profile.live_bytes.back(), 64);
}

TEST(TraceProfile, WhatHasNoNameAndWhatIsSmallIsInOther) {
  Traced traced;
  traced.nameless = traced.AddCall(4000, 4);
  traced.AddCall(100'000, 10);
  traced.AddCall(7, 1);                               // less than a thousandth
  traced.trace.AddSite(record::kNoStack).bytes = 11;  // its stack found no room
  const Profile profile = traced.Told();
  ASSERT_EQ(profile.sites.size(), 1u);
  EXPECT_EQ(profile.other, (ProfileFigures{4018, 5, 0, 0, 0, 0}));
}

TEST(TraceProfile, RegistrationsOfTestsAreNobodys) {
  Traced traced;
  const std::uint32_t before = traced.trace.AddWindow(record::kBeforeTests);
  traced.AddCall(100'000'000);
  for (int i = 0; i < 50; ++i) {
    traced.trace.SetSurvivors(0, traced.trace.AddOrigin(traced.AddCall(80), before), 1, 80);
  }
  const std::uint32_t large = traced.AddCall(2'000'000);
  traced.trace.SetSurvivors(0, traced.trace.AddOrigin(large, before), 1, 2'000'000);
  const Profile profile = traced.Told();
  EXPECT_EQ(profile.other, ProfileFigures());
  EXPECT_EQ(profile.live_bytes.back(), 2'000'000);
}

TEST(TraceProfile, NamesNoMoreThanItMayAndLosesNothing) {
  Traced traced;
  for (std::size_t i = 0; i < 900; ++i) {
    const std::uint32_t stack = traced.AddCall(1000 + i);
    if (i % 3 != 0) continue;
    traced.trace.SetSurvivors(2, traced.trace.AddOrigin(stack, traced.in_one[2]), 1, 10);
  }
  const Profile profile = traced.Told();
  EXPECT_EQ(traced.named, kMostProfileStacks);
  EXPECT_EQ(SumOf(profile).allocated_bytes, 900'000u + 899 * 900 / 2);
  EXPECT_EQ(SumOf(profile).allocations, 900u);
  EXPECT_EQ(SumOf(profile).kept_bytes, 3000u);
  EXPECT_EQ(profile.live_bytes.back(), 3000);
}

TEST(TraceProfile, StacksThatLookTheSameAreOneSite) {
  Traced traced;
  traced.AddCall(100, 1);
  traced.same_as_first = traced.AddCall(200, 2);
  const Profile profile = traced.Told();
  ASSERT_EQ(profile.sites.size(), 1u);
  EXPECT_EQ(profile.sites[0].figures, (ProfileFigures{300, 3, 0, 0, 0, 0}));
}

TEST(TraceProfile, CallsOfOneStackThatAllocateSeveralTypesAreAsManySites) {
  Traced traced;
  traced.AddCall(100, 1);
  traced.same_as_first = traced.AddCall(200, 2);
  const std::uint32_t other = traced.AddCall(50, 1);
  const std::uint32_t origin = traced.trace.AddOrigin(other, traced.in_one[0]);
  traced.trace.AddPeak(traced.one, 1, {{origin, 1, 50}});
  const Profile profile = traced.Told([&](std::uint32_t stack) {
    return stack == 1 ? std::string("int[]") : stack == other ? std::string() : "Session";
  });
  ASSERT_EQ(profile.sites.size(), 3u);
  EXPECT_EQ(profile.sites[0].stack, profile.sites[1].stack);
  EXPECT_EQ(profile.types.at(profile.sites[0].type), "Session");
  EXPECT_EQ(profile.types.at(profile.sites[1].type), "int[]");
  EXPECT_EQ(profile.sites[2].type, kUnknownType);
  EXPECT_EQ(profile.peaks.at(0).shares.at(0).type, kUnknownType);
}

TEST(TraceProfile, TellsTheShapeOfACallsBlocks) {
  Traced traced;
  record::Site one = {}, two = {};
  one.sizes[7] = 1;
  one.longest_chain = 9;
  one.largest = 100;
  two.sizes[5] = 2;
  two.reallocs = 4;
  two.lifetimes[0] = 3;
  traced.AddCall(100, 1, one);
  traced.same_as_first = traced.AddCall(200, 2, two);
  const Profile profile = traced.Told();
  ASSERT_EQ(profile.sites.size(), 1u);
  const BlockShape expected = {4, 0, 9, 100, {0, 0, 0, 0, 0, 2, 0, 1}, {3}};
  EXPECT_EQ(profile.sites[0].shape, expected);
}

TEST(TraceProfile, WhatIsLeftOutMakesTheSumsThoseOfTheProcess) {
  Traced traced;
  traced.AddCall(1000, 10);
  traced.nobodys = traced.AddCall(900'000, 7);
  traced.AddCall(3, 1);  // not worth a name
  const Profile profile = traced.Told();
  ASSERT_TRUE(profile.left_out.has_value());
  EXPECT_EQ(profile.left_out->allocated_bytes, 900'000u);
  EXPECT_EQ(SumOf(profile).allocated_bytes + profile.left_out->allocated_bytes, 901'003u);
  EXPECT_EQ(SumOf(profile).allocations + profile.left_out->allocations, 18u);
  EXPECT_FALSE(profile.counted_in_tests.has_value()) << "the windows did not measure the heap";
}

TEST(TraceProfile, TakesTheLastPeakOfEachTestTheHighestFirst) {
  Traced traced;
  const std::uint32_t small = traced.trace.AddOrigin(traced.AddCall(10), traced.in_one[0]);
  const std::uint32_t large = traced.trace.AddOrigin(traced.AddCall(10), traced.in_one[0]);
  const std::uint32_t more = traced.trace.AddOrigin(2, traced.in_one[1]);  // of the same call
  traced.trace.AddPeak(traced.one, 1, {{small, 9, 90'000}});
  traced.trace.AddPeak(traced.one, 2, {{small, 1, 10}, {large, 2, 300}, {more, 1, 50}}, 3, 30);
  traced.trace.AddPeak(traced.two, 2, {{large, 4, 400}});
  const Profile profile = traced.Told();
  ASSERT_EQ(profile.peaks.size(), 2u);
  EXPECT_EQ(profile.peaks[0].test, "Suite.Two");
  const PeakProfile& peak = profile.peaks[1];
  EXPECT_EQ(peak.test, "Suite.One");
  ASSERT_EQ(peak.shares.size(), 2u);
  EXPECT_EQ(peak.shares[0].bytes, 350u);
  EXPECT_EQ(peak.shares[0].blocks, 3u);
  EXPECT_EQ(peak.shares[1].bytes, 10u);
  EXPECT_EQ(peak.other_bytes, 30u);
  EXPECT_EQ(peak.other_blocks, 3u);
}

TEST(TraceProfile, PeaksOfAnotherProcessTakeTheirPlace) {
  Traced first;
  first.AddCall(100);
  Profile profile = first.Told();
  Traced second;
  second.trace.AddPeak(second.two, 1,
                       {{second.trace.AddOrigin(second.AddCall(1), second.in_one[0]), 1, 70}});
  RecordBuilder record;
  record.AddTest("Suite", "One");
  record.AddTest("Suite", "Two");
  TakePeaks(
      second.trace.In(record.record()), [&](std::uint32_t stack) { return second.NameOf(stack); },
      &profile);
  ASSERT_EQ(profile.peaks.size(), 1u);
  EXPECT_EQ(profile.peaks[0].shares[0].stack, profile.sites[0].stack) << "frames are shared";
  EXPECT_EQ(profile.sites.size(), 1u);
}

}  // namespace
}  // namespace memprof
