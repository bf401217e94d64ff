// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Descriptors, threads and mappings of every kind, each at the line that opened it.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <string>

#include "tests/system/memprof_run.h"
#include "tests/system/source_marks.h"

namespace memprof {
namespace {

// As few as can convict, all at once: a program whose tests all leave descriptors open has many,
// and for threads that stay each run waits a tenth of a second.
const std::vector<std::string> kFewRuns = {"--triage-runs", "48", "--max-runs", "48"};

FindingKind KindOf(const std::string& test) {
  if (test.starts_with("Opens.")) return FindingKind::kFdLeak;
  return test.starts_with("Starts.") ? FindingKind::kThreadLeak : FindingKind::kMappingLeak;
}

/// Each test of the program has one finding, at its marked line.
void ExpectOneFindingATest(const MemprofRun& run, const std::string& program, const char* mark) {
  ASSERT_TRUE(run.has_report) << run.output;
  const std::string file = "tests/programs/" + program + ".cc";
  std::map<std::string, int> found;
  for (const Finding* finding : run.Findings(Severity::kWarning)) {
    ASSERT_EQ(finding->tests.size(), 1u) << Describe(run);
    const std::string& test = finding->tests[0];
    EXPECT_EQ(finding->severity, Severity::kCritical) << test;
    EXPECT_EQ(finding->kind, KindOf(test)) << test;
    EXPECT_EQ(finding->location.file, file) << test;
    EXPECT_TRUE(found.emplace(test, finding->location.line).second) << test << " has two";
  }
  const std::map<std::string, int> lines = LinesInTests(file, mark);
  std::map<std::string, int> expected;
  for (const TestReport& test : run.report.tests) {
    if (test.status != TestStatus::kSkipped) expected[test.FullName()] = lines.at(test.FullName());
  }
  EXPECT_EQ(found, expected) << Describe(run);
  EXPECT_TRUE(run.report.not_measured.empty()) << Describe(run);
}

TEST(Descriptors, OfEveryKindAreFoundWhereTheyWereOpened) {
  // What the program inherits is nobody's.
  const std::string inherited = FreshDirectory("resources") + "/inherited.txt";
  const int descriptor = open(inherited.c_str(), O_RDWR | O_CREAT, 0600);
  ASSERT_GE(descriptor, 0);
  const MemprofRun linked = RunMemprof(ProgramPath("found_descriptors"), kFewRuns);
  const MemprofRun plain = RunMemprof(PlainPath("found_descriptors"), kFewRuns);
  close(descriptor);
  ExpectOneFindingATest(linked, "found_descriptors", "// opens");
  EXPECT_EQ(Comparable(plain), Comparable(linked)) << Describe(plain);
  for (const Finding& finding : linked.report.findings) {
    EXPECT_EQ(finding.title.find("inherited"), std::string::npos) << finding.title;
    for (const Evidence& each : finding.evidence) {
      EXPECT_EQ(each.text.find("inherited"), std::string::npos) << each.text;
    }
  }
}

class Resources : public testing::TestWithParam<const char*> {};

TEST_P(Resources, OfThisKindAreFoundWhereTheyWereMade) {
  std::vector<std::string> options = kFewRuns;
  // The tools would wait for the threads as well, and have nothing to say of them.
  options.insert(options.end(), {"--filter", GetParam(), "--tools", "none"});
  const MemprofRun linked = RunMemprof(ProgramPath("found_threads_and_mappings"), options);
  ExpectOneFindingATest(linked, "found_threads_and_mappings", "// makes");
  const MemprofRun plain = RunMemprof(PlainPath("found_threads_and_mappings"), options);
  EXPECT_EQ(Comparable(plain), Comparable(linked)) << Describe(plain);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Resources, testing::Values("Starts.*", "Maps.*"));

}  // namespace
}  // namespace memprof
