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
      {"/sites/0/7", 3, "profiles[0].sites[0][7] is not an index below 3"},
      {"/sites/0/8", {1, 2}, "profiles[0].sites[0][8] is not an array of 3 or more"},
      {"/sites/0/8/4", {900, 1}, "profiles[0].sites[0][8][4][0] is not an index below 65"},
      {"/peaks/0/shares/0/3", -1, "profiles[0].peaks[0].shares[0][3] is not an integer of 64 bits"},
      {"/left_out", {1}, "profiles[0].left_out is not an array of 2 or more"},
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

TEST(JsonProfile, WhatEarlierVersionsDidNotWriteIsUnknown) {
  Json json = Json::parse(RenderJson(SampleReport(), {}));
  Json& profile = json["profiles"][0];
  for (const char* member : {"types", "left_out", "counted_in_tests"}) profile.erase(member);
  for (Json& site : profile["sites"]) {
    while (site.size() > 7) site.erase(site.size() - 1);
  }
  for (Json& peak : profile["peaks"]) {
    for (Json& share : peak["shares"]) {
      while (share.size() > 3) share.erase(share.size() - 1);
    }
  }
  const Result<Report> read = ReadReportJson(json.dump());
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Profile& known = read->profiles[0];
  EXPECT_EQ(known.sites[0].figures, SampleReport().profiles[0].sites[0].figures);
  EXPECT_EQ(known.sites[0].type, kUnknownType);
  EXPECT_FALSE(known.sites[0].shape.has_value());
  EXPECT_EQ(known.peaks[0].shares[0].type, kUnknownType);
  EXPECT_FALSE(known.left_out.has_value());
  EXPECT_FALSE(known.counted_in_tests.has_value());
}

TEST(JsonProfile, ShapesTakeHalfAsMuchAgain) {
  Report report;
  Profile& profile = report.profiles.emplace_back(SampleReport().profiles[0]);
  const ProfileSite site = profile.sites[7];
  profile.sites.assign(400, site);
  EXPECT_LT(RenderJson(report, {}).size(), 400 * 120u);
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
