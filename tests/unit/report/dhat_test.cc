// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runner/parse/dhat_file.h"
#include "runner/report/renderers.h"
#include "tests/unit/report/sample_profile.h"

namespace memprof {
namespace {

using Json = nlohmann::json;

Report ReportOf(std::vector<Profile> profiles) {
  Report report;
  report.binary = "build/cache_test";
  report.profiles = std::move(profiles);
  return report;
}

/// The file, after what Valgrind's viewer asserts has been asserted.
Json Rendered(const Report& report) {
  const Json json = Json::parse(RenderDhat(report, {}), nullptr, false);
  EXPECT_FALSE(json.is_discarded());
  for (const char* key : {"dhatFileVersion", "mode", "verb", "bklt", "bkacc", "tu", "Mtu", "cmd",
                          "pid", "te", "tg", "tuth", "pps", "ftbl"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  EXPECT_EQ(json["ftbl"].at(0), "[root]");
  std::set<Json> stacks;
  for (const Json& point : json["pps"]) {
    EXPECT_TRUE(stacks.insert(point["fs"]).second) << "a repeated location: " << point;
    EXPECT_FALSE(point["fs"].empty());
    for (const Json& frame : point["fs"]) EXPECT_LT(frame, json["ftbl"].size());
    EXPECT_GE(point["mb"], point["gb"]);
    EXPECT_GE(point["mb"], point["eb"]);
    EXPECT_GE(point["mbk"], point["gbk"]);
    EXPECT_GE(point["mbk"], point["ebk"]);
  }
  return json;
}

std::uint64_t Sum(const Json& json, const char* key) {
  std::uint64_t sum = 0;
  for (const Json& point : json["pps"]) sum += point[key].get<std::uint64_t>();
  return sum;
}

bool HasText(const Json& json, const std::string& text) {
  return json["cmd"].get<std::string>().find(text) != std::string::npos;
}

TEST(Dhat, SumsAreThoseOfDistinctProfilesAndOfTheHighestPeak) {
  const Json json = Rendered(ReportOf(SampleProfiles()));
  EXPECT_EQ(Sum(json, "tb"), 1'559'848u + 1'291'797u);
  EXPECT_EQ(Sum(json, "tbk"), 13'288u + 2'054u);
  EXPECT_EQ(Sum(json, "eb"), 634'976u);
  EXPECT_EQ(Sum(json, "ebk"), 7'220u);
  EXPECT_EQ(Sum(json, "gb"), 98'304u);
  EXPECT_EQ(Sum(json, "gbk"), 1'027u);
  EXPECT_TRUE(HasText(json, "Format.Join: 96 KiB"));
}

TEST(Dhat, RatesAreForEachRunWhereAllProcessesHaveTheSameNumber) {
  std::vector<Profile> profiles = SampleProfiles();
  // 12 runs of one process and 1 of another, in millionths.
  Json json = Rendered(ReportOf(profiles));
  EXPECT_EQ(json["te"], 13'000'000);
  EXPECT_EQ(json["Mtu"], "mean run");
  for (Profile& profile : profiles) profile.runs = 12;
  json = Rendered(ReportOf(profiles));
  EXPECT_EQ(json["te"], 12'000'000);
  EXPECT_EQ(json["Mtu"], "run");
}

TEST(Dhat, WhatWasNotMeasuredIsNoFigure) {
  const Json json = Rendered(ReportOf(SampleProfiles()));
  EXPECT_EQ(json["bkacc"], false);
  EXPECT_TRUE(json["tg"].is_string());
  for (const Json& point : json["pps"]) {
    for (const char* key : {"tl", "rb", "wb", "acc"}) EXPECT_FALSE(point.contains(key)) << key;
  }
  std::vector<Profile> profiles = SampleProfiles();
  for (Profile& profile : profiles) profile.peaks.clear();
  EXPECT_TRUE(HasText(Rendered(ReportOf(profiles)), "At t-gmax:  not measured"));
}

TEST(Dhat, OurReaderOfDhatsFilesReadsTheStacksBack) {
  Json json = Rendered(ReportOf(SampleProfiles()));
  // Those it asks for, and that were not measured.
  for (Json& point : json["pps"]) point["tl"] = point["rb"] = point["wb"] = 0;
  const Result<DhatFile> file = ParseDhat(json.dump());
  ASSERT_TRUE(file) << file.error().message;
  const auto point = std::find_if(file->points.begin(), file->points.end(),
                                  [](const auto& each) { return each.total_bytes == 576'000; });
  ASSERT_NE(point, file->points.end());
  ASSERT_EQ(point->stack.size(), 7u);
  EXPECT_EQ(point->stack[0].function, "alma::Compute");
  EXPECT_EQ(point->stack[0].file, "src/consolidation.cpp");
  EXPECT_EQ(point->stack[0].line, 83);
  EXPECT_EQ(point->stack[6].function, "main");
}

TEST(Dhat, CallsThatReadTheSameAreOnePoint) {
  Profile profile;
  profile.tests = {"A.B"};
  profile.frames = {{"f(int)", "a.cc", 1, "", 0x10}, {"f(long)", "a.cc", 1, "", 0x20}};
  profile.sites = {{{0}, {10, 1, 0, 0, 1, 1}}, {{1}, {20, 2, 0, 0, 2, 1}}};
  const Json json = Rendered(ReportOf({profile}));
  ASSERT_EQ(json["pps"].size(), 1u);
  EXPECT_EQ(json["pps"][0]["tb"], 30);
  EXPECT_EQ(json["ftbl"][1], "0x10: f (a.cc:1)");
}

TEST(Dhat, CallsOfUnknownFunctionsAreToldApartByTheirPlace) {
  Profile profile;
  profile.tests = {"A.B"};
  profile.frames = {{"", "", 0, "/lib/x.so", 0x10}, {"", "", 0, "/lib/x.so", 0x20}};
  profile.sites = {{{0}, {10, 1, 0, 0, 1, 1}}, {{1}, {20, 2, 0, 0, 2, 1}}};
  const Json json = Rendered(ReportOf({profile}));
  EXPECT_EQ(json["pps"].size(), 2u);
  EXPECT_EQ(json["ftbl"], (Json{"[root]", "0x20: ??? (in /lib/x.so)", "0x10: ??? (in /lib/x.so)"}));
}

TEST(Dhat, APeaksCallWithoutASiteIsOfTheOtherCalls) {
  Profile profile = ProfileOf("f");
  profile.frames.push_back({"g", "a.cc", 2, "", 0});
  profile.peaks[0].shares.push_back({{1}, 7, 1});
  profile.peaks[0].other_bytes = 5;
  const Json json = Rendered(ReportOf({profile}));
  ASSERT_EQ(json["pps"].size(), 2u);
  EXPECT_EQ(json["pps"][1]["gb"], 12);
  EXPECT_EQ(json["pps"][1]["tb"], 0);
}

TEST(Dhat, MoreCallsThanTheViewerBearsAreOnePointAndSaidSo) {
  Profile profile = ProfileOf("f");
  profile.sites.clear();
  for (std::uint32_t i = 0; i < 10'100; ++i) {
    profile.frames.push_back({"g" + std::to_string(i), "a.cc", 2, "", 0});
    profile.sites.push_back({{i + 1}, {i + 1, 1, 0, 0, 0, 0}});
  }
  // A peak is no less than what is allocated.
  profile.peaks[0].shares = {{{1}, 500'000, 1}};
  const Json json = Json::parse(RenderDhat(ReportOf({profile}), {}));
  EXPECT_EQ(json["pps"].size(), 10'000u);
  EXPECT_EQ(Sum(json, "tb"), 10'100u * 10'101u / 2);
  EXPECT_EQ(Sum(json, "gb"), 500'000u);
  EXPECT_TRUE(HasText(json, "101 smaller calls are one point"));
  const auto& frames = json["ftbl"];
  EXPECT_NE(std::find(frames.begin(), frames.end(), "g0 (a.cc:2)"), frames.end());
}

TEST(Dhat, NothingTracedIsAFileThatSaysSo) {
  const Json json = Rendered(ReportOf({}));
  EXPECT_TRUE(json["pps"].empty());
  EXPECT_EQ(json["bklt"], false);
  EXPECT_TRUE(HasText(json, "no test was traced"));
}

TEST(Dhat, NamesOfAnyBytesStayOneLineEach) {
  for (const char* name : {"a\nb", "\x1b[31mred\x1b[0m\xff", "\"><&]]>", "\\u0000\x01", "[root]"}) {
    Report report = ReportOf({ProfileOf(name)});
    report.binary = name;
    const Json json = Rendered(report);
    ASSERT_EQ(json["pps"].size(), 1u) << name;
    EXPECT_EQ(json["ftbl"].size(), 2u);
    for (const Json& frame : json["ftbl"]) {
      const auto text = frame.get<std::string>();
      EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20;
      })) << frame;
    }
  }
}

}  // namespace
}  // namespace memprof
