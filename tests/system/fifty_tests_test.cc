// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Suites of many tests: one bug under all of them, and a baseline of many bugs.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/report/json_reader.h"
#include "tests/system/compiled_test.h"
#include "tests/system/memprof_run.h"
#include "tests/system/source_marks.h"

namespace memprof {
namespace {

constexpr const char* kOneBug = "tests/programs/fifty_one_bug.cc";

/// One finding at the marked line with all fifty tests, and no systemic pattern but its function.
void ExpectOneFindingOfFifty(const MemprofRun& run) {
  ASSERT_TRUE(run.has_report) << run.output;
  ASSERT_EQ(run.report.findings.size(), 1u) << Describe(run);
  const Finding& finding = run.report.findings[0];
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.location.line, LineOf(kOneBug, "LEAK: critical memory-growth"));
  EXPECT_EQ(finding.tests.size(), 50u) << Describe(run);
  EXPECT_EQ(run.report.summary.critical, 1);
  ASSERT_EQ(run.report.summary.systemic.size(), 1u);
  EXPECT_EQ(run.report.summary.systemic[0].text,
            "50 tests leak through `catalogue::Catalogue::Watch`");
}

TEST(FiftyTests, OfOneBugAreOneFinding) {
  const MemprofRun run = RunMemprof(ProgramPath("fifty_one_bug"),
                                    {"--tools", "none", "--max-runs", "48", "--no-waste"});
  ExpectOneFindingOfFifty(run);
  EXPECT_EQ(run.exit_code, 1) << Describe(run);
}

/// `memprof run --stage …` of fifty_one_bug in `out`, as CTest calls it.
int RunStage(const std::string& out, const std::vector<std::string>& stage,
             const std::vector<std::string>& policy = {}) {
  Command command;
  command.arguments = {MEMPROF_TEST_CLI, "run", "--stage"};
  command.arguments.insert(command.arguments.end(), stage.begin(), stage.end());
  for (const char* option : {"--out", out.c_str(), "--source-root", MEMPROF_TEST_SOURCE, "--tools",
                             "none", "--max-runs", "48", "--no-waste", "-j", "1"}) {
    command.arguments.emplace_back(option);
  }
  command.arguments.insert(command.arguments.end(), policy.begin(), policy.end());
  command.arguments.insert(command.arguments.end(), {"--", ProgramPath("fifty_one_bug")});
  command.output_path = out + "/stage.txt";
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                               "MEMPROF"};
  command.time_limit_s = 120;
  const Result<ProcessEnd> end = RunProcess(command);
  return end && end->how == ProcessEnd::How::kExited ? end->code : -1;
}

std::vector<std::string> NamesOfFifty() {
  std::vector<std::string> names = {"WatchesByDay",          "WatchesByNight",     "WatchesTwice",
                                    "WatchesThroughALambda", "WatchesEachShelf",   "WatchesNames",
                                    "WatchesLongNames",      "NotifiesWhomItAdded"};
  for (std::string& name : names) name.insert(0, "Librarian.");
  for (int i = 0; i < 16; ++i) {
    names.push_back(fmt::format("Of/Reader.IsToldOfEachBook/{}", i));
    names.push_back(fmt::format("Of/Shelf.HasAName/{}", i));
  }
  for (int i = 0; i < 10; ++i) names.push_back(fmt::format("Of/Name/{}.IsKept", i));
  return names;
}

