// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/test_names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace memprof {
namespace {

TestNames::Test Start(TestNames& names, const std::string& suite, const std::string& name,
                      std::uint32_t iteration) {
  return names.Start(names.Suite(suite.data(), suite.size()), name.data(), name.size(), iteration);
}

TEST(TestNames, NumbersFollowTheFirstAppearanceAndStay) {
  TestNames names;
  EXPECT_EQ(Start(names, "A", "x", 0).id, 0u);
  EXPECT_EQ(Start(names, "A", "y", 0).id, 1u);
  EXPECT_EQ(Start(names, "B", "x", 0).id, 2u);
  // Shuffled.
  EXPECT_EQ(Start(names, "B", "x", 1).id, 2u);
  EXPECT_EQ(Start(names, "A", "y", 1).id, 1u);
  EXPECT_EQ(Start(names, "C", "z", 1).id, 3u);
  EXPECT_EQ(Start(names, "A", "x", 1).id, 0u);
}

TEST(TestNames, OnlyTheFirstStartIsNew) {
  TestNames names;
  EXPECT_TRUE(Start(names, "A", "x", 0).is_new);
  EXPECT_FALSE(Start(names, "A", "x", 1).is_new);
}

TEST(TestNames, SuiteAndNameAreNotRunTogether) {
  TestNames names;
  EXPECT_EQ(Start(names, "ab", "c", 0).id, 0u);
  EXPECT_EQ(Start(names, "a", "bc", 0).id, 1u);
  EXPECT_EQ(Start(names, "", "abc", 0).id, 2u);
  EXPECT_EQ(Start(names, "abc", "", 0).id, 3u);
  EXPECT_EQ(Start(names, "abc", "", 1).id, 3u);
}

TEST(TestNames, TestsThatShareANameAreToldApartByTheirOrder) {
  TestNames names;
  for (std::uint32_t iteration = 0; iteration < 3; ++iteration) {
    EXPECT_EQ(Start(names, "A", "twice", iteration).id, 0u);
    EXPECT_EQ(Start(names, "A", "twice", iteration).id, 1u);
    EXPECT_EQ(Start(names, "A", "once", iteration).id, 2u);
  }
}

TEST(TestNames, NamesAreCopiedAndTerminated) {
  TestNames names;
  std::string text = "größe, and more";
  const TestNames::Test test = names.Start(names.Suite("A", 1), text.data(), 7, 0);
  text.assign("overwritten");
  EXPECT_STREQ(test.name, "größe");
  const char* const suite = names.Suite("Suite and more", 5);
  EXPECT_STREQ(suite, "Suite");
  EXPECT_EQ(suite, names.Suite("Suite", 5));
}

TEST(TestNames, ManyAndLongNamesKeepTheirNumbers) {
  TestNames names;
  std::vector<std::string> all;
  for (int i = 0; i < 20000; ++i) {
    all.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i % 50), 'n'));
  }
  all.push_back(std::string(1 << 20, 'l'));
  for (std::uint32_t iteration = 0; iteration < 2; ++iteration) {
    for (std::uint32_t i = 0; i < all.size(); ++i) {
      const TestNames::Test test = Start(names, "Many", all[i], iteration);
      ASSERT_EQ(test.id, i);
      ASSERT_EQ(test.name, all[i]);
    }
  }
}

}  // namespace
}  // namespace memprof
