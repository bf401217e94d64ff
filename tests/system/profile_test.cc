// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "runner/report/profile_sums.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

std::uint64_t KeptOf(const Profile& profile) {
  std::uint64_t kept = profile.other.kept_bytes;
  for (const ProfileSite& site : profile.sites) kept += site.figures.kept_bytes;
  return kept;
}

/// The text of a line that the report carries; empty where it does not.
std::string TextOf(const Report& report, const std::string& file, int line) {
  for (const SourceExcerpt& excerpt : report.sources) {
    const int after = line - excerpt.first_line;
    const bool has_it = after >= 0 && after < static_cast<int>(excerpt.lines.size());
    if (excerpt.file == file && has_it) return excerpt.lines[static_cast<std::size_t>(after)];
  }
  return "";
}

TEST(Profiles, ALeaksLineHasWhatItsFindingSays) {
  const MemprofRun run =
      RunMemprof(ExamplePath("unbounded_collection_leak"), {"--tools", "none", "--no-waste"});
  ASSERT_TRUE(run.has_report) << run.output;
  ASSERT_EQ(run.report.profiles.size(), 1u) << run.output;
  const Profile& profile = run.report.profiles[0];
  EXPECT_EQ(profile.name, "Gateway.ServesRequests alone, 12 runs");
  ASSERT_EQ(run.report.findings.size(), 1u) << Describe(run);
  const Finding& finding = run.report.findings[0];
  const auto files = FiguresByLine(run.report);
  const auto file = files.find(finding.location.file);
  ASSERT_NE(file, files.end()) << finding.location.file;
  const auto line = file->second.find(finding.location.line);
  ASSERT_NE(line, file->second.end()) << finding.location.line;
  // A deque takes new blocks in some runs only, so the finding's mean has a remainder.
  EXPECT_NEAR(line->second.kept_bytes / profile.runs,
              static_cast<double>(*finding.impact.bytes_per_iteration),
              0.05 * static_cast<double>(*finding.impact.bytes_per_iteration));
  EXPECT_NE(
      TextOf(run.report, finding.location.file, finding.location.line).find(finding.location.text),
      std::string::npos);
  ASSERT_EQ(profile.live_bytes.size(), 12u);
  EXPECT_EQ(static_cast<std::int64_t>(KeptOf(profile)), profile.live_bytes.back());
}

TEST(Profiles, APeakIsWhatTheTestHadAlive) {
  const MemprofRun run = RunMemprof(ProgramPath("waste_peak"), {"--tools", "none"});
  ASSERT_TRUE(run.has_report) << run.output;
  int told = 0;
  for (const Profile& profile : run.report.profiles) {
    for (const PeakProfile& peak : profile.peaks) {
      const TestReport* test = run.Test(peak.test);
      ASSERT_NE(test, nullptr) << peak.test;
      std::uint64_t bytes = peak.other_bytes;
      for (const PeakShare& share : peak.shares) bytes += share.bytes;
      const auto whole = static_cast<double>(*test->iterations[0].peak_bytes);
      EXPECT_NEAR(static_cast<double>(bytes), whole, 0.05 * whole + 4096) << peak.test;
      ++told;
    }
  }
  EXPECT_GT(told, 0);
}

}  // namespace
}  // namespace memprof
