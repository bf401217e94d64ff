// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/trace_owners.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <set>

#include "tests/unit/analyze/record_builder.h"
#include "tests/unit/analyze/trace_builder.h"

namespace memprof {
namespace {

using Values = std::vector<std::int64_t>;

/// A suite of two tests that ran a few times, for traces to be told of.
class Scenario {
 public:
  explicit Scenario(std::uint32_t iterations) : iterations_(iterations) {
    one = record_.AddTest("Suite", "One");
    two = record_.AddTest("Suite", "Two");
    before = trace.AddWindow(record::kBeforeTests);
    for (std::uint32_t i = 0; i < iterations; ++i) {
      within_one.push_back(trace.AddTestWindow(one, i));
      within_two.push_back(trace.AddTestWindow(two, i));
      within_suite.push_back(trace.AddWindow(record::kWithinSuite, record::kNoTest, i, "Suite"));
      within_program.push_back(trace.AddWindow(record::kWithinProgram, record::kNoTest, i));
      record_.Run(one, Kept(0));
      record_.Run(two, Kept(0));
      record_.EndSuite("Suite", Kept(0));
      record_.EndIteration(Kept(0), Live(0));
    }
    after = trace.AddWindow(record::kAfterTests, record::kNoTest, iterations);
    file = record_.record();
  }

  /// A block that is made in each iteration and never freed.
  void Leak(std::uint32_t stack, const std::vector<std::uint32_t>& windows, std::uint64_t bytes,
            std::uint32_t thread = 0) {
    for (std::uint32_t i = 0; i < iterations_; ++i) {
      trace.SetSurvivors(i, trace.AddOrigin(stack, windows[i], thread), 1, bytes);
    }
  }

  std::vector<TracedOwner> Owners() {
    const StackReader reader = {[this](std::uint32_t stack) {
                                  resolved.insert(stack);
                                  Frame frame;
                                  frame.function = "f" + std::to_string(stack);
                                  return Stack{frame};
                                },
                                [this](std::uint32_t stack) { return stack == framework_stack; }};
    return BuildTracedOwners(trace.In(file), reader);
  }

  TraceBuilder trace;
  RecordFile file;
  std::uint32_t one = 0;
  std::uint32_t two = 0;
  std::uint32_t before = 0;
  std::uint32_t after = 0;
  std::vector<std::uint32_t> within_one;
  std::vector<std::uint32_t> within_two;
  std::vector<std::uint32_t> within_suite;
  std::vector<std::uint32_t> within_program;
  std::uint32_t framework_stack = record::kNoStack;
  std::set<std::uint32_t> resolved;

