// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/leaking_tests.h"

#include <gtest/gtest.h>

namespace memprof {
namespace {

RecordedTest TestAt(const std::string& suite, const std::string& name, int line) {
  RecordedTest test;
  test.suite = suite;
  test.name = name;
  test.file = "cart_test.cc";
  test.line = static_cast<decltype(test.line)>(line);
  return test;
}

LsanLeak LeakIn(const std::string& function, const std::string& file = "", int line = 0) {
  LsanLeak leak;
  leak.bytes = 10;
  leak.blocks = 1;
  leak.stack.push_back({"operator new(unsigned long)", "", 0, "", 0});
  leak.stack.push_back({function, file, static_cast<decltype(Frame::line)>(line), "", 0});
  return leak;
}

TEST(LeakingTests, AreFoundByTheClassOfTheTestByTheFixtureAndByTheLine) {
  const std::vector<RecordedTest> tests = {TestAt("Cart", "Adds", 10), TestAt("Cart", "Pays", 20),
                                           TestAt("All/Bill", "Sums/0", 30),
                                           TestAt("Typed/1", "Fits", 40)};
  struct Row {
    const char* function;
    int line;
    std::vector<std::uint32_t> expected;
  };
  const std::vector<Row> rows = {
      {"(anonymous namespace)::Cart_Pays_Test::TestBody()", 0, {1}},
      {"shop::Cart_Adds_Test::TestBody()::{lambda()#1}::operator()() const", 0, {0}},
      {"Cart::SetUp()", 0, {0}},
      {"Bill_Sums_Test::TestBody()", 0, {2}},
      {"Typed_Fits_Test<std::pair<int, char> >::TestBody()", 0, {3}},
      {"TestBody", 25, {1}},
      {"TestBody", 5, {}},
      {"MyCart::SetUp()", 0, {}},
      {"Worker::Run()", 0, {}},
  };
  for (const Row& row : rows) {
    const LeakingTests found =
        FindLeakingTests({LeakIn(row.function, "/src/cart_test.cc", row.line)}, tests);
    EXPECT_EQ(found.tests, row.expected) << row.function << " at " << row.line;
    EXPECT_EQ(found.other_bytes, row.expected.empty() ? 10 : 0) << row.function;
  }
}

}  // namespace
}  // namespace memprof
