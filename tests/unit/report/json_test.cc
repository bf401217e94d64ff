// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "runner/report/json_writer.h"
#include "runner/report/renderers.h"
#include "tests/unit/report/golden.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

TEST(Json, SampleIsAsApproved) { ExpectGolden("report.json", RenderJson(SampleReport(), {})); }
TEST(Json, CleanIsAsApproved) { ExpectGolden("clean.json", RenderJson(CleanReport(), {})); }
TEST(Json, HostileIsAsApproved) { ExpectGolden("hostile.json", RenderJson(HostileReport(), {})); }

TEST(Json, EmptyReportIsWhole) {
  const Json json = Json::parse(RenderJson(Report(), {}));
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_TRUE(json["tests"].is_array());
  EXPECT_TRUE(json["findings"].is_array());
  EXPECT_TRUE(json["crash"].is_null());
  EXPECT_TRUE(json["peak_error_bytes"].is_null());
}

TEST(Json, WhatWasNotMeasuredIsNullAndNeverZero) {
  Report report = CleanReport();
  report.tests[0].iterations = {IterationStats{}};
  const Json json = Json::parse(RenderJson(report, {}));
  const Json& iteration = json["tests"][0]["iterations"][0];
  EXPECT_EQ(iteration.size(), 9u);
  for (const auto& [key, value] : iteration.items()) {
    EXPECT_EQ(value.is_null(), key != "wall_ns") << key;
  }
}

TEST(Json, AbsentPartsOfAFindingAreNull) {
  Report report;
  report.findings = {Finding{}};
  const Json finding = Json::parse(RenderJson(report, {}))["findings"][0];
  for (const char* key : {"growth", "held_by", "cycle", "fix", "scope"}) {
    EXPECT_TRUE(finding.at(key).is_null()) << key;
  }
  EXPECT_TRUE(finding.at("impact").at("count").is_null());
}

TEST(Json, NamesHaveOneSpelling) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(Pattern::kCopy); ++i) {
    names.insert(Name(static_cast<Pattern>(i)));
  }
  EXPECT_EQ(names.size(), 18u);
  EXPECT_STREQ(Name(Pattern::kCopy), "copy");
  EXPECT_STREQ(Name(FindingKind::kOneTimeRetention), "one-time-retention");
  EXPECT_STREQ(Name(FindingKind::kStaticRisk), "static-risk");
  EXPECT_STREQ(Name(Severity::kCritical), "critical");
  EXPECT_STREQ(Name(TestStatus::kTimedOut), "timed_out");
  EXPECT_STREQ(Name(TestVerdict::kNotMeasured), "not_measured");
}

TEST(Json, ConfidenceThatIsNoNumberIsZero) {
  Report report = SampleReport();
  report.findings[0].growth->confidence = std::numeric_limits<double>::quiet_NaN();
  const Json json = Json::parse(RenderJson(report, {}));
  EXPECT_EQ(json["findings"][0]["growth"]["confidence"], 0);
}

TEST(JsonWriter, EmptyContainersAndBrokenTextAreValid) {
  JsonWriter empty;
  EXPECT_EQ(std::move(empty).Finish(), "{}\n");
  JsonWriter writer;
  writer.OpenArray("none");
  writer.CloseArray();
  writer.OpenArray("some");
  writer.TallElement(Json::object());
  writer.TallElement({{"a\xff", 1}});
  writer.CloseArray();
  const Json json = Json::parse(std::move(writer).Finish());
  EXPECT_EQ(json["none"].size(), 0u);
  EXPECT_EQ(json["some"][1]["a\xEF\xBF\xBD"], 1);
}

// The bound is generous, for unoptimised builds, and on the processor's time, for busy machines: a
// release build takes a quarter of a second. What it is to catch is a renderer that is no longer
// linear.
TEST(Json, TenThousandTestsOfTenIterationsAreQuick) {
  const Report report = LargeReport(10'000, 10);
  const std::clock_t start = std::clock();
  const std::string text = RenderJson(report, {});
  const std::clock_t took = std::clock() - start;
  EXPECT_GT(text.size(), 10'000'000u);
  EXPECT_LT(took, 10 * CLOCKS_PER_SEC) << "of the processor's time";
}

TEST(Renderers, AreNamedOnceAndRender) {
  std::set<std::string> names, files;
  for (const Renderer& renderer : Renderers()) {
    EXPECT_TRUE(names.insert(renderer.name).second) << renderer.name;
    EXPECT_TRUE(files.insert(renderer.file_name).second) << renderer.file_name;
    EXPECT_FALSE(renderer.render(SampleReport(), {}).empty()) << renderer.name;
  }
  EXPECT_EQ(names, (std::set<std::string>{"text", "json", "html", "junit", "markdown", "sarif",
                                          "github", "github-summary", "gitlab", "dhat", "massif",
                                          "collapsed-kept", "collapsed-peak", "collapsed-allocated",
                                          "collapsed-temporary"}));
  EXPECT_EQ(files, (std::set<std::string>{"report.txt", "report.json", "report.html", "junit.xml",
                                          "report.md", "report.sarif", "github-annotations.txt",
                                          "github-summary.md", "gl-code-quality-report.json",
                                          "report.dhat.json", "report.massif", "kept.collapsed.txt",
                                          "peak.collapsed.txt", "allocated.collapsed.txt",
                                          "temporary.collapsed.txt"}));
}

}  // namespace
}  // namespace memprof
