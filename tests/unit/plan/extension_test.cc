// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/extension.h"

#include <gtest/gtest.h>

namespace memprof {
namespace {

struct ExtensionCase {
  const char* name;
  int runs;
  GrowthRate rate;
  MachineLimits limits;
  double budget_left_s;
  int next;
  const char* ended_by;
};

class Extension : public testing::TestWithParam<ExtensionCase> {};

TEST_P(Extension, PlansTheNextRun) {
  const ExtensionCase& c = GetParam();
  const NextRun next = PlanExtension(c.runs, c.rate, c.limits, c.budget_left_s, Thresholds{});
  EXPECT_EQ(next.runs, c.next);
  EXPECT_EQ(next.ended_by, c.ended_by);
}

// A rate: bytes, descriptors, inotify instances, threads and seconds a run.
INSTANTIATE_TEST_SUITE_P(
    Rows, Extension,
    testing::Values(
        ExtensionCase{"QuickTestsGoToTheMostRunsAtOnce", 12, {24, 0, 0, 0, 1e-5}, {}, 30, 1024, ""},
        ExtensionCase{"SlowOnesDouble", 12, {24, 0, 0, 0, 0.5}, {}, 30, 24, ""},
        ExtensionCase{
            "AnythingUpToTwoSecondsIsTakenAtOnce", 12, {24, 0, 0, 0, 0.01}, {}, 30, 192, ""},
        ExtensionCase{
            "TheBudgetEnds", 48, {24, 0, 0, 0, 0.5}, {}, 30, 0, "the growth budget of 30 s"},
        ExtensionCase{"NothingComesAfterTheMostRuns", 1024, {24, 0, 0, 0, 1e-5}, {}, 30, 0, ""},
        ExtensionCase{
            "DescriptorsStayBelowTheLimit", 12, {0, 10, 0, 0, 1e-5}, {0, 1024}, 30, 48, ""},
        ExtensionCase{
            "InotifyStaysBelowItsOwn", 12, {0, 1, 1, 0, 1e-5}, {0, 1024, 128}, 30, 96, ""},
        ExtensionCase{"ManyDescriptorsEnd",
                      12,
                      {0, 60, 0, 0, 1e-5},
                      {0, 1024},
                      30,
                      0,
                      "the limit of 1024 open files"},
        ExtensionCase{"MemoryEnds",
                      12,
                      {1e8, 0, 0, 0, 1e-5},
                      {1000000000, 0},
                      30,
                      0,
                      "the memory that this machine has free"},
        ExtensionCase{"ThreadsAreFollowedFarEnough", 12, {0, 0, 0, 1, 1e-5}, {}, 30, 48, ""},
        ExtensionCase{
            "ThreadsEndThere", 48, {0, 0, 0, 1, 1e-5}, {}, 30, 0, "the threads that it leaves"}),
    [](const auto& row) { return std::string(row.param.name); });

using Batches = std::vector<std::vector<std::size_t>>;

struct PackCase {
  const char* name;
  std::vector<PlannedRun> planned;
  MachineLimits limits;
  int jobs;
  Batches batches;
};

class Packing : public testing::TestWithParam<PackCase> {};

TEST_P(Packing, PutsRunsTogether) {
  const PackCase& c = GetParam();
  EXPECT_EQ(PackRuns(c.planned, c.limits, c.jobs), c.batches);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Packing,
    testing::Values(PackCase{"NothingIsNoProcess", {}, {}, 2, {}},
                    PackCase{"QuickOnesOfOneLength",
                             {{1024, {24, 0, 0, 0, 1e-5}, 0.01}, {1024, {48, 0, 0, 0, 1e-5}, 0.01}},
                             {},
                             2,
                             {{0, 1}}},
                    PackCase{"LengthsApart",
                             {{1024, {24, 0, 0, 0, 1e-5}, 0.01}, {24, {24, 0, 0, 0, 1e-5}, 0.01}},
                             {},
                             2,
                             {{1}, {0}}},
                    PackCase{"OneThatMustBeAlone",
                             {{24, {}, 0, true}, {24, {}, 0}, {24, {}, 0, true}, {24, {}, 0}},
                             {},
                             2,
                             {{0}, {2}, {1, 3}}},
                    PackCase{
                        "SharedDescriptorsStayBelowTheLimit",
                        {{48, {0, 10, 0, 0, 0}}, {48, {0, 10, 0, 0, 0}}, {48, {0, 1, 0, 0, 0}}},
                        {0, 1024},
                        1,
                        {{0}, {1, 2}}},
                    PackCase{"SharedMemoryStaysBelowWhatIsFree",
                             {{100, {600, 0, 0, 0, 0}}, {100, {600, 0, 0, 0, 0}}},
                             {100000, 0},
                             1,
                             {{0}, {1}}},
                    PackCase{"OneThatIsTooMuchByItselfRunsAllTheSame",
                             {{100, {6000, 0, 0, 0, 0}}},
                             {100000, 0},
                             1,
                             {{0}}},
                    PackCase{"LongOnesAreSharedOut",
                             {{24, {0, 0, 0, 0, 1}, 24}, {24, {0, 0, 0, 0, 1}, 24}},
                             {},
                             2,
                             {{0}, {1}}},
                    PackCase{"ButNotWithoutJobs",
                             {{24, {0, 0, 0, 0, 1}, 24}, {24, {0, 0, 0, 0, 1}, 24}},
                             {},
                             1,
                             {{0, 1}}}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace memprof
