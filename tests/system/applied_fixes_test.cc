// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// What the report prints is applied as a user would apply it: `patch -p1` at the source root. The
// result must compile without a warning and be clean.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "tests/system/compiled_test.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

std::string FileOf(const std::string& example) {
  return fmt::format("examples/{}/leak_test.cc", example);
}

/// The findings that a fix is for: leaks and growth, or waste where there is nothing else.
std::vector<const Finding*> Named(const MemprofRun& run) {
  const std::vector<const Finding*> worst = run.Findings(Severity::kWarning);
  return worst.empty() ? run.Findings(Severity::kOptimization) : worst;
}

/// What patch says when it refuses; else nothing.
std::string Apply(const std::string& diff, const std::string& directory, std::size_t number) {
  const std::string path = fmt::format("{}/{}.diff", directory, number);
  const Result<std::string> written = WriteFile(path, diff);
  if (!written) return written.error().message;
  Command command;
  command.arguments = {"patch", "-p1", "--forward", "-d", directory, "-i", path};
  command.output_path = directory + "/patch.log";
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  if (!end) return end.error().message;
  if (end->how == ProcessEnd::How::kExited && end->code == 0) return "";
  const Result<std::string> said = ReadFile(command.output_path);
  return (said ? *said : std::string("patch failed")) + diff;
}

std::int64_t AllocatedBytes(const MemprofRun& run) {
  std::int64_t bytes = 0;
  for (const TestReport& test : run.report.tests) {
    if (!test.iterations.empty()) bytes += test.iterations.front().allocated_bytes.value_or(0);
  }
  return bytes;
}

class AppliedFixes : public testing::TestWithParam<const char*> {};

TEST_P(AppliedFixes, MakeTheExampleClean) {
  const std::string name = GetParam();
  const MemprofRun before = RunMemprof(PlainPath(name + "_leak"));
  ASSERT_TRUE(before.has_report) << before.output;
  const std::vector<const Finding*> findings = Named(before);
  ASSERT_EQ(findings.size(), name == "lost_owner" ? 2u : 1u) << Describe(before);
  const std::string root = FreshDirectory("applied_" + name);
  const std::string file = FileOf(name);
  std::filesystem::create_directories(root + "/examples/" + name);
  std::filesystem::copy_file(MEMPROF_TEST_SOURCE "/" + file, root + "/" + file);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    ASSERT_TRUE(findings[i]->fix.has_value()) << Describe(before);
    ASSERT_NE(findings[i]->fix->diff, "") << findings[i]->fix->why_no_diff;
    ASSERT_EQ(Apply(findings[i]->fix->diff, root, i), "");
  }
  ASSERT_EQ(CompileTest(root, "patched", file, "-Wall -Wextra -Wshadow -Werror"), "");
  const MemprofRun after = RunMemprof(root + "/patched", {"--source-root", root});
  ASSERT_TRUE(after.has_report) << after.output;
  EXPECT_TRUE(after.Findings(Severity::kWarning).empty()) << Describe(after);
  EXPECT_EQ(after.exit_code, 0) << Describe(after);
  if (findings.front()->severity != Severity::kOptimization) return;
  EXPECT_TRUE(after.report.findings.empty()) << Describe(after);
  const std::int64_t promised = findings.front()->fix->expected_reduction_bytes.value_or(0);
  EXPECT_GT(promised, 0);
  EXPECT_GE(AllocatedBytes(before) - AllocatedBytes(after), promised * 8 / 10)
      << AllocatedBytes(before) << " then " << AllocatedBytes(after);
}

INSTANTIATE_TEST_SUITE_P(Pattern, AppliedFixes,
                         testing::Values("buffer_accumulation", "cache_without_eviction",
                                         "handle_not_closed", "lost_owner", "object_not_released",
                                         "reference_cycle", "static_lifetime",
                                         "string_concatenation", "unbounded_collection"),
                         [](const auto& row) { return std::string(row.param); });

class WordedFixes : public testing::TestWithParam<const char*> {};

TEST_P(WordedFixes, SayWhyThereIsNoDiff) {
  const MemprofRun run = RunMemprof(PlainPath(std::string(GetParam()) + "_leak"));
  const std::vector<const Finding*> findings = Named(run);
  ASSERT_EQ(findings.size(), 1u) << Describe(run);
  ASSERT_TRUE(findings[0]->fix.has_value());
  const Fix& fix = *findings[0]->fix;
  // Whoever makes a diff of these moves them to the list above.
  EXPECT_EQ(fix.diff, "");
  EXPECT_NE(fix.snippet, "");
  EXPECT_NE(fix.why_no_diff, "");
  EXPECT_NE(fix.summary, "");
  EXPECT_NE(fix.why, "");
}

INSTANTIATE_TEST_SUITE_P(Pattern, WordedFixes,
                         testing::Values("closure_capture", "listener_not_removed",
                                         "thread_not_joined"),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace memprof
