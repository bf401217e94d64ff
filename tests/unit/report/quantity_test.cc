// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/quantity.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace memprof {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

TEST(Quantity, BytesAreInPowersOf1024) {
  const std::vector<std::pair<std::int64_t, std::string>> rows = {
      {0, "0 B"},
      {1, "1 B"},
      {33, "33 B"},
      {1023, "1023 B"},
      {1024, "1 KiB"},
      {2048, "2 KiB"},
      {2049, "2.0 KiB"},
      {17'613, "17.2 KiB"},
      {1'048'524, "1023.9 KiB"},
      {1'048'570, "1.0 MiB"},
      {1'048'576, "1 MiB"},
      {3'381'696, "3.2 MiB"},
      {-33, "-33 B"},
      {-4'194'304, "-4 MiB"},
      {kMax, "8192 PiB"},
      {kMin, "-8192 PiB"},
  };
  for (const auto& [bytes, text] : rows) EXPECT_EQ(HumanBytes(bytes), text) << bytes;
}

TEST(Quantity, CountsHaveSeparators) {
  const std::vector<std::pair<std::int64_t, std::string>> rows = {
      {0, "0"},
      {999, "999"},
      {1000, "1,000"},
      {1234567, "1,234,567"},
      {-1, "-1"},
      {-999, "-999"},
      {-1000, "-1,000"},
      {kMax, "9,223,372,036,854,775,807"},
      {kMin, "-9,223,372,036,854,775,808"},
  };
  for (const auto& [count, text] : rows) EXPECT_EQ(HumanCount(count), text) << count;
}

TEST(Quantity, NounsAgreeWithTheirNumber) {
  EXPECT_EQ(Counted(0, "test"), "0 tests");
  EXPECT_EQ(Counted(1, "test"), "1 test");
  EXPECT_EQ(Counted(1234, "test"), "1,234 tests");
  EXPECT_EQ(Counted(2, "entry", "entries"), "2 entries");
}

TEST(Quantity, DurationsChooseTheirUnit) {
  const std::vector<std::pair<std::int64_t, std::string>> rows = {
      {0, "0 ns"},
      {850, "850 ns"},
      {1'500, "1.5 us"},
      {1'500'000, "1.5 ms"},
      {999'960'000, "1.0 s"},
      {3'400'000'000, "3.4 s"},
      {119'000'000'000, "119 s"},
      {125'000'000'000, "2 min 5 s"},
      {7'200'000'000'000, "120 min 0 s"},
  };
  for (const auto& [nanoseconds, text] : rows) EXPECT_EQ(HumanDuration(nanoseconds), text);
}

}  // namespace
}  // namespace memprof
