// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// The line of a program's source that holds `text`; 0 when there is none.
int LineOf(const std::string& file, const std::string& text) {
  std::ifstream source(std::string(MEMPROF_TEST_SOURCE) + "/" + file);
  std::string line;
  for (int number = 1; std::getline(source, line); ++number) {
    if (line.find(text) != std::string::npos) return number;
  }
  return 0;
}

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

}  // namespace
}  // namespace memprof
