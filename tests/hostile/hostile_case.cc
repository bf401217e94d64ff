// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/hostile/hostile_case.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace memprof {
namespace {

std::vector<std::string> CriticalOf(const MemprofRun& run) {
  std::vector<std::string> names;
  for (const Finding* finding : run.Findings(Severity::kCritical)) {
    names.push_back(finding->tests.empty() ? finding->scope_label
                                           : fmt::format("{}", fmt::join(finding->tests, ", ")));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

void PrintTo(const HostileCase& row, std::ostream* out) { *out << row.name; }

MemprofRun ExpectOutcome(const HostileCase& row) {
  const auto begin = std::chrono::steady_clock::now();
  const std::string path =
      row.program.find('/') != std::string::npos ? row.program : ProgramPath(row.program);
  MemprofRun run = RunMemprof(path, row.options, row.arguments, row.environment);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(taken.count(), row.within_s) << Describe(run);
  EXPECT_EQ(run.exit_code, row.exit_code) << Describe(run);
  std::vector<std::string> critical = row.critical;
  std::sort(critical.begin(), critical.end());
  EXPECT_EQ(CriticalOf(run), critical) << Describe(run);
  for (const auto& [name, status] : row.tests) {
    const TestReport* test = run.Test(name);
    EXPECT_NE(test, nullptr) << name << "\n" << Describe(run);
    if (test != nullptr) {
      EXPECT_STREQ(Name(test->status), Name(status)) << name << "\n" << Describe(run);
    }
  }
  if (row.tests_on_record >= 0) {
    EXPECT_EQ(run.report.tests.size(), static_cast<std::size_t>(row.tests_on_record))
        << Describe(run);
  }
  for (const auto& [tool, why] : row.not_measured) {
    const bool is_said =
        std::any_of(run.report.not_measured.begin(), run.report.not_measured.end(),
                    [&](const NotMeasured& gap) {
                      return gap.tool == tool && gap.why.find(why) != std::string::npos;
                    });
    EXPECT_TRUE(is_said) << tool << ": " << why << "\n" << Describe(run);
  }
  if (row.nothing_unmeasured) {
    EXPECT_TRUE(run.report.not_measured.empty()) << Describe(run);
  }
  for (const std::string& text : row.says) {
    EXPECT_NE(run.output.find(text), std::string::npos) << text << "\n" << Describe(run);
  }
  EXPECT_EQ(run.output.find("terminate called"), std::string::npos) << Describe(run);
  return run;
}

}  // namespace memprof