 private:
  const std::uint32_t iterations_;
  RecordBuilder record_;
};

// The owners of a Scenario.
constexpr std::size_t kOne = 0;
constexpr std::size_t kTwo = 1;
constexpr std::size_t kSuite = 2;
constexpr std::size_t kProgram = 3;

const Values& Bytes(const TracedOwner& owner) { return owner.series.Of(Quantity::kBytes).values; }
const Values& Descriptors(const TracedOwner& owner) {
  return owner.series.Of(Quantity::kDescriptors).values;
}

TEST(TraceOwners, AreTheTestsThenTheSuitesThenTheProgram) {
  const auto owners = Scenario(1).Owners();
  ASSERT_EQ(owners.size(), 4u);
  EXPECT_EQ(owners[kOne].name, "Suite.One");
  EXPECT_EQ(owners[kTwo].name, "Suite.Two");
  EXPECT_EQ(owners[kSuite].name, "Suite");
  EXPECT_EQ(owners[kSuite].scope, Scope::kSuite);
  EXPECT_EQ(owners[kProgram].name, "");
  EXPECT_EQ(owners[kProgram].scope, Scope::kProgram);
}

TEST(TraceOwners, ALeakGrowsInItsTestAlone) {
  Scenario scenario(4);
  const std::uint32_t stack = scenario.trace.AddStack({0x10});
  scenario.Leak(stack, scenario.within_one, 24);
  const auto owners = scenario.Owners();
  EXPECT_EQ(Bytes(owners[kOne]), (Values{24, 48, 72, 96}));
  EXPECT_EQ(owners[kOne].series.live_blocks, (Values{1, 2, 3, 4}));
  EXPECT_EQ(owners[kOne].series.iterations, 4);
  EXPECT_TRUE(owners[kOne].series.Of(Quantity::kBytes).measured);
  const auto& kept = owners[kOne].series.Of(Quantity::kBytes).kept_by_scope;
  EXPECT_EQ(kept[0], (Values{24, 48, 72, 96}));
  EXPECT_EQ(kept[1], (Values{0, 0, 0, 0}));
  ASSERT_EQ(owners[kOne].sites.size(), 1u);
  EXPECT_EQ(owners[kOne].sites[0].stack[0].function, "f" + std::to_string(stack));
  EXPECT_EQ(owners[kOne].sites[0].bytes, (Values{24, 48, 72, 96}));
  EXPECT_EQ(owners[kOne].sites[0].blocks, (Values{1, 2, 3, 4}));
  EXPECT_EQ(owners[kOne].sites[0].iterations_made, 4);
  for (std::size_t other : {kTwo, kSuite, kProgram}) {
    EXPECT_EQ(Bytes(owners[other]), (Values{0, 0, 0, 0}));
    EXPECT_TRUE(owners[other].sites.empty());
  }
}

TEST(TraceOwners, ABufferThatIsReplacedIsOneSeries) {
  Scenario scenario(3);
  const std::uint32_t stack = scenario.trace.AddStack({0x10});
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const std::uint32_t made = scenario.trace.AddOrigin(stack, scenario.within_one[i]);
    if (i > 0) scenario.trace.SetSurvivors(i, last, 0, 0);
    scenario.trace.SetSurvivors(i, made, 1, 100u << i);
    last = made;
  }
  const std::vector<TracedOwner> owners = scenario.Owners();
  ASSERT_EQ(owners[0].sites.size(), 1u);
  EXPECT_EQ(owners[0].sites[0].bytes, (Values{100, 200, 400}));
  EXPECT_EQ(owners[0].sites[0].blocks, (Values{1, 1, 1}));
  EXPECT_EQ(owners[0].sites[0].iterations_made, 1);
}

TEST(TraceOwners, WhatALaterTestFreesIsKeptByNobody) {
  // One makes a block that Two frees within the iteration, so the trace never names its origin; and
  // another that Two frees in the next iteration.
  Scenario scenario(4);
  const std::uint32_t stack = scenario.trace.AddStack({0x10});
  std::vector<std::uint32_t> origins;
  for (std::uint32_t i = 0; i < 4; ++i) {
    origins.push_back(scenario.trace.AddOrigin(stack, scenario.within_one[i]));
    scenario.trace.SetSurvivors(i, origins[i], 1, 64);
    if (i > 0) scenario.trace.SetSurvivors(i, origins[i - 1], 0, 0);
  }
  const auto owners = scenario.Owners();
  EXPECT_EQ(Bytes(owners[kOne]), (Values{64, 64, 64, 64}));
  EXPECT_EQ(Bytes(owners[kTwo]), (Values{0, 0, 0, 0}));
  ASSERT_EQ(owners[kOne].sites.size(), 1u);
  EXPECT_EQ(owners[kOne].sites[0].iterations_made, 1);
}

TEST(TraceOwners, OneStackOfTwoTestsIsTwoSites) {
  Scenario scenario(2);
  const std::uint32_t stack = scenario.trace.AddStack({0x10});
  scenario.Leak(stack, scenario.within_one, 10);
  scenario.Leak(stack, scenario.within_two, 7, /*thread=*/3);
  const auto owners = scenario.Owners();
  EXPECT_EQ(Bytes(owners[kOne]), (Values{10, 20}));
  EXPECT_EQ(Bytes(owners[kTwo]), (Values{7, 14}));
  EXPECT_EQ(owners[kOne].sites.size(), 1u);
  EXPECT_EQ(owners[kTwo].sites.size(), 1u);
}

TEST(TraceOwners, SuitesAndTheProgramOwnWhatIsOutsideOfTests) {
  Scenario scenario(3);
  const std::uint32_t stack = scenario.trace.AddStack({0x10});
  scenario.Leak(stack, scenario.within_suite, 5);
  scenario.Leak(stack, scenario.within_program, 3);
  scenario.trace.SetSurvivors(0, scenario.trace.AddOrigin(stack, scenario.before), 2, 100);
  const auto owners = scenario.Owners();
  EXPECT_EQ(Bytes(owners[kOne]), (Values{0, 0, 0}));
  EXPECT_EQ(Bytes(owners[kSuite]), (Values{5, 10, 15}));
  EXPECT_EQ(owners[kSuite].series.Of(Quantity::kBytes).kept_by_scope[1], (Values{5, 10, 15}));
  EXPECT_EQ(Bytes(owners[kProgram]), (Values{103, 106, 109}));
}

TEST(TraceOwners, WhatGoogleTestKeepsForItselfIsNobodys) {
  Scenario scenario(3);
  scenario.framework_stack = scenario.trace.AddStack({0x10});
  scenario.Leak(scenario.framework_stack, scenario.within_one, 500);
  scenario.Leak(scenario.trace.AddStack({0x20}), scenario.within_one, 1);
  const auto owners = scenario.Owners();
  EXPECT_EQ(Bytes(owners[kOne]), (Values{1, 2, 3}));
  EXPECT_EQ(owners[kOne].sites.size(), 1u);
}

TEST(TraceOwners, BlocksWithoutAStackAreCounted) {
  Scenario scenario(2);
  scenario.Leak(record::kNoStack, scenario.within_one, 9);
  const auto owners = scenario.Owners();
  EXPECT_EQ(Bytes(owners[kOne]), (Values{9, 18}));
  ASSERT_EQ(owners[kOne].sites.size(), 1u);
  EXPECT_TRUE(owners[kOne].sites[0].stack.empty());
}

TEST(TraceOwners, AnIterationThatDidNotFinishIsLeftOut) {
  Scenario scenario(4);
  scenario.Leak(scenario.trace.AddStack({0x10}), scenario.within_one, 10);
  scenario.file.iterations[1].finished = false;
  scenario.file.iterations[3].finished = false;
  const auto owners = scenario.Owners();
  EXPECT_EQ(Bytes(owners[kOne]), (Values{10, 30}));
  EXPECT_EQ(owners[kOne].series.iterations, 2);
}

TEST(TraceOwners, StacksOfWhatWasFreedAreNotResolved) {
  Scenario scenario(2);
  const std::uint32_t gone = scenario.trace.AddStack({0x10});
  const std::uint32_t kept = scenario.trace.AddStack({0x20});
  const std::uint32_t origin = scenario.trace.AddOrigin(gone, scenario.within_one[0]);
  scenario.trace.SetSurvivors(0, origin, 1, 10);
  scenario.trace.SetSurvivors(1, origin, 0, 0);
  scenario.Leak(kept, scenario.within_one, 1);
  scenario.Owners();
  EXPECT_EQ(scenario.resolved, std::set<std::uint32_t>{kept});
}

TEST(TraceOwners, BeyondSixtyFourSitesTheRestIsOneAndWhatGrowsIsTold) {
  Scenario scenario(4);
  for (std::uint32_t i = 0; i < 100; ++i) {
    const std::uint32_t stack = scenario.trace.AddStack({0x1000 + i});
    const std::uint32_t origin = scenario.trace.AddOrigin(stack, scenario.within_one[0]);
    scenario.trace.SetSurvivors(0, origin, 1, 1000 + i);
  }
  const std::uint32_t small = scenario.trace.AddStack({0x10});
  scenario.Leak(small, scenario.within_one, 1);
  const auto owners = scenario.Owners();
  const std::vector<TracedSite>& sites = owners[kOne].sites;
  ASSERT_EQ(sites.size(), kMostSites + 1);
  Values sum(4);
  for (const TracedSite& site : sites) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += site.bytes[i];
  }
  EXPECT_EQ(sum, Bytes(owners[kOne]));
  EXPECT_TRUE(sites.back().stack.empty());
  EXPECT_EQ(sites.front().bytes.back(), 1099);
  EXPECT_TRUE(scenario.resolved.contains(small)) << "one byte a run among a hundred that rest";
}

