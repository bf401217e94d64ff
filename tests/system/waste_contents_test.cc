// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Waste that is told by what lies in the blocks, by real runs under Valgrind and with real peaks.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "runner/diagnose/waste/waste_findings.h"
#include "runner/execute/dhat_run.h"
#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/execute/waste_trace.h"
#include "runner/parse/peak_contents.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// All evidence of waste on one test of a program, with what is told of it.
struct Told {
  WasteEvidence evidence;
  std::vector<Finding> findings;
};

RunOptions OptionsFor(const std::string& program) {
  RunOptions options;
  options.command = {ProgramPath(program)};
  options.source_root = MEMPROF_TEST_SOURCE;
  return options;
}

Told Measure(const std::string& program, const std::string& suite, const std::string& name) {
  const RunOptions options = OptionsFor(program);
  const std::string directory = FreshDirectory("waste_" + suite + "_" + name);
  WasteJob job;
  job.test.suite = suite;
  job.test.name = name;
  const Result<TracedWaste> traced = TraceWaste(options, job, "", directory);
  EXPECT_TRUE(traced.ok()) << (traced.ok() ? "" : traced.error().message);
  if (!traced.ok()) return {};
  Told measured = {traced->evidence, {}};
  RunDhat(options, directory, 0.1, DhatFor(measured.evidence, options.thresholds),
          &measured.evidence);
  DiagnoseContext context;
  context.source_root = options.source_root;
  context.binary = options.command[0];
  context.framework = traced->framework;
  measured.findings = WasteFindings(measured.evidence, context, options.thresholds);
  return measured;
}

struct PromiseCase {
  const char* name;
  const char* program;
  const char* suite;
  const char* wasteful;
  const char* rewritten;
  Pattern pattern;
};

class WasteOfContents : public testing::TestWithParam<PromiseCase> {};

TEST_P(WasteOfContents, IsToldAtItsLineAndTheRewriteSavesWhatWasPromised) {
  const PromiseCase& row = GetParam();
  const Told wasteful = Measure(row.program, row.suite, row.wasteful);
  const Finding* told = nullptr;
  for (const Finding& finding : wasteful.findings) {
    if (finding.pattern == row.pattern) told = &finding;
  }
  ASSERT_NE(told, nullptr) << wasteful.evidence.dhat.why_not() << " "
                           << wasteful.evidence.duplicates.why_not();
  const std::string source = std::string("tests/programs/") + row.program + ".cc";
  EXPECT_EQ(told->location.file, source);
  const std::string mark = std::string("// WASTE: ") + Name(row.pattern);
  const Result<std::string> text = ReadFile(std::string(MEMPROF_TEST_SOURCE) + "/" + source);
  ASSERT_TRUE(text.ok());
  std::size_t begin = 0;
  for (int line = 1; line < told->location.line; ++line) begin = text->find('\n', begin) + 1;
  const std::string marked = text->substr(begin, text->find('\n', begin) - begin);
  EXPECT_NE(marked.find(mark), std::string::npos) << told->location.line << ": " << marked;

  ASSERT_TRUE(told->fix && told->fix->expected_reduction_bytes);
  const std::int64_t promised = *told->fix->expected_reduction_bytes;
  const Told rewritten = Measure(row.program, row.suite, row.rewritten);
  EXPECT_TRUE(rewritten.findings.empty()) << rewritten.findings[0].title;
  const auto saved = static_cast<std::int64_t>(wasteful.evidence.allocated_bytes) -
                     static_cast<std::int64_t>(rewritten.evidence.allocated_bytes);
  EXPECT_GE(saved, promised - promised / 5);
  if (told->fix->expected_peak_reduction_bytes) {
    const auto of_peak = static_cast<std::int64_t>(wasteful.evidence.peak_bytes) -
                         static_cast<std::int64_t>(rewritten.evidence.peak_bytes);
    const std::int64_t promised_of_peak = *told->fix->expected_peak_reduction_bytes;
    EXPECT_GE(of_peak, promised_of_peak - promised_of_peak / 5);
  }
}

