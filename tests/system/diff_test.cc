// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/report/json_reader.h"
#include "runner/report/renderers.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

struct Diff {
  int exit_code = -1;
  std::string output;
};

/// `memprof diff`, in the directory of the second run.
Diff RunDiff(const std::string& base, const std::string& now,
             const std::vector<std::string>& options = {}) {
  Command command;
  command.arguments = {MEMPROF_TEST_CLI, "diff", base, now};
  command.arguments.insert(command.arguments.end(), options.begin(), options.end());
  command.output_path = MEMPROF_TEST_OUTPUT "/diff.txt";
  command.time_limit_s = 60;
  Diff diff;
  const Result<ProcessEnd> end = RunProcess(command);
  if (end && end->how == ProcessEnd::How::kExited) diff.exit_code = end->code;
  if (Result<std::string> text = ReadFile(command.output_path); text.ok()) diff.output = *text;
  return diff;
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The report of a run with all its lines `by` lower, as after an edit above.
std::string ShiftedBy(int by, const MemprofRun& run) {
  Report report = run.report;
  for (Finding& finding : report.findings) {
    finding.location.line += by;
    for (Frame& frame : finding.stack) frame.line += frame.line > 0 ? by : 0;
  }
  const std::string path = run.out + "/shifted.json";
  EXPECT_TRUE(WriteFile(path, RenderJson(report, RenderOptions())).ok());
  return path;
}

TEST(Diff, OfAnExampleAndItsFixSaysFixed) {
  const MemprofRun leak = RunMemprof(ExamplePath("lost_owner_leak"));
  const MemprofRun fixed = RunMemprof(ExamplePath("lost_owner_fixed"));
  ASSERT_TRUE(leak.has_report && fixed.has_report);
  ASSERT_EQ(leak.report.findings.size(), 2u) << Describe(leak);

  const Diff forward = RunDiff(leak.out, fixed.out);
  EXPECT_EQ(forward.exit_code, 0) << forward.output;
  EXPECT_TRUE(Has(forward.output, "2 fixed")) << forward.output;
  EXPECT_TRUE(Has(forward.output, "No leaks detected in 2 tests.")) << forward.output;

  const Diff back = RunDiff(fixed.out + "/report.json", leak.out + "/report.json");
  EXPECT_EQ(back.exit_code, 1) << back.output;
  EXPECT_TRUE(Has(back.output, "2 new")) << back.output;
  EXPECT_EQ(RunDiff(fixed.out, leak.out, {"--fail-on-new", "never"}).exit_code, 0);

  const Diff shifted = RunDiff(ShiftedBy(7, leak), leak.out);
  EXPECT_EQ(shifted.exit_code, 0) << shifted.output;
  EXPECT_TRUE(Has(shifted.output, "2 known")) << shifted.output;

  const std::string comment = leak.out + "/comment.md";
  EXPECT_EQ(RunDiff(leak.out, fixed.out, {"--format", "markdown", "--out", comment}).exit_code, 0);
  const Result<std::string> markdown = ReadFile(comment);
  ASSERT_TRUE(markdown.ok());
  EXPECT_TRUE(Has(*markdown, "### memprof: 2 fixed")) << *markdown;
}

TEST(Diff, OfAnEditedFileShowsTheLeakThatWasAddedAsTheOnlyNewOne) {
  const MemprofRun before = RunMemprof(ProgramPath("edited_leaks_before"));
  const MemprofRun after = RunMemprof(ProgramPath("edited_leaks_after"));
  ASSERT_EQ(before.report.findings.size(), 1u) << Describe(before);
  ASSERT_EQ(after.report.findings.size(), 2u) << Describe(after);
  const Diff added = RunDiff(before.out, after.out);
  EXPECT_EQ(added.exit_code, 1) << added.output;
  EXPECT_TRUE(Has(added.output, "1 new, 1 known")) << added.output;
  EXPECT_TRUE(Has(added.output, "100 B")) << added.output;
  const Diff taken_back = RunDiff(after.out, before.out);
  EXPECT_EQ(taken_back.exit_code, 0) << taken_back.output;
  EXPECT_TRUE(Has(taken_back.output, "1 fixed, 1 known")) << taken_back.output;
}

TEST(Diff, AgainstARunWithoutTheTestSaysNotMeasured) {
  const MemprofRun leak = RunMemprof(ExamplePath("lost_owner_leak"));
  const MemprofRun part =
      RunMemprof(ExamplePath("lost_owner_leak"), {"--filter", "Drawing.*", "--only", "screen"});
  ASSERT_TRUE(leak.has_report && part.has_report);
  const Diff diff = RunDiff(leak.out, part.out);
  EXPECT_EQ(diff.exit_code, 3) << diff.output;
  EXPECT_TRUE(Has(diff.output, "2 not measured")) << diff.output;
  EXPECT_TRUE(Has(diff.output, "Protocol.RefusesABadChecksum did not run")) << diff.output;
  EXPECT_FALSE(Has(diff.output, "No leaks")) << diff.output;
}

TEST(Diff, OfWhatIsNoReportSaysWhichFileAndWhatToGive) {
  const std::string directory = FreshDirectory("Diff.no_report");
  const Diff missing = RunDiff(directory, directory);
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_TRUE(Has(missing.output, directory + "/report.json")) << missing.output;
  ASSERT_TRUE(WriteFile(directory + "/report.json", "{\"schema_version\": 1}").ok());
  const Diff damaged = RunDiff(directory, directory);
  EXPECT_EQ(damaged.exit_code, 2);
  EXPECT_TRUE(Has(damaged.output, "not a report of memprof")) << damaged.output;
}

TEST(Suppressions, LeaveFindingsOutAndAreTold) {
  const std::string file = FreshDirectory("Suppressions.files") + "/leaks.supp";
  ASSERT_TRUE(WriteFile(file,
                        "# of the protocol, until it is rewritten\n"
                        "leak:protocol::Accept reason=\"#12\"\n"
                        "leak:drawing::MakeSquare max_bytes=8\n"
                        "leak:drawing::MakeSquare expires=2020-01-01\n"
                        "fd:NoSuchFunction\n")
                  .ok());
  const MemprofRun run = RunMemprof(ExamplePath("lost_owner_leak"), {"--suppressions", file});
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_EQ(run.exit_code, 1) << Describe(run);
  ASSERT_EQ(run.report.findings.size(), 1u) << Describe(run);
  EXPECT_EQ(run.report.findings[0].location.function, "drawing::MakeSquare");
  EXPECT_EQ(run.report.findings[0].evidence.back().source, "suppressions");
  EXPECT_EQ(run.report.summary.suppressed, 1);
  ASSERT_EQ(run.report.suppressions.size(), 4u);
  EXPECT_EQ(run.report.suppressions[0].findings, 1);
  EXPECT_EQ(run.report.suppressions[0].reason, "#12");
  EXPECT_EQ(run.report.suppressions[1].exceeded.size(), 1u);
  EXPECT_TRUE(run.report.suppressions[2].expired);
  EXPECT_EQ(run.report.suppressions[3].stale, run.report.not_measured.empty());
}

TEST(Suppressions, AWrongLineIsRefusedBeforeTheTestsRun) {
  const std::string file = FreshDirectory("Suppressions.wrong") + "/leaks.supp";
  ASSERT_TRUE(WriteFile(file, "leak:a\nlek:b\n").ok());
  const MemprofRun run = RunMemprof(ExamplePath("lost_owner_leak"), {"--suppressions", file});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_FALSE(run.has_report);
  EXPECT_TRUE(Has(run.output, file + ":2: there is no kind \"lek\"")) << run.output;
}

TEST(BaselineOfARun, MakesItsFindingsKnown) {
  const std::string file = FreshDirectory("BaselineOfARun.files") + "/baseline.json";
  const MemprofRun first = RunMemprof(ExamplePath("lost_owner_leak"), {"--write-baseline", file});
  EXPECT_EQ(first.exit_code, 1) << Describe(first);
  const MemprofRun second =
      RunMemprof(ExamplePath("lost_owner_leak"), {"--baseline", file, "--write-baseline", file});
  ASSERT_TRUE(second.has_report) << second.output;
  EXPECT_EQ(second.exit_code, 0) << Describe(second);
  EXPECT_EQ(second.report.summary.known, 2);
  ASSERT_TRUE(second.report.baseline.has_value());
  EXPECT_EQ(second.report.baseline->findings, 2);
  // Of another program's findings none is known, and none is gone: its tests did not run.
  const MemprofRun other = RunMemprof(ExamplePath("reference_cycle_leak"), {"--baseline", file});
  EXPECT_EQ(other.exit_code, 1) << Describe(other);
  EXPECT_EQ(other.report.summary.known, 0);
  ASSERT_TRUE(other.report.baseline.has_value());
  EXPECT_EQ(other.report.baseline->gone, 0);
}

TEST(BaselineOfARun, ThatIsMissingSaysHowToMakeOne) {
  const MemprofRun run =
      RunMemprof(ExamplePath("lost_owner_leak"), {"--baseline", "/nowhere/baseline.json"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_TRUE(Has(run.output, "--write-baseline /nowhere/baseline.json")) << run.output;
}

}  // namespace
}  // namespace memprof
