// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Sorts, groups and indexes tens of thousands of records, each kept once.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

struct Reading {
  std::uint32_t station = 0;
  std::int64_t time = 0;
  double celsius = 0;
  std::array<float, 8> wind = {};
};

std::vector<Reading> MakeReadings(std::size_t count) {
  std::mt19937 random(7);
  std::vector<Reading> readings;
  readings.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Reading reading;
    reading.station = static_cast<std::uint32_t>(random() % 300);
    reading.time = static_cast<std::int64_t>(random() % 1000000);
    reading.celsius = static_cast<double>(random() % 400) / 10;
    reading.wind.fill(static_cast<float>(i % 25));
    readings.push_back(reading);
  }
  return readings;
}

TEST(Records, SortByTime) {
  std::vector<Reading> readings = MakeReadings(40000);
  std::sort(readings.begin(), readings.end(), [](const Reading& a, const Reading& b) {
    return std::pair(a.time, a.station) < std::pair(b.time, b.station);
  });
  EXPECT_TRUE(std::is_sorted(readings.begin(), readings.end(),
                             [](const auto& a, const auto& b) { return a.time < b.time; }));
}

TEST(Records, StableSortKeepsTheOrderOfEqualOnes) {
  std::vector<Reading> readings = MakeReadings(30000);
  for (std::size_t i = 0; i < readings.size(); ++i) readings[i].time = static_cast<int>(i);
  std::stable_sort(readings.begin(), readings.end(),
                   [](const Reading& a, const Reading& b) { return a.station < b.station; });
  for (std::size_t i = 1; i < readings.size(); ++i) {
    if (readings[i].station == readings[i - 1].station) {
      ASSERT_GT(readings[i].time, readings[i - 1].time);
    }
  }
}

TEST(Records, IndexByStation) {
  const std::vector<Reading> readings = MakeReadings(30000);
  std::vector<std::size_t> counts(300);
  for (const Reading& reading : readings) ++counts[reading.station];
  std::vector<std::vector<std::uint32_t>> index(300);
  for (std::size_t i = 0; i < counts.size(); ++i) index[i].reserve(counts[i]);
  for (std::uint32_t i = 0; i < readings.size(); ++i) index[readings[i].station].push_back(i);
  std::size_t all = 0;
  for (const auto& of_station : index) all += of_station.size();
  EXPECT_EQ(all, readings.size());
}

TEST(Records, MeanByDay) {
  const std::vector<Reading> readings = MakeReadings(30000);
  std::map<std::int64_t, std::pair<double, int>> days;
  for (const Reading& reading : readings) {
    auto& [sum, count] = days[reading.time / 1000];
    sum += reading.celsius;
    ++count;
  }
  EXPECT_EQ(days.size(), 1000u);
  for (const auto& [day, mean] : days) EXPECT_LT(mean.first / mean.second, 40);
}

TEST(Records, NamesOfStations) {
  std::unordered_map<std::string, std::size_t> numbers;
  numbers.reserve(5000);
  for (std::size_t i = 0; i < 5000; ++i) {
    numbers.emplace("weather station number " + std::to_string(i), i);
  }
  for (std::size_t i = 0; i < 5000; ++i) {
    ASSERT_EQ(numbers.at("weather station number " + std::to_string(i)), i);
  }
}

TEST(Records, MediansOfSubsets) {
  const std::vector<Reading> readings = MakeReadings(20000);
  std::vector<double> values(readings.size());
  for (std::size_t part = 2; part < 50; ++part) {
    values.clear();
    for (std::size_t i = 0; i < readings.size(); i += part) values.push_back(readings[i].celsius);
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    EXPECT_GT(*middle, 10);
  }
}

}  // namespace
