// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "runner/report/renderers.h"
#include "runner/report/sarif_result.h"
#include "runner/report/sarif_rules.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using Json = nlohmann::json;

Json RunOf(const Report& report, const RenderOptions& options = {}) {
  const Json log = Json::parse(RenderSarif(report, options));
  EXPECT_EQ(log["version"], "2.1.0");
  return log["runs"][0];
}

std::string NotificationsOf(const Json& run) {
  std::string text;
  for (const Json& each : run["invocations"][0]["toolExecutionNotifications"]) {
    text +=
        each["level"].get<std::string>() + ": " + each["message"]["text"].get<std::string>() + "\n";
  }
  return text;
}

TEST(Sarif, AResultHasItsRulePlaceTestsAndFingerprint) {
  RenderOptions options;
  options.configuration = "asan";
  const Json run = RunOf(SampleReport(), options);
  EXPECT_EQ(run["automationDetails"]["id"], "memprof/asan/");
  ASSERT_EQ(run["results"].size(), 5u);
  const Json& result = run["results"][0];
  EXPECT_EQ(result["level"], "error");
  EXPECT_EQ(result["ruleId"], "memory-growth/cache-without-eviction");
  EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<int>()]["id"], result["ruleId"]);
  const Json& place = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "src/consolidation.cpp");
  EXPECT_EQ(place["region"]["startLine"], 88);
  EXPECT_EQ(result["partialFingerprints"],
            Json::parse(R"({"memprofFinding/v1": "8f2c91d0a1b2c3d4"})"));
  const std::string text = result["message"]["text"];
  EXPECT_NE(text.find("In [Cache.Lookup](1), [Cache.Refresh](2), [Cache.Warm](3).\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 45);
}

TEST(Sarif, CodeFlowsAreOutermostFirstAndHaveNoFrameOutsideTheRoot) {
  const Json run = RunOf(SampleReport());
  const Json& steps = run["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"];
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0]["location"]["message"]["text"], "Cache_Lookup_Test::TestBody()");
  EXPECT_EQ(steps[2]["location"]["message"]["text"], "alma::consolidate(int)");
}

TEST(Sarif, HasAtMostAHundredFramesAndSaysWhatItLeavesOut) {
  Report report = SampleReport();
  report.findings[0].stack.assign(130, {"app::Again", "src/again.cc", 5, ""});
  const Json run = RunOf(report);
  EXPECT_EQ(run["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"].size(), 100u);
  EXPECT_NE(NotificationsOf(run).find("30 outermost frames left out of code flows"),
            std::string::npos)
      << NotificationsOf(run);
}

TEST(Sarif, OfMoreThanFiveThousandFindingsSaysWhatItLeavesOut) {
  const std::string text = RenderSarif(ManyFindings(100, 5010), {});
  EXPECT_LE(text.size(), 10'000'000u);
  const Json run = Json::parse(text)["runs"][0];
  ASSERT_EQ(run["results"].size(), 5000u);
  EXPECT_EQ(run["results"][0]["level"], "error");
  EXPECT_EQ(run["results"][4999]["level"], "note");
  const std::string said = NotificationsOf(run);
  EXPECT_NE(said.find("10 findings left out here, the least severe"), std::string::npos) << said;
  EXPECT_NE(said.find("without code flow, related places and fixes here, for want of room"),
            std::string::npos);
}

TEST(Sarif, WithoutRoomForItsTextsStaysBelowTheLimitAndSaysSo) {
  Report report = ManyFindings(100, 2500);
  for (Finding& finding : report.findings) {
    finding.cause = std::string(1'000, 'x');
    finding.tests.assign(5, std::string(1'000, 'y'));
    finding.location.file = std::string(1'000, 'z');
  }
  const std::string text = RenderSarif(report, {});
  EXPECT_LE(text.size(), 10'000'000u);
  EXPECT_NE(text.find(" findings left out here, the least severe"), std::string::npos);
}

TEST(Sarif, WhatWasNotMeasuredIsANotificationAndACrashAFailedRun) {
  const Json sample = RunOf(SampleReport());
  EXPECT_TRUE(sample["invocations"][0]["executionSuccessful"]);
  EXPECT_NE(
      NotificationsOf(sample).find("warning: not measured: massif: valgrind is not installed"),
      std::string::npos);
  const Json broken = RunOf(BrokenReport());
  EXPECT_FALSE(broken["invocations"][0]["executionSuccessful"]);
  EXPECT_NE(NotificationsOf(broken).find("error: the test binary ended early"), std::string::npos);
}

TEST(Sarif, ResultsAreThereWhenThereAreNone) {
  EXPECT_EQ(RunOf(CleanReport())["results"], Json::array());
}

TEST(Sarif, StatesOfTheBaselineAreSarifsOwnWords) {
  const Json run = RunOf(PolicyReport());
  EXPECT_EQ(run["results"][0]["baselineState"], "new");
  EXPECT_EQ(run["results"][1]["baselineState"], "updated");
  EXPECT_EQ(run["results"][4]["baselineState"], "unchanged");
  EXPECT_FALSE(RunOf(SampleReport())["results"][0].contains("baselineState"));
}

TEST(Sarif, AFindingOutsideTheRootIsAtItsCallerAndSaysSo) {
  Report report = CleanReport();
  report.findings.resize(1);
  report.findings[0].location = {"/opt/lib/make.cc", 3, "lib::Make", ""};
  report.findings[0].stack = {{"lib::Make", "/opt/lib/make.cc", 3, ""},
                              {"app::Up", "src/up.cc", 12, ""}};
  const Json result = RunOf(report)["results"][0];
  EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "src/up.cc");
  EXPECT_NE(result["message"]["text"].get<std::string>().find("It is at /opt/lib/make.cc:3."),
            std::string::npos);
}

TEST(Sarif, PathsArePercentEncoded) {
  EXPECT_EQ(SarifArtifact("dir/a b:c#?%\xc3\xa9\n.cc")["uri"],
            "dir/a%20b%3Ac%23%3F%25%C3%A9%0A.cc");
}

TEST(Sarif, TextsOfMessagesMeanNothing) {
  const struct {
    const char* text;
    const char* expected;
  } kRows[] = {
      {"operator new[]", "operator new[]"},     {"operator[](int)", "operator\\[\\](int)"},
      {"a \\[x](1)", "a \\\\\\[x\\](1)"},       {"{0} {lambda(int)#1}", "{ 0} {lambda(int)#1}"},
      {"\x1b[31mred\x1b[0m\nline", "red line"}, {"\n", "instead"},
  };
  for (const auto& row : kRows) EXPECT_EQ(SarifText(row.text, "instead"), row.expected);
}

TEST(Sarif, EveryRuleHasHelpAndANameOfItsOwn) {
  std::set<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(FindingKind::kStaticRisk); ++kind) {
    for (int pattern = 0; pattern <= static_cast<int>(Pattern::kPeakSite); ++pattern) {
      const Json rule = SarifRule(FindingKind(kind), Pattern(pattern));
      EXPECT_TRUE(names.insert(rule["name"]).second) << rule;
      EXPECT_FALSE(rule["help"]["text"].get<std::string>().empty());
      EXPECT_LE(rule["properties"]["tags"].size(), 10u);
    }
  }
}

}  // namespace
}  // namespace memprof
