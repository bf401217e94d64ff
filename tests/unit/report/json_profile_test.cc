// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_profile.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/json_reader.h"
#include "runner/report/renderers.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

Result<Report> ReadAgain(const Report& report) { return ReadReportJson(RenderJson(report, {})); }

TEST(JsonProfile, EveryMemberComesBack) {
  Report report = SampleReport();
  report.profiles[1].sites[0].figures = {std::numeric_limits<std::uint64_t>::max(), 1, 2, 3, 4, 5};
  report.profiles[1].live_bytes = {-1, 0, std::numeric_limits<std::int64_t>::max()};
  report.profiles.emplace_back();
  report.conflicts = {"Cache.Lookup passed in one shard, and failed in another"};
  report.tests[0].binary = "build/cache_test";
  const Result<Report> read = ReadAgain(report);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->profiles, report.profiles);
  EXPECT_EQ(read->sources, report.sources);
  EXPECT_EQ(read->conflicts, report.conflicts);
  EXPECT_EQ(read->tests[0].binary, "build/cache_test");
  EXPECT_EQ(read->tests[1].binary, "");
}

TEST(JsonProfile, SaysWhereItIsDamaged) {
  struct Row {
    const char* place;  ///< below profiles[0], as a JSON pointer
    Json value;
    const char* message;
  };
  const std::vector<Row> rows = {
      {"/runs", 0, "profiles[0].runs is not a positive integer"},
      {"/sites/1/0/0", 16, "profiles[0].sites[1][0][0] is not an index below 16"},
      {"/sites/1/0/0", -1,
       "profiles[0].sites[1][0][0] is not an integer of 64 bits that is not negative"},
      {"/sites/2/3", 1.5, "profiles[0].sites[2][3] is not an integer of 64 bits that is not"},
      {"/sites/2", {{0}, 1, 2}, "profiles[0].sites[2] is not an array of 4 or more"},
      {"/sites/2", "none", "profiles[0].sites[2] is not an array of 1 or more"},
      {"/other", Json::array(), "profiles[0].other is not an array of 1 or more"},
      {"/frames/3/line", "x", "profiles[0].frames[3].line is not an integer"},
      {"/live_bytes/4", 0.5, "profiles[0].live_bytes[4] is not an integer"},
      {"/peaks/0/shares/1/0/2", 99, "profiles[0].peaks[0].shares[1][0][2] is not an index below"},
      {"/peaks/1/other", {1}, "profiles[0].peaks[1].other is not an array of 2 or more"},
  };
  for (const Row& row : rows) {
    Json json = Json::parse(RenderJson(SampleReport(), {}));
    json["profiles"][0][Json::json_pointer(row.place)] = row.value;
    const Result<Report> read = ReadReportJson(json.dump());
    ASSERT_FALSE(read.ok()) << row.place;
    EXPECT_EQ(read.error().kind, ErrorKind::kDamaged) << row.place;
    EXPECT_NE(read.error().message.find(row.message), std::string::npos) << read.error().message;
  }
  Json json = Json::parse(RenderJson(SampleReport(), {}));
  json["sources"][1]["first_line"] = -3;
  EXPECT_FALSE(ReadReportJson(json.dump()).ok());
}

TEST(JsonProfile, IsSmall) {
  Report report;
  Profile& profile = report.profiles.emplace_back(SampleReport().profiles[0]);
  const ProfileSite site = profile.sites[3];
  profile.sites.assign(400, site);
  EXPECT_LT(RenderJson(report, {}).size(), 400 * 80u);
}

}  // namespace
}  // namespace memprof