TEST(TraceOwners, ResourcesBelongToTheTestThatOpenedThem) {
  Scenario scenario(3);
  const std::uint32_t stack = scenario.trace.AddStack({0x10});
  std::int32_t open = 3;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const std::uint32_t origin = scenario.trace.AddOrigin(stack, scenario.within_one[i]);
    scenario.trace.AddResource(record::kDescriptor, i, origin, 10 + i, "/tmp/a.log");
    scenario.trace.AddResource(record::kThread, i, origin, 100 + i);
    scenario.trace.AddResource(record::kMapping, i, origin, 0x1000 * i, "", 4096);
    scenario.file.iterations[i].totals = Live(0, ++open, static_cast<int>(i) + 2, 4096 * (i + 1));
  }
  // Opened by Two, and closed by the time the next iteration ends.
  const std::uint32_t closed = scenario.trace.AddOrigin(stack, scenario.within_two[0]);
  scenario.trace.AddResource(record::kDescriptor, 0, closed, 20, "socket:[1]");
  scenario.trace.RemoveResource(record::kDescriptor, 1, closed, 20, "socket:[1]");
  ++scenario.file.iterations[0].totals.descriptors;
  const auto owners = scenario.Owners();
  EXPECT_EQ(Descriptors(owners[kOne]), (Values{1, 2, 3}));
  EXPECT_EQ(owners[kOne].series.Of(Quantity::kThreads).values, (Values{1, 2, 3}));
  EXPECT_EQ(owners[kOne].series.Of(Quantity::kMappedBytes).values, (Values{4096, 8192, 12288}));
  ASSERT_EQ(owners[kOne].series.descriptors.size(), 1u);
  EXPECT_EQ(owners[kOne].series.descriptors[0].target, "/tmp/a.log");
  EXPECT_EQ(owners[kOne].series.descriptors[0].counts, (Values{1, 2, 3}));
  ASSERT_EQ(owners[kOne].resources.size(), 3u);
  EXPECT_EQ(owners[kOne].resources[0].quantity, Quantity::kDescriptors);
  EXPECT_EQ(owners[kOne].resources[0].targets, std::vector<std::string>{"/tmp/a.log"});
  EXPECT_EQ(owners[kOne].resources[0].values, (Values{1, 2, 3}));
  EXPECT_FALSE(owners[kOne].resources[0].stack.empty());
  EXPECT_EQ(Descriptors(owners[kTwo]), (Values{1, 0, 0}));
  EXPECT_TRUE(owners[kTwo].resources.empty());
}

