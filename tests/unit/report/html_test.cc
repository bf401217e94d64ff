// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <string_view>

#include "runner/report/headline.h"
#include "runner/report/html/html_assets.h"
#include "runner/report/renderers.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using nlohmann::json;

constexpr std::string_view kDataStart = R"(<script type="application/json" id="memprof-data">)";
constexpr std::string_view kScriptEnd = "</script>";

/// The block of data as a browser finds it: up to the first end of a script.
std::string DataText(const std::string& html) {
  const std::size_t start = html.find(kDataStart) + kDataStart.size();
  return html.substr(start, html.find(kScriptEnd, start) - start);
}

json DataOf(const Report& report, const RenderOptions& options = {}) {
  return json::parse(DataText(RenderHtml(report, options)));
}

int CountOf(std::string_view text, std::string_view part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(Html, ThePageLoadsNothing) {
  std::string html = RenderHtml(SampleReport(), {});
  const std::size_t chart = html.find(kHtmlAssets.chart);
  if (!kHtmlAssets.chart.empty()) html.erase(chart, kHtmlAssets.chart.size());
  EXPECT_FALSE(
      std::regex_search(html, std::regex(R"re(<(link|img|iframe|script)[^>]* (src|href)=)re")));
  EXPECT_FALSE(std::regex_search(html, std::regex(R"re(@import|url\(|fetch\(|import\()re")));
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
}

TEST(Html, NoMarkOfThePageIsLeft) {
  const std::string html = RenderHtml(SampleReport(), {});
  EXPECT_EQ(html.find("<!--memprof:"), std::string::npos);
  EXPECT_TRUE(html.starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(html.ends_with("</html>\n"));
}

TEST(Html, TheNoticeOfTheChartLibraryStays) {
  if (kHtmlAssets.chart.empty()) GTEST_SKIP() << "built without Chart.js";
  EXPECT_NE(RenderHtml(CleanReport(), {}).find("Released under the MIT License"),
            std::string::npos);
}

TEST(Html, TheDataHasEveryFindingInItsWords) {
  const Report report = SampleReport();
  const json data = DataOf(report);
  ASSERT_EQ(data["findings"].size(), report.findings.size());
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    EXPECT_EQ(data["findings"][i]["fingerprint"], report.findings[i].fingerprint);
    EXPECT_EQ(data["findings"][i]["headline"], Headline(report.findings[i]));
  }
  const json& cache = data["findings"][0];
  EXPECT_EQ(cache["figure"], "17.2 KiB a run");
  EXPECT_EQ(cache["growth"]["slope"], "17.2 KiB a run, same every run");
  EXPECT_EQ(cache["growth"]["last"], "3.2 MiB");
  EXPECT_EQ(cache["fix"]["saves"], "17.2 KiB a run, 3.2 MiB of the peak");
  EXPECT_EQ(cache["tests"], json({0, 1, 2}));
  EXPECT_EQ(data["findings"][3]["weaken"]["to"], "std::weak_ptr");
  EXPECT_EQ(data["findings"][3]["cycle"]["steps"][0], json({"alma::Node", "out"}));
}

TEST(Html, AFrameOfSeveralStacksIsThereOnce) {
  Report report = SampleReport();
  report.findings[1].stack = report.findings[0].stack;
  const json data = DataOf(report);
  EXPECT_EQ(data["frames"].size(), report.findings[0].stack.size());
  EXPECT_EQ(data["findings"][0]["stack"], data["findings"][1]["stack"]);
  const json& stack = data["findings"][0]["stack"];
  EXPECT_EQ(data["frames"][stack[2].get<std::size_t>()][4], 1) << "the user's";
  EXPECT_EQ(data["frames"][stack[0].get<std::size_t>()][4], 0) << "a library's";
}

TEST(Html, WhatWasNotMeasuredIsGroupedAndCounted) {
  const json data = DataOf(SampleReport());
  ASSERT_EQ(data["not_measured"].size(), 3);
  const json& twice = data["not_measured"][0];
  EXPECT_EQ(twice["why"], "the test cannot run twice");
  EXPECT_EQ(twice["count"], 2);
  EXPECT_EQ(data["not_measured"][2]["tool"], "massif");
  EXPECT_EQ(data["not_measured"][2]["whole_run"], true);
}

TEST(Html, FiguresThatWereNotMeasuredAreNull) {
  const json summary = DataOf(CleanReport())["summary"];
  EXPECT_TRUE(summary["reduction_possible_bytes"].is_null());
  EXPECT_EQ(summary["state"], "clean");
  EXPECT_EQ(DataOf(BrokenReport())["summary"]["state"], "warning");
}

TEST(Html, HostileTextsDoNotLeaveTheData) {
  Report report = HostileReport();
  report.findings[0].cause =
      "</script><script>alert(1)</script><!--<script> \xe2\x80\xa8\xe2\x80\xa9";
  report.findings[0].evidence = {{"scan", "<!--memprof:style--> </SCRIPT >"}};
  const std::string html = RenderHtml(report, {});
  EXPECT_EQ(CountOf(html, kScriptEnd), CountOf(kHtmlAssets.page, kScriptEnd));
  const std::string text = DataText(html);
  EXPECT_EQ(text.find('<'), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xa8"), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xa9"), std::string::npos);
  const json finding = json::parse(text)["findings"][0];
  EXPECT_EQ(finding["cause"], report.findings[0].cause);
  EXPECT_EQ(finding["evidence"][0]["text"], "<!--memprof:style--> </SCRIPT >");
}

