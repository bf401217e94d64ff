// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "runner/report/profile_sums.h"
#include "runner/views/lines_view.h"
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

ProfileFigures SumOf(const std::vector<ProfileFigures>& parts) {
  ProfileFigures sum;
  for (const ProfileFigures& part : parts) {
    sum.allocated_bytes += part.allocated_bytes;
    sum.allocations += part.allocations;
    sum.temporary_bytes += part.temporary_bytes;
    sum.temporaries += part.temporaries;
    sum.kept_bytes += part.kept_bytes;
    sum.kept_blocks += part.kept_blocks;
  }
  return sum;
}

// The test makes 20,000 strings of 49 bytes on one line, and nothing else.
TEST(Lines, AddUpToWhatTheTestAllocatedToTheByteAndTheCall) {
  constexpr std::uint64_t kMany = 20'000, kBytes = 49;
  const MemprofRun run = RunMemprof(ProgramPath("waste_temporaries"),
                                    {"--only", "trace", "--filter", "Argument.Wasteful"});
  ASSERT_TRUE(run.has_report) << run.output;
  ViewRequest request;
  request.test_filter = "Argument.Wasteful";
  const Result<ProfileChoice> choice = ChooseProfiles(run.report, request);
  ASSERT_TRUE(choice.ok()) << choice.error().message;
  ASSERT_EQ(choice->profiles.size(), 1u) << choice->why_none;
  EXPECT_TRUE(choice->notes.empty()) << "the test is alone in its process";
  const Profile& profile = *choice->profiles[0];
  const auto runs = static_cast<std::uint64_t>(profile.runs);
  const LinesView view = BuildLines(run.report, *choice, "tests/programs/waste_temporaries.cc");

  std::vector<ProfileFigures> lines;
  for (const auto& [number, row] : view.lines) lines.push_back(row.self.figures);
  EXPECT_EQ(SumOf(lines), view.in_file.figures);
  EXPECT_EQ(view.in_file.figures.allocations, runs * kMany);
  EXPECT_EQ(view.in_file.figures.allocated_bytes, runs * kMany * kBytes);
  EXPECT_EQ(view.other_files, LineSums());
  const ProfileFigures rows = SumOf({view.in_file.figures, view.other_files.figures,
                                     view.without_lines.figures, view.not_told.figures});
  EXPECT_EQ(rows, view.total.figures);
  std::vector<ProfileFigures> told = {profile.other};
  for (const ProfileSite& site : profile.sites) told.push_back(site.figures);
  EXPECT_EQ(SumOf(told), view.total.figures);

  // What the counters saw more than the line is GoogleTest's: the fixture, the flags that it saves.
  constexpr std::uint64_t kMostOfGoogleTest = 4;
  ASSERT_TRUE(view.counted_in_tests.has_value());
  EXPECT_GE(*view.counted_in_tests, runs * kMany);
  EXPECT_LE(*view.counted_in_tests, runs * (kMany + kMostOfGoogleTest));
  const TestReport* test = run.Test("Argument.Wasteful");
  ASSERT_NE(test, nullptr);
  EXPECT_NEAR(static_cast<double>(*test->iterations[0].allocations), static_cast<double>(kMany),
              static_cast<double>(kMostOfGoogleTest));
  ASSERT_TRUE(view.left_out.has_value());
  EXPECT_GE(view.left_out->allocations + view.not_told.figures.allocations,
            *view.counted_in_tests - runs * kMany);
  EXPECT_LT(view.not_told.figures.allocations, 100u) << "GoogleTest's own is sorted out";

  ASSERT_FALSE(profile.sites.empty());
  const ProfileSite& strings = profile.sites[0];
  ASSERT_LT(strings.type, profile.types.size());
  EXPECT_EQ(profile.types[strings.type], "char[]");
  ASSERT_TRUE(strings.shape.has_value());
  EXPECT_EQ(strings.shape->largest, kBytes);
  EXPECT_EQ(strings.shape->sizes, (std::vector<std::uint64_t>{0, 0, 0, 0, 0, 0, runs * kMany}));
}

}  // namespace
}  // namespace memprof