TEST(FiftyTests, OfCTestAreOneFindingInItsReport) {
  const std::string out = FreshDirectory("FiftyTests.stages");
  ASSERT_EQ(RunStage(out, {"screen"}), 0);
  const std::vector<std::string> names = NamesOfFifty();
  ASSERT_EQ(names.size(), 50u);
  for (const std::string& name : names) {
    EXPECT_EQ(RunStage(out, {"test", "--test", name}), 1) << name;
  }
  RunStage(out, {"report"});
  MemprofRun merged;
  merged.out = out;
  const Result<std::string> json = ReadFile(out + "/report.json");
  ASSERT_TRUE(json.ok());
  Result<Report> report = ReadReportJson(*json);
  ASSERT_TRUE(report.ok());
  merged.has_report = true;
  merged.report = std::move(report).value();
  ExpectOneFindingOfFifty(merged);

  // As known, it fails neither a test nor the report.
  const std::string known = out + "/known.json";
  ASSERT_TRUE(WriteFile(known, *json).ok());
  for (const char* name : {"Librarian.WatchesByDay", "Of/Shelf.HasAName/3"}) {
    EXPECT_EQ(RunStage(out, {"test", "--test", name}, {"--baseline", known}), 0) << name;
  }
  const std::string leaks = out + "/leaks.supp";
  ASSERT_TRUE(WriteFile(leaks, "growth:catalogue::Catalogue::Watch\n").ok());
  EXPECT_EQ(RunStage(out, {"test", "--test", "Librarian.WatchesTwice"}, {"--suppressions", leaks}),
            0);
  EXPECT_EQ(RunStage(out, {"report"}, {"--baseline", known}), 0);
}

/// 200 tests of as many functions that lose memory; `added` is a leak more in one of them, above.
std::string Source(bool added) {
  std::string source = "#include <gtest/gtest.h>\n";
  for (int i = 0; i < 200; ++i) {
    source += fmt::format("static int Load{}(int seed) {{\n", i);
    if (added && i == 117)
      source += "  char* const label = new char[100]{};\n  seed += label[0];\n";
    source += "  int* const numbers = new int[6]{seed};\n  return numbers[0];\n}\n";
    source += fmt::format("TEST(Legacy, Loads{0}) {{ EXPECT_EQ(Load{0}(1), 1); }}\n", i);
  }
  return source;
}

MemprofRun RunLegacy(const std::string& directory, bool added,
                     const std::vector<std::string>& policy) {
  EXPECT_TRUE(WriteFile(directory + "/legacy_test.cc", Source(added)).ok());
  EXPECT_EQ(CompileTest(directory, "legacy_test", "legacy_test.cc"), "");
  std::vector<std::string> options = {"--tools",    "none",          "--max-runs", "48",
                                      "--no-waste", "--source-root", directory};
  options.insert(options.end(), policy.begin(), policy.end());
  return RunMemprof(directory + "/legacy_test", options);
}

TEST(BaselineOfTwoHundred, IsGreenUntilAFunctionOfItLeaksMore) {
  const std::string directory = FreshDirectory("BaselineOfTwoHundred");
  const std::string baseline = directory + "/baseline.json";
  const MemprofRun first = RunLegacy(directory, false, {"--write-baseline", baseline});
  EXPECT_EQ(first.exit_code, 1);
  ASSERT_EQ(first.report.findings.size(), 200u) << Describe(first);

  const MemprofRun known = RunLegacy(directory, false, {"--baseline", baseline});
  EXPECT_EQ(known.exit_code, 0) << Describe(known);
  EXPECT_EQ(known.report.summary.known, 200);

  const MemprofRun more = RunLegacy(directory, true, {"--baseline", baseline});
  EXPECT_EQ(more.exit_code, 1);
  EXPECT_EQ(more.report.summary.known, 200) << Describe(more);
  ASSERT_EQ(more.report.findings.size(), 201u);
  std::vector<const Finding*> fresh;
  for (const Finding& finding : more.report.findings) {
    if (finding.baseline == BaselineState::kNew) fresh.push_back(&finding);
  }
  ASSERT_EQ(fresh.size(), 1u) << Describe(more);
  EXPECT_EQ(fresh[0]->location.function, "Load117");
  EXPECT_EQ(fresh[0]->impact.bytes_per_iteration, 100);
  // What is new stands above what is known, and it alone is what to do first.
  const std::size_t section = more.output.find("KNOWN TO THE BASELINE");
  ASSERT_NE(section, std::string::npos);
  const std::size_t at = more.output.find("+100 B");
  EXPECT_LT(at, section);
  EXPECT_EQ(more.output.substr(0, section).find("CRITICAL 2"), std::string::npos);
}

}  // namespace
}  // namespace memprof