INSTANTIATE_TEST_SUITE_P(
    , WasteOfContents,
    testing::Values(PromiseCase{"DuplicateData", "waste_duplicates", "WasteDuplicates",
                                "EachRowHasItsUnit", "RowsShareTheirUnits",
                                Pattern::kDuplicateData},
                    PromiseCase{"Oversize", "waste_oversize", "WasteOversize",
                                "BufferForTheLargestMessage", "BufferAsLargeAsTheMessage",
                                Pattern::kOversize},
                    PromiseCase{"Copy", "waste_copies", "WasteCopies", "ParameterByValue",
                                "ParameterByReference", Pattern::kCopy}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(WasteOfContentsIsNotTold, WhereARewriteWouldBreakOrSaveNothing) {
  for (const auto& [program, suite, name] :
       {std::tuple("waste_copies", "WasteCopies", "CopyOfWhatIsThenChanged"),
        std::tuple("waste_copies", "WasteCopies", "CopiesThatAreKept"),
        std::tuple("waste_oversize", "WasteOversize", "BufferThatIsCleared")}) {
    const Told measured = Measure(program, suite, name);
    EXPECT_TRUE(measured.evidence.dhat.has_value()) << measured.evidence.dhat.why_not();
    for (const Finding& finding : measured.findings) {
      EXPECT_TRUE(finding.pattern != Pattern::kCopy && finding.pattern != Pattern::kOversize &&
                  finding.pattern != Pattern::kDuplicateData)
          << name << ": " << finding.title;
    }
  }
}

TEST(DhatRun, SaysWhyThereIsNothing) {
  RunOptions options = OptionsFor("waste_copies");
  WasteEvidence evidence;
  evidence.test.suite = "WasteCopies";
  evidence.test.name = "ParameterByValue";
  const std::string directory = FreshDirectory("dhat_run");
  options.valgrind = "no-valgrind-here";
  RunDhat(options, directory, 0.1, {true, false}, &evidence);
  EXPECT_EQ(
      evidence.dhat.why_not(),
      "no-valgrind-here is not installed; on Debian it is the package valgrind (memprof doctor "
      "tells what else is missing)");
  EXPECT_EQ(evidence.copies.why_not(), "DHAT did not run");
  options.valgrind = "valgrind";
  options.tools = {"lsan"};
  RunDhat(options, directory, 0.1, {true, true}, &evidence);
  EXPECT_EQ(evidence.dhat.why_not(), "left out by --tools");
  EXPECT_EQ(evidence.copies.why_not(), "left out by --tools");
  options.tools = {"massif"};
  evidence.test.name = "NoSuchTest";
  RunDhat(options, directory, 0.1, {true, false}, &evidence);
  EXPECT_EQ(evidence.dhat.why_not(), "no test of that name ran");
}

TEST(PeakContentsRun, WhoeverReachesThePeakTheFileIsWholeAtTheEnd) {
  const std::string out = FreshDirectory("peak_contents");
  const std::string path = out + "/a.rec";
  Command command;
  command.arguments = {ProgramPath("waste_duplicates"), "--gtest_repeat=3",
                       "--gtest_filter=WasteDuplicates.*:-*Share*"};
  command.output_path = out + "/output.txt";
  command.set_environment = {
      {"MEMPROF_RECORD", path}, {"MEMPROF_TRACE", "1"}, {"MEMPROF_PEAK_CONTENTS", "1"}};
  command.unset_environment = {"MEMPROF", "GTEST_OUTPUT"};
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->code, 0);
  const Result<std::string> bytes = ReadFile(path);
  ASSERT_TRUE(bytes.ok());
  const Result<RecordFile> record = ParseRecord(*bytes);
  ASSERT_TRUE(record.ok() && record->trace);
  EXPECT_EQ(record->damage, "");
  // The first test by the main thread, the second by a thread that ends at once; each once.
  const std::vector<RecordedPeakContents>& contents = record->trace->peak_contents;
  ASSERT_EQ(contents.size(), 2u);
  for (const RecordedPeakContents& each : contents) {
    EXPECT_EQ(each.what.state, record::kSnapshotWhole) << each.why;
    EXPECT_EQ(each.what.iteration, 1u);
    const Result<std::string> file = ReadFile(path + ".peak" + std::to_string(each.what.number));
    ASSERT_TRUE(file.ok());
    const Result<PeakContentsFile> parsed = ParsePeakContents(*file, each, *record->trace);
    ASSERT_TRUE(parsed.ok()) << parsed.error().message;
    ASSERT_EQ(parsed->groups.size(), 4u);
    for (const EqualBlocks& group : parsed->groups) {
      EXPECT_GT(group.blocks, 4000u);
      EXPECT_TRUE(group.shown.starts_with("kilograms per square")) << group.shown;
      EXPECT_NE(group.stack, record::kNoStack);
    }
  }
}

}  // namespace
}  // namespace memprof
