// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/gauges.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace memprof {
namespace {

int AskCounter(void* context, std::int64_t* value) {
  *value = ++*static_cast<std::int64_t*>(context);
  return 0;
}

TEST(GaugeNames, HaveOneNumberForGood) {
  const std::uint32_t first = GaugeNumber("a gauge", record::kReadGauge);
  const std::uint32_t second = GaugeNumber("another gauge", record::kReadGauge);
  EXPECT_NE(first, second);
  EXPECT_EQ(GaugeNumber("a gauge", record::kReadGauge), first);
  EXPECT_STREQ(GaugeName(second), "another gauge");
}

TEST(GaugeNames, AreCutBetweenCharacters) {
  std::string name(kMostGaugeNameBytes - 1, 'x');
  const std::string kept = name;
  name += "\xc3\xa4\xc3\xa4";  // two bytes each, of which one would have room
  EXPECT_EQ(GaugeName(GaugeNumber(name.c_str(), record::kReadGauge)), kept);
}

TEST(GaugeFunctions, AreNotCalledOnceTheyAreRemoved) {
  StartGaugesOfIteration();
  std::int64_t calls = 0;
  const std::uint32_t number = AddGauge("calls", &AskCounter, &calls);
  ASSERT_NE(number, 0u);
  EXPECT_EQ(calls, 1);  // for what was there before
  StartGaugesOfTest();
  EXPECT_EQ(calls, 2);
  RemoveGauge(number);
  StartGaugesOfTest();
  EXPECT_EQ(calls, 2);
}

TEST(GaugeFunctions, AreAskedByTheThreadOfTheTestsAlone) {
  StartGaugesOfIteration();
  std::int64_t calls = 0;
  std::uint32_t number = 0;
  std::thread([&] { number = AddGauge("of a thread", &AskCounter, &calls); }).join();
  EXPECT_EQ(calls, 0);
  StartGaugesOfTest();
  EXPECT_EQ(calls, 1);
  std::thread([&] { RemoveGauge(number); }).join();
  StartGaugesOfTest();
  EXPECT_EQ(calls, 1);
}

TEST(GaugeFunctions, MayRemoveThemselves) {
  struct Once {
    std::uint32_t number;
    int calls;
  } once = {0, 0};
  StartGaugesOfIteration();
  once.number = AddGauge(
      "once",
      [](void* context, std::int64_t*) {
        auto* const self = static_cast<Once*>(context);
        ++self->calls;
        if (self->number != 0) RemoveGauge(self->number);
        return 1;
      },
      &once);
  StartGaugesOfTest();
  StartGaugesOfTest();
  EXPECT_EQ(once.calls, 2);
}

}  // namespace
}  // namespace memprof
