// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/hostile/hostile_case.h"

namespace memprof {
namespace {

constexpr const char* kLoses = "Sanitized.LosesABlock";
constexpr const char* kClean = "Sanitized.GivesAllBack";
constexpr const char* kOpens = "Sanitized.LeavesADescriptorOpen";

/// The program of sanitizers.cmake: "gcc_address" with the listener, "gcc_address_plain" without.
std::string Sanitized(const std::string& build) {
  return std::string(MEMPROF_TEST_HOSTILE) + "/sanitized_" + build;
}

bool IsBuilt(const HostileCase& row) { return std::filesystem::exists(row.program); }

HostileCase Suite(const std::string& build, std::vector<std::string> critical) {
  HostileCase row{build, Sanitized(build)};
  row.options = {"--filter", "Sanitized.*", "--max-runs", "96"};
  row.exit_code = 1;
  row.critical = std::move(critical);
  row.tests = {
      {kLoses, TestStatus::kPassed}, {kClean, TestStatus::kPassed}, {kOpens, TestStatus::kPassed}};
  row.tests_on_record = 3;
  return row;
}

/// AddressSanitizer tells of each block, so that all is measured but what Valgrind would, and what
/// the heap looks like. Its leak check is off by the user's wish, and on for the evidence.
HostileCase OfAddress(const std::string& build) {
  HostileCase row = Suite(build, {kLoses, kOpens});
  row.environment = {{"ASAN_OPTIONS", "detect_leaks=0"}};
  row.not_measured = {{"massif", "built with AddressSanitizer"},
                      {"heap-snapshot", "a sanitizer's runtime owns the heap"}};
  row.says = {"same line as the trace", "alone under lsan\n"};
  return row;
}

/// LeakSanitizer says what is lost, and nothing of what is kept.
HostileCase OfLeak(const std::string& build) {
  HostileCase row = Suite(build, {kLoses, kOpens});
  row.not_measured = {{"heap", "LeakSanitizer answers malloc in this process"}};
  row.says = {"unreachable after 12 runs", "all tests together under lsan"};
  return row;
}

HostileCase OfThread(const std::string& build) {
  HostileCase row = Suite(build, {kOpens});
  row.not_measured = {{"heap", "ThreadSanitizer answers malloc in this process"}};
  return row;
}

/// UndefinedBehaviorSanitizer leaves malloc alone, and all the tools run.
HostileCase OfUndefined(const std::string& build) {
  HostileCase row = Suite(build, {kLoses, kOpens});
  row.nothing_unmeasured = true;
  row.says = {"same line as the trace"};
  return row;
}

class SanitizerBuild : public testing::TestWithParam<HostileCase> {};

TEST_P(SanitizerBuild, IsMeasuredAsFarAsItCanBe) {
  if (!IsBuilt(GetParam())) GTEST_SKIP() << "no such compiler or runtime is installed";
  const MemprofRun run = ExpectOutcome(GetParam());
  // Status 23, or 1, is what a leak check of the runtime's own ends the process with.
  EXPECT_EQ(run.report.crash, "") << Describe(run);
}

INSTANTIATE_TEST_SUITE_P(All, SanitizerBuild,
                         testing::Values(OfAddress("gcc_address"), OfAddress("gcc_address_plain"),
                                         OfAddress("clang_address"),
                                         OfAddress("clang_address_plain"), OfLeak("gcc_leak"),
                                         OfLeak("gcc_leak_plain"), OfLeak("clang_leak"),
                                         OfLeak("clang_leak_plain"), OfThread("gcc_thread"),
                                         OfThread("gcc_thread_plain"), OfThread("clang_thread"),
                                         OfThread("clang_thread_plain"),
                                         OfUndefined("gcc_undefined"),
                                         OfUndefined("clang_undefined_plain")),
                         [](const auto& row) { return row.param.name; });

/// What the sanitizer reports of the program is the test's, in the sanitizer's own words.
struct WrongRow {
  std::string test;
  std::string build;
  std::string report;
};

void PrintTo(const WrongRow& row, std::ostream* out) { *out << row.test; }

class SanitizerReport : public testing::TestWithParam<WrongRow> {};

TEST_P(SanitizerReport, IsTheTestsAndSaysWhatItWouldWithoutUs) {
  const WrongRow& wrong = GetParam();
  HostileCase row{wrong.test, Sanitized(wrong.build)};
  if (!IsBuilt(row)) GTEST_SKIP() << "no such compiler or runtime is installed";
  const std::string test = "Wrong." + wrong.test;
  row.options = {"--only", "screen", "--filter", test, "--verbose"};
  row.exit_code = 3;
  row.tests = {{test, TestStatus::kCrashed}};
  row.says = {wrong.report, "exited with status", " in " + test};
  ExpectOutcome(row);
}

INSTANTIATE_TEST_SUITE_P(All, SanitizerReport,
                         testing::Values(WrongRow{"UsesAFreedBlock", "gcc_address_plain",
                                                  "AddressSanitizer: heap-use-after-free"},
                                         WrongRow{"FreesTwice", "clang_address",
                                                  "AddressSanitizer: attempting double-free"},
                                         WrongRow{"Overflows", "gcc_undefined",
                                                  "signed integer overflow"}),
                         [](const auto& row) { return row.param.test; });

TEST(SanitizerOptions, SuppressionsOfTheUserHoldForTheEvidence) {
  HostileCase row = OfLeak("gcc_leak");
  if (!IsBuilt(row)) GTEST_SKIP() << "no such compiler or runtime is installed";
  const std::string file = FreshDirectory("sanitizer_suppressions") + "/lsan.supp";
  std::ofstream(file) << "leak:hostile_sanitized.cc\n";
  row.options = {"--filter", std::string(kLoses) + ":" + kClean};
  row.environment = {{"LSAN_OPTIONS", "suppressions=" + file}};
  row.tests = {{kLoses, TestStatus::kPassed}, {kClean, TestStatus::kPassed}};
  row.tests_on_record = 2;
  row.critical = {};
  row.exit_code = 0;
  row.says = {"all tests together under lsan"};
  ExpectOutcome(row);
}

}  // namespace
}  // namespace memprof
