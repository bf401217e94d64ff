// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Leaks in awkward company, and in code that is no test's body.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "tests/system/memprof_run.h"
#include "tests/system/source_marks.h"

namespace memprof {
namespace {

const Finding* FindingAt(const MemprofRun& run, const std::string& file, int line) {
  for (const Finding& finding : run.report.findings) {
    if (finding.location.file == file && finding.location.line == line) return &finding;
  }
  return nullptr;
}

/// A leak that is marked in a source, and all that must be said of it.
struct Expected {
  const char* file;  ///< below tests/programs
  const char* mark;
  Severity severity;
  FindingKind kind;
  std::int64_t bytes;  ///< a run; of what is lost once in all
  const char* function;
  const char* test;  ///< empty: none
  const char* scope;
};

void ExpectFinding(const Expected& expected, const MemprofRun& run) {
  SCOPED_TRACE(expected.mark);
  const std::string file = std::string("tests/programs/") + expected.file;
  const Finding* finding = FindingAt(run, file, LineOf(file, expected.mark));
  ASSERT_NE(finding, nullptr) << Describe(run);
  EXPECT_EQ(finding->severity, expected.severity);
  EXPECT_EQ(finding->kind, expected.kind);
  const Impact& impact = finding->impact;
  EXPECT_EQ(impact.bytes_per_iteration.value_or(impact.total_bytes.value_or(-1)), expected.bytes);
  EXPECT_EQ(finding->location.function, expected.function);
  EXPECT_EQ(finding->tests, expected.test[0] == '\0' ? std::vector<std::string>()
                                                     : std::vector<std::string>{expected.test});
  EXPECT_EQ(finding->scope_label, expected.scope);
  EXPECT_TRUE(std::any_of(finding->evidence.begin(), finding->evidence.end(),
                          [](const Evidence& each) { return each.source == "trace"; }))
      << Describe(run);
}

/// The linked program and its unlinked twin have these findings and no other.
MemprofRun ExpectFindings(const std::string& program, const std::vector<Expected>& all) {
  const MemprofRun linked = RunMemprof(ProgramPath(program));
  EXPECT_EQ(linked.report.findings.size(), all.size()) << Describe(linked);
  for (const Expected& expected : all) ExpectFinding(expected, linked);
  EXPECT_TRUE(linked.report.not_measured.empty()) << Describe(linked);
  const bool is_critical = std::any_of(all.begin(), all.end(), [](const Expected& expected) {
    return expected.severity == Severity::kCritical;
  });
  EXPECT_EQ(linked.exit_code, is_critical ? 1 : 0);
  const MemprofRun plain = RunMemprof(PlainPath(program));
  EXPECT_EQ(Comparable(plain), Comparable(linked)) << Describe(plain);
  return linked;
}

TEST(Scenario, ATestThatFailsAndLeaksIsReportedForTheLeakAlone) {
  const char* file = "found_while_failing.cc";
  const MemprofRun run = ExpectFindings(
      "found_while_failing", {{file, "// the leak", Severity::kCritical, FindingKind::kMemoryLeak,
                               100, "Failing_Loses_Test::TestBody", "Failing.Loses", ""},
                              {file, "// the growth", Severity::kCritical,
                               FindingKind::kMemoryGrowth, 300, "Copy", "Failing.Grows", ""}});
  for (const TestReport& test : run.report.tests) EXPECT_EQ(test.status, TestStatus::kFailed);
}

TEST(Scenario, WhatIsLostOutsideOfTheTestsIsNoTests) {
  const char* file = "found_outside_tests.cc";
  const MemprofRun run = ExpectFindings(
      "found_outside_tests",
      {{file, "// in the static initialiser", Severity::kWarning, FindingKind::kMemoryLeak, 111,
        "Registry::Registry", "", "program (a static initialiser)"},
       {file, "// in main", Severity::kWarning, FindingKind::kMemoryLeak, 222, "Configure", "",
        "program (main)"},
       {file, "// in the environment", Severity::kCritical, FindingKind::kMemoryLeak, 333,
        "Database::SetUp", "", "program (a testing::Environment)"},
       {file, "// in SetUpTestSuite", Severity::kCritical, FindingKind::kMemoryLeak, 444,
        "Suite::SetUpTestSuite", "", "suite Suite (SetUpTestSuite)"}});
  for (const TestReport& test : run.report.tests) {
    EXPECT_EQ(test.verdict, TestVerdict::kClean) << test.FullName();
  }
}

TEST(Scenario, WhatACleanSuitesProgramLosesBeforeItsTestsIsFound) {
  ExpectFindings("found_before_tests",
                 {{"found_before_tests.cc", "// in the static initialiser", Severity::kWarning,
                   FindingKind::kMemoryLeak, 111, "Registry::Registry", "",
                   "program (a static initialiser)"}});
}

TEST(Scenario, ForeignCodeIsLocatedAtItsOwnLine) {
  const char* file = "found_in_foreign_code.cc";
  const MemprofRun run =
      ExpectFindings("found_in_foreign_code",
                     {{file, "// in the worker thread", Severity::kCritical,
                       FindingKind::kMemoryLeak, 555, "Work", "Foreign.WorkerThread", ""},
                      {"leaky_library.c", "/* in the C library */", Severity::kCritical,
                       FindingKind::kMemoryLeak, 666, "leaky_parse", "Foreign.CLibrary", ""},
                      {"leaky_plugin.cc", "// in the plug-in", Severity::kCritical,
                       FindingKind::kMemoryLeak, 777, "RunPlugin", "Foreign.PlugIn", ""}});
  EXPECT_EQ(run.Test("Foreign.ZIsClean")->verdict, TestVerdict::kClean);
  const std::string library = "tests/programs/leaky_library.c";
  const Finding* in_library = FindingAt(run, library, LineOf(library, "/* in the C library */"));
  ASSERT_NE(in_library, nullptr);
  ASSERT_GE(in_library->stack.size(), 2u);
  EXPECT_EQ(in_library->stack[1].function, "Normalise");
  EXPECT_EQ(in_library->stack[1].line,
            LineOf(std::string("tests/programs/") + file, "// calls the library"));
}

/// Through all stages, in which the program runs about a dozen times.
TEST(Scenario, ATestThatTakesEveryDescriptorKeepsItsFileAndTheOthersAreMeasured) {
  std::string first;
  for (const std::string& binary : {ProgramPath("stream_own_file"), PlainPath("stream_own_file")}) {
    const std::string own = FreshDirectory("scenario_own_file") + "/own.txt";
    const MemprofRun run = RunMemprof(binary, {}, {}, {{"STREAM_OWN_FILE", own}});
    ASSERT_EQ(run.report.tests.size(), 3u) << Describe(run);
    const auto critical = run.Findings(Severity::kCritical);
    ASSERT_EQ(critical.size(), 1u) << Describe(run);
    EXPECT_EQ(critical[0]->kind, FindingKind::kMemoryLeak);
    EXPECT_EQ(critical[0]->tests, std::vector<std::string>{"OwnFile.LosesMemory"});
    EXPECT_EQ(critical[0]->location.line,
              LineOf("tests/programs/stream_own_file.cc", "lost = new char[100];"));
    EXPECT_EQ(run.Test("OwnFile.Fails")->verdict, TestVerdict::kClean) << Describe(run);
    EXPECT_TRUE(run.report.not_measured.empty()) << Describe(run);
    Result<std::string> text = ReadFile(own);
    ASSERT_TRUE(text.ok());
    std::string rest = *text;
    while (rest.ends_with("mine\n")) rest.resize(rest.size() - 5);
    EXPECT_EQ(rest.substr(0, 200), "");
    EXPECT_GT(text->size(), 5u * 61 * 3);
    if (first.empty()) first = Comparable(run);
    EXPECT_EQ(Comparable(run), first);
  }
}

/// A binary as it is shipped: where a line is missing, module and offset, and what to do.
TEST(Scenario, WithoutDebugInformationModuleAndOffsetAreSaid) {
  for (const std::string program : {"found_one_byte_without_lines", "found_one_byte_stripped"}) {
    const MemprofRun run = RunMemprof(ProgramPath(program));
    const auto critical = run.Findings(Severity::kCritical);
    ASSERT_EQ(critical.size(), 1u) << Describe(run);
    EXPECT_EQ(critical[0]->tests, std::vector<std::string>{"OneByte.IsLost"});
    ASSERT_FALSE(critical[0]->stack.empty());
    EXPECT_EQ(critical[0]->stack[0].module, ProgramPath(program));
    EXPECT_GT(critical[0]->stack[0].module_offset, 0u);
    EXPECT_NE(run.output.find(program + "+0x"), std::string::npos) << run.output;
    EXPECT_NE(run.WhyNot("symbols").find("Build it with -g"), std::string::npos) << Describe(run);
    EXPECT_EQ(run.exit_code, 1);
  }
}

}  // namespace
}  // namespace memprof
