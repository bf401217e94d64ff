// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

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

}  // namespace
}  // namespace memprof