TEST(TraceOwners, ADescriptorNumberThatIsTakenAnewIsAnother) {
  Scenario scenario(2);
  const std::uint32_t stack = scenario.trace.AddStack({0x10});
  scenario.trace.AddResource(record::kDescriptor, 0,
                             scenario.trace.AddOrigin(stack, scenario.within_one[0]), 7, "/tmp/a");
  scenario.trace.AddResource(record::kDescriptor, 1,
                             scenario.trace.AddOrigin(stack, scenario.within_two[1]), 7, "/tmp/b");
  const auto owners = scenario.Owners();
  EXPECT_EQ(Descriptors(owners[kOne]), (Values{1, 0}));
  EXPECT_EQ(Descriptors(owners[kTwo])[1], 1);
}

TEST(TraceOwners, WhatNoHookSawGoesToTheTestWhoseWindowKeptIt) {
  Scenario scenario(3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    scenario.file.iterations[i].totals = Live(0, static_cast<int>(i) + 4, 1);
    scenario.file.iterations[i].window = Kept(0, 1);
    RecordedRun& run = scenario.file.runs[2 * i + 1];
    run.window = Kept(0, 1);
    run.descriptors.push_back({"anon_inode:[io_uring]", 1, static_cast<int>(i) + 1, 0, 0});
  }
  const auto owners = scenario.Owners();
  EXPECT_EQ(Descriptors(owners[kOne]), (Values{0, 0, 0}));
  // What there was at the end of the first iteration is the base.
  EXPECT_EQ(Descriptors(owners[kTwo]), (Values{0, 1, 2}));
  EXPECT_EQ(owners[kTwo].series.Of(Quantity::kDescriptors).kept_by_scope[0], (Values{0, 1, 2}));
  ASSERT_EQ(owners[kTwo].resources.size(), 1u);
  EXPECT_TRUE(owners[kTwo].resources[0].stack.empty());
  EXPECT_EQ(owners[kTwo].resources[0].targets, std::vector<std::string>{"anon_inode:[io_uring]"});
  ASSERT_EQ(owners[kTwo].series.descriptors.size(), 1u);
  EXPECT_EQ(owners[kTwo].series.descriptors[0].counts, (Values{0, 1, 2}));
}

