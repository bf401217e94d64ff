// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Boundaries at which a window can be off by a block: suites and environments that free before they
// allocate, names of all kinds, names that occur twice, assertions that fail on another thread.
#include <gtest/gtest.h>

#include <string>
#include <thread>

char* volatile held = nullptr;
char* volatile kept = nullptr;

struct FreesFirst : testing::Environment {
  void SetUp() override { held = new char[1000]; }
  void TearDown() override { delete[] held; }
};
testing::Environment* const environment = testing::AddGlobalTestEnvironment(new FreesFirst);

struct SuiteFreesFirst : testing::Test {
  static void SetUpTestSuite() {
    delete[] held;
    held = new char[3000];
  }
  static void TearDownTestSuite() {
    delete[] held;
    held = new char[1000];
  }
};
TEST_F(SuiteFreesFirst, KeepsNothing) { EXPECT_NE(held, nullptr); }
TEST_F(SuiteFreesFirst, FreesMoreThanItMakes) {
  delete[] held;
  held = new char[2000];
}

TEST(Keeps, OneByteAndALargeBlock) {
  kept = new char;
  kept = new char[1 << 20];
}
TEST(Keeps, NothingAfterAPeak) { std::string(100000, 'p').append("q"); }

TEST(Results, FailOnAnotherThread) {
  std::thread([] { EXPECT_EQ(1, 2) << "there"; }).join();
  EXPECT_EQ(1, 2) << "event=TestEnd&passed=1\nevent=TestStart&name=x\n%0A";
}
TEST(Results, Succeeds) { SUCCEED(); }

struct Named : testing::Test {
  void TestBody() override { kept = new char[10]; }
};
bool Register(const std::string& suite, const std::string& name) {
  testing::RegisterTest(suite.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                        []() -> Named* { return new Named; });
  return true;
}
const bool registered = Register("Names", "of&passed=0&name=%41%0A=") &&
                        Register("Names", "of two\nlines\n\nor four") &&
                        Register("Names", "größe π") && Register("Names", std::string(4096, 'n')) &&
                        Register("Names", "Twice") && Register("Names", "Twice") &&
                        Register("Names", "") && Register("A suite=of&any name%", "");
