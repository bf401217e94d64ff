// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// A `// LEAK: severity kind` comment in an example: what memprof must say about that line.
struct Mark {
  std::string severity;
  std::string kind;
  int line = 0;
};

std::vector<Mark> MarksIn(const std::string& path) {
  std::vector<Mark> marks;
  Result<std::string> source = ReadFile(path);
  EXPECT_TRUE(source.ok()) << path;
  if (!source) return marks;
  std::istringstream lines(source.value());
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::size_t at = line.find("// LEAK: ");
    if (at == std::string::npos) continue;
    Mark mark;
    mark.line = number;
    std::istringstream(line.substr(at + 9)) >> mark.severity >> mark.kind;
    marks.push_back(mark);
  }
  EXPECT_FALSE(marks.empty()) << path << " has no mark";
  return marks;
}

bool NamesTest(const Finding& finding, const std::string& name) {
  for (const std::string& test : finding.tests) {
    if (test == name) return true;
  }
  return false;
}

class Examples : public testing::TestWithParam<const char*> {};

TEST_P(Examples, LeakIsCriticalAtItsLine) {
  const std::string name = GetParam();
  const std::string file = fmt::format("examples/{}/leak_test.cc", name);
  const std::vector<Mark> marks = MarksIn(MEMPROF_TEST_SOURCE "/" + file);
  const MemprofRun run = RunMemprof(ExamplePath(name + "_leak"));
  ASSERT_TRUE(run.has_report) << run.output;
  bool expects_critical = false;
  for (const Mark& mark : marks) {
    if (mark.severity != "critical") continue;
    expects_critical = true;
    bool found = false;
    for (const Finding* finding : run.Findings(Severity::kCritical)) {
      const bool of_memory = mark.kind == "memory-leak" || mark.kind == "memory-growth";
      // Without block traces descriptors, threads and mappings are located by their test.
      const bool located = !of_memory || finding->location.line == mark.line;
      found |= finding->location.file == file && located && Name(finding->kind) == mark.kind;
    }
    EXPECT_TRUE(found) << mark.kind << " expected at " << file << ":" << mark.line << "\n"
                       << Describe(run);
  }
  if (expects_critical) {
    EXPECT_EQ(run.exit_code, 1) << Describe(run);
    for (const TestReport& test : run.report.tests) {
      bool named = false;
      for (const Finding* finding : run.Findings(Severity::kCritical)) {
        named |= NamesTest(*finding, test.FullName());
      }
      EXPECT_EQ(test.verdict == TestVerdict::kCritical, named) << test.FullName();
    }
  } else {
    // Waste that keeps nothing is not told yet, and must not be called a leak.
    EXPECT_TRUE(run.Findings(Severity::kWarning).empty()) << Describe(run);
    EXPECT_EQ(run.exit_code, 0);
  }
}

TEST_P(Examples, FixIsClean) {
  const MemprofRun run = RunMemprof(ExamplePath(std::string(GetParam()) + "_fixed"));
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_TRUE(run.Findings(Severity::kWarning).empty()) << Describe(run);
  EXPECT_TRUE(run.report.not_measured.empty()) << Describe(run);
  EXPECT_EQ(run.exit_code, 0) << Describe(run);
}

INSTANTIATE_TEST_SUITE_P(Pattern, Examples,
                         testing::Values("buffer_accumulation", "cache_without_eviction",
                                         "closure_capture", "handle_not_closed",
                                         "listener_not_removed", "lost_owner",
                                         "object_not_released", "reference_cycle",
                                         "static_lifetime", "string_concatenation",
                                         "thread_not_joined", "unbounded_collection"),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace memprof
