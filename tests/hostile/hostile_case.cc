// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/hostile/hostile_case.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

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

/// Processes whose environment names the run's directory, as that of all that memprof starts does;
/// none after two seconds at the latest, for what was killed needs a moment.
std::vector<std::string> ProcessesLeftBy(const MemprofRun& run) {
  std::vector<std::string> left;
  for (int look = 0; look < 20; ++look) {
    left.clear();
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const std::string process = entry.path().filename();
      if (process.find_first_not_of("0123456789") != std::string::npos) continue;
      std::stringstream environment;
      environment << std::ifstream(entry.path() / "environ").rdbuf();
      if (environment.str().find(run.out + "/") != std::string::npos) left.push_back(process);
    }
    if (left.empty()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return left;
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
  if (!row.leaves_processes) {
    EXPECT_EQ(ProcessesLeftBy(run), std::vector<std::string>()) << Describe(run);
  }
  EXPECT_EQ(run.output.find("terminate called"), std::string::npos) << Describe(run);
  return run;
}

}  // namespace memprof