TEST(Html, EscapesOfTerminalsAndBrokenBytesAreNotShown) {
  const json data = DataOf(HostileReport());
  const std::string headline = data["findings"][0]["headline"];
  EXPECT_NE(headline.find("red"), std::string::npos);
  EXPECT_NE(headline.find("]]>"), std::string::npos);
  const std::string binary = data["head"]["binary"];
  EXPECT_EQ(binary.find('\x1b'), std::string::npos) << binary;
  EXPECT_EQ(binary.find('\x01'), std::string::npos) << binary;
  EXPECT_NE(binary.find("caf\xc3\xa9"), std::string::npos) << binary;
}

TEST(Html, TheWorstFindingsAreShownAndTheOthersCounted) {
  Report report = CleanReport();
  report.findings.resize(2100);
  for (Finding& finding : report.findings) finding.severity = Severity::kOptimization;
  report.findings.back().severity = Severity::kCritical;
  const json data = DataOf(report);
  EXPECT_EQ(data["findings"].size(), 2000);
  EXPECT_EQ(data["findings_left_out"], 100);
  EXPECT_EQ(data["findings"][0]["severity"], "critical");
}

TEST(Html, LongListsOfAFindingAreCutAndCounted) {
  Report report = SampleReport();
  Finding& finding = report.findings[0];
  for (int i = 0; i < 300; ++i) finding.tests.push_back(fmt::format("Many.Test{}", i));
  for (int i = 0; i < 100; ++i) finding.stack.push_back({"f", "a.cc", i + 1, ""});
  finding.growth->series.resize(5000);
  finding.growth->series.back() = 77;
  const std::size_t tests = finding.tests.size();
  const std::size_t frames = finding.stack.size();
  const json shown = DataOf(report)["findings"][0];
  EXPECT_EQ(shown["tests"].size(), 200);
  EXPECT_EQ(shown["tests_left_out"], tests - 200);
  EXPECT_EQ(shown["stack"].size(), 60);
  EXPECT_EQ(shown["stack_left_out"], frames - 60);
  EXPECT_EQ(shown["growth"]["series"].size(), 1024);
  EXPECT_EQ(shown["growth"]["series"].back(), 77);
  EXPECT_EQ(shown["growth"]["runs"].front(), 1);
  EXPECT_EQ(shown["growth"]["runs"].back(), 5000);
  EXPECT_EQ(shown["growth"]["total"], 5000);
}

TEST(Html, APatchThatIsAFileHasItsCommand) {
  EXPECT_FALSE(DataOf(SampleReport())["findings"][0]["fix"].contains("command"));
  RenderOptions options;
  options.fixes_directory = "out/fixes";
  EXPECT_EQ(DataOf(SampleReport(), options)["findings"][0]["fix"]["command"],
            "patch -p1 < out/fixes/8f2c91d0.patch");
}

TEST(Html, SuppressionsBaselineAndConflictsAreTold) {
  Report report = PolicyReport();
  report.conflicts = {"Cache.Lookup passed in one shard and failed in another"};
  const json data = DataOf(report);
  EXPECT_EQ(data["suppressions"][2]["state"], "stale");
  EXPECT_EQ(data["baseline"]["counts"], "2 new, 1 worse, 2 known");
  EXPECT_EQ(data["conflicts"], json(report.conflicts));
  EXPECT_EQ(data["findings"][4]["baseline"], "known") << "after all others";
}

}  // namespace
}  // namespace memprof
