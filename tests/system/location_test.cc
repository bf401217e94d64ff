// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/system/compiled_test.h"
#include "tests/system/memprof_run.h"
#include "tests/system/source_marks.h"

namespace memprof {
namespace {

TEST(Location, OfALeakInAnInlineMethodIsItsOwnLine) {
  const std::string file = "tests/programs/found_inline_method.cc";
  const int line = LineOf(file, "// the leak");
  ASSERT_GT(line, 0);
  const MemprofRun run = RunMemprof(ProgramPath("found_inline_method"));
  const auto findings = run.Findings(Severity::kWarning);
  ASSERT_EQ(findings.size(), 1u) << Describe(run);
  EXPECT_EQ(findings[0]->kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(findings[0]->location.file, file);
  EXPECT_EQ(findings[0]->location.line, line);
  EXPECT_EQ(findings[0]->location.function, "Buffer::Grow") << Describe(run);
}

// Bazel and reproducible builds leave no absolute directory in the debug information.
TEST(Location, IsTheUsersLineWhereTheCompilationDirectoryIsRelative) {
  const std::string directory = FreshDirectory("relative_directory");
  std::filesystem::copy_file(
      std::string(MEMPROF_TEST_SOURCE) + "/examples/reference_cycle/leak_test.cc",
      directory + "/leak_test.cc");
  ASSERT_EQ(
      CompileTest(directory, "cycle", "leak_test.cc", "-fdebug-prefix-map='" + directory + "'=."),
      "");
  const MemprofRun run = RunMemprof(directory + "/cycle", {"--source-root", directory});
  const auto findings = run.Findings(Severity::kWarning);
  ASSERT_EQ(findings.size(), 1u) << Describe(run);
  EXPECT_EQ(findings[0]->location.file, "leak_test.cc");
  EXPECT_EQ(findings[0]->location.line,
            LineOf("examples/reference_cycle/leak_test.cc", "// LEAK:"));
  // What LeakSanitizer and the snapshots call lost is the same, and counts once.
  EXPECT_EQ(findings[0]->impact.blocks_per_iteration, 2) << Describe(run);
}

}  // namespace
}  // namespace memprof