TEST(TraceOwners, WhatNoHookSawAndIsGivenBackIsNotKept) {
  // A thread of another runtime: there at the end of every other iteration.
  Scenario scenario(6);
  for (std::uint32_t i = 0; i < 6; ++i) {
    scenario.file.iterations[i].totals = Live(0, 0, 1 + static_cast<int>(i % 2));
    scenario.file.runs[2 * i].window = Kept(0, 0, i % 2 == 1 ? 1 : -1);
    scenario.file.iterations[i].window = scenario.file.runs[2 * i].window;
  }
  const auto owners = scenario.Owners();
  EXPECT_EQ(owners[kOne].series.Of(Quantity::kThreads).values, (Values{0, 1, 0, 1, 0, 1}));
  EXPECT_EQ(owners[kProgram].series.Of(Quantity::kThreads).values, (Values{0, 0, 0, 0, 0, 0}));
}

TEST(TraceOwners, WhatWasThereBeforeAndComesBackIsNobodys) {
  // The second run closes an inherited descriptor, and the third opens it again.
  Scenario scenario(3);
  const int open[] = {3, 2, 3};
  const int kept[] = {0, -1, 1};
  for (std::uint32_t i = 0; i < 3; ++i) {
    scenario.file.iterations[i].totals = Live(0, open[i], 1);
    scenario.file.iterations[i].window = Kept(0, kept[i]);
    scenario.file.runs[2 * i].window = Kept(0, kept[i]);
  }
  for (const TracedOwner& owner : scenario.Owners()) {
    EXPECT_EQ(Descriptors(owner), (Values{0, 0, 0})) << owner.name;
    EXPECT_TRUE(owner.resources.empty());
  }
}

TEST(TraceOwners, AQuantityThatWasNotMeasuredStaysSo) {
  Scenario scenario(2);
  for (RecordedIteration& iteration : scenario.file.iterations) {
    iteration.totals.measured &= ~static_cast<std::uint32_t>(record::kDescriptorsMeasured);
  }
  const auto owners = scenario.Owners();
  EXPECT_FALSE(owners[kOne].series.Of(Quantity::kDescriptors).measured);
  EXPECT_TRUE(owners[kOne].series.Of(Quantity::kThreads).measured);
}

TEST(TraceOwners, AMillionSurvivorsTakeSeconds) {
  Scenario scenario(1000);
  for (std::uint32_t stack = 0; stack < 1000; ++stack) scenario.trace.AddStack({0x1000 + stack});
  std::vector<std::uint32_t> origins;
  for (std::uint32_t i = 0; i < 100000; ++i) {
    const std::uint32_t window = scenario.within_one[i / 100];
    origins.push_back(scenario.trace.AddOrigin(1 + i % 1000, window));
    for (std::uint32_t change = 0; change < 10; ++change) {
      scenario.trace.SetSurvivors(std::min(999u, i / 100 + change), origins[i], change + 1, 16);
    }
  }
  const std::clock_t start = std::clock();
  const auto owners = scenario.Owners();
  const std::clock_t took = std::clock() - start;
  EXPECT_EQ(Bytes(owners[kOne]).back(), 16 * 100000);
  EXPECT_LT(took, 5 * CLOCKS_PER_SEC) << "of the processor's time";
}

TEST(WhyUntraced, SaysWhatIsMissing) {
  Scenario scenario(1);
  RecordFile whole = scenario.trace.In(scenario.file);
  EXPECT_EQ(WhyUntraced(whole), "");
  scenario.trace.AddState(0).untracked_blocks = 112;
  EXPECT_NE(WhyUntraced(scenario.trace.In(scenario.file)).find("12"), std::string::npos);
  RecordFile under_sanitizer = whole;
  under_sanitizer.process->hello.heap_owner = record::kOwnerSanitizer;
  under_sanitizer.process->heap_owner_name = "LeakSanitizer";
  EXPECT_EQ(WhyUntraced(under_sanitizer), "") << "it has descriptors and threads";
  RecordFile under_valgrind = whole;
  under_valgrind.process->hello.heap_owner = record::kOwnerValgrind;
  under_valgrind.process->heap_owner_name = "Valgrind";
  EXPECT_NE(WhyUntraced(under_valgrind).find("Valgrind"), std::string::npos);
  RecordFile untraced = whole;
  untraced.trace.reset();
  EXPECT_NE(WhyUntraced(untraced).find("no trace"), std::string::npos);
}

}  // namespace
}  // namespace memprof
