// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// What advice costs: a file is read once for all findings, and one that has nothing to do with a
// finding next to nothing.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <time.h>

#include <cstddef>
#include <string>
#include <utility>

#include "runner/diagnose/advise.h"

namespace memprof {
namespace {

constexpr int kClassesInFile = 6;

double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::string ClassText(int number) {
  return fmt::format(R"(class Log{0} {{
 public:
  void Step(int n) {{
    lines{0}_.push_back(n);
    int sum = 0;
    for (int i = 0; i < n; ++i) {{
      sum += lines{0}_[i];
    }}
    total_ = sum;
  }}
 private:
  std::vector<int> lines{0}_;
  int total_ = 0;
}};
)",
                     number);
}

/// CPU time that a finding of each class takes, of the fastest of three.
double SecondsFor(int files) {
  Sources sources;
  Report report;
  for (int file = 0; file < files; ++file) {
    const std::string path = fmt::format("src/log{}.cc", file);
    std::string text = "#include <vector>\n";
    for (int i = 0; i < kClassesInFile; ++i) {
      const int number = file * kClassesInFile + i;
      Finding finding;
      finding.kind = FindingKind::kMemoryGrowth;
      finding.location = {path, 5 + i * 14, fmt::format("Log{}::Step(int)", number)};
      Frame frame;
      frame.function = finding.location.function;
      frame.file = path;
      frame.line = finding.location.line;
      finding.stack = {frame};
      HeldBy holder;
      holder.symbol = fmt::format("Log{0}::lines{0}_", number);
      holder.type = "std::vector<int>";
      holder.file = path;
      holder.line = finding.location.line + 8;
      finding.held_by = holder;
      report.findings.push_back(std::move(finding));
      text += ClassText(number);
    }
    sources.Add(SourceFile(path, std::move(text)));
  }
  double least = 0;
  for (int round = 0; round < 3; ++round) {
    Report advised = report;
    const double begin = CpuSeconds();
    Advise(sources, &advised);
    const double seconds = CpuSeconds() - begin;
    if (round == 0 || seconds < least) least = seconds;
    EXPECT_EQ(advised.findings.back().pattern, Pattern::kUnboundedCollection);
  }
  return least;
}

TEST(AdviceCost, GrowsAsTheReportDoes) {
  const double few = SecondsFor(8);
  const double many = SecondsFor(32);
  // Four times as many findings in as many more files; where each looked at each file, 16 times.
  EXPECT_LT(many, 8 * few) << few << " s and " << many << " s";
}

}  // namespace
}  // namespace memprof
