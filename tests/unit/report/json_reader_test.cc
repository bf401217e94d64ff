// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_reader.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/renderers.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

/// `text` with its first `from` replaced; the test fails where there is none.
std::string With(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(JsonReader, ReadsWhatWasWritten) {
  for (const Report& report :
       {SampleReport(), PolicyReport(), CleanReport(), BrokenReport(), Report()}) {
    const std::string text = RenderJson(report, {});
    const Result<Report> read = ReadReportJson(text);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(RenderJson(*read, {}), text);
    EXPECT_EQ(RenderText(*read, {}), RenderText(report, {}));
  }
}

TEST(JsonReader, HostileTextComesBackRepaired) {
  const std::string text = RenderJson(HostileReport(), {});
  const Result<Report> read = ReadReportJson(text);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(RenderJson(*read, {}), text);
  EXPECT_NE(read->findings[0].title.find("\xEF\xBF\xBD"), std::string::npos);
  EXPECT_EQ(read->findings[0].growth->series.front(), std::numeric_limits<std::int64_t>::min());
}

TEST(JsonReader, KeepsNullApartFromZero) {
  Report report = CleanReport();
  report.tests[0].iterations = {IterationStats{}, IterationStats{}};
  report.tests[0].iterations[1].fds = 0;
  const Result<Report> read = ReadReportJson(RenderJson(report, {}));
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->tests[0].iterations[0].fds.has_value());
  EXPECT_EQ(read->tests[0].iterations[1].fds, 0);
}

/// `json` without the members that reports had not before there were fixes and baselines.
void MakeOld(nlohmann::ordered_json* json) {
  for (const char* key : {"suppressions", "baseline", "profiles", "sources", "conflicts"}) {
    json->erase(key);
  }
  for (const char* key : {"waste_possible_bytes", "systemic", "suppressed", "known"}) {
    (*json)["summary"].erase(key);
  }
  for (auto& finding : (*json)["findings"]) {
    for (const char* key : {"pattern_confidence", "decided_by", "sub_cause", "waste", "baseline"}) {
      finding.erase(key);
    }
    finding["location"].erase("text");
    if (finding["fix"].is_null()) continue;
    for (const char* key : {"snippet", "why_no_diff", "expected_peak_reduction_bytes",
                            "expected_reduction_calls", "alternatives"}) {
      finding["fix"].erase(key);
    }
  }
}

TEST(JsonReader, ReadsReportsOfEarlierVersions) {
  auto json = nlohmann::ordered_json::parse(RenderJson(PolicyReport(), {}));
  MakeOld(&json);
  const Result<Report> read = ReadReportJson(json.dump());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->findings.size(), 5u);
  EXPECT_EQ(read->findings[0].pattern, Pattern::kCacheWithoutEviction);
  EXPECT_EQ(read->findings[0].baseline, BaselineState::kNoBaseline);
  EXPECT_FALSE(read->findings[0].fix->diff.empty());
  EXPECT_TRUE(read->findings[0].fix->alternatives.empty());
  EXPECT_FALSE(read->baseline);
}

TEST(JsonReader, BringsBackEveryFieldOfAFix) {
  const Result<Report> read = ReadReportJson(RenderJson(PolicyReport(), {}));
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Finding& cache = read->findings[0];
  EXPECT_EQ(cache.pattern_confidence, Confidence::kHigh);
  EXPECT_EQ(cache.decided_by.size(), 3u);
  EXPECT_EQ(cache.baseline, BaselineState::kKnown);
  EXPECT_EQ(cache.location.text, "return consolidation_cache[key] = Compute(key);");
  EXPECT_EQ(cache.fix->expected_peak_reduction_bytes, 3'381'696);
  ASSERT_EQ(cache.fix->alternatives.size(), 1u);
  EXPECT_EQ(cache.fix->alternatives[0].snippet, "consolidation_cache.clear();");
  EXPECT_EQ(read->findings[1].sub_cause, "early return");
  EXPECT_EQ(read->findings[4].waste->calls, 1'024);
  EXPECT_DOUBLE_EQ(read->findings[4].waste->share_of_bytes, 0.62);
  EXPECT_EQ(read->suppressions.size(), 4u);
  EXPECT_TRUE(read->suppressions[3].expired);
  EXPECT_EQ(read->baseline->gone, 2);
  EXPECT_EQ(read->summary.waste_possible_bytes, 1'258'291);
  EXPECT_EQ(read->summary.systemic[0].tests, 3);
}

TEST(JsonReader, SkipsMembersOfLaterVersions) {
  const std::string text =
      With(RenderJson(SampleReport(), {}), "\"binary\"", "\"more\": [1], \"binary\"");
  EXPECT_TRUE(ReadReportJson(text).ok());
}

TEST(JsonReader, NewerSchemaIsRefusedInASentence) {
  const std::string text =
      With(RenderJson(SampleReport(), {}), "\"schema_version\": 1", "\"schema_version\": 7");
  const Result<Report> read = ReadReportJson(text);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(read.error().message,
            "the report has schema_version 7, and this memprof reads up to 1");
}

TEST(JsonReader, WrongTypesAreNamedByTheirPlace) {
  const std::string good = RenderJson(SampleReport(), {});
  const std::vector<std::pair<std::string, std::string>> rows = {
      {With(good, "\"binary\": \"build/cache_test\"", "\"binary\": 3"), "binary is not a string"},
      {With(good, "\"line\":45", "\"line\":\"45\""), "tests[0].line is not an integer of 64 bits"},
      {With(good, "\"line\":45", "\"line\":4.5"), "tests[0].line is not an integer of 64 bits"},
      {With(good, "\"line\":45", "\"line\":99999999999"),
       "tests[0].line is not an integer of 32 bits"},
      {With(good, "\"kept_bytes\":17646", "\"kept_bytes\":18446744073709551615"),
       "tests[0].iterations[1].kept_bytes is not an integer of 64 bits"},
      {With(good, "\"status\":\"failed\"", "\"status\":\"fine\""),
       "tests[1].status is \"fine\", which this version does not know"},
      {With(good, "\"severity\": \"critical\",", ""), "findings[0].severity is missing"},
      {With(good, "\"class\":\"linear\"", "\"class\":null"),
       "findings[0].growth.class is not a string"},
      {With(good, "\"interrupted\": false", "\"interrupted\": null"),
       "interrupted is not true or false"},
      {With(good, "\"schema_version\": 1", "\"schema_version\": -1"), "schema_version is -1"},
      {"[]", "the whole is not an object"},
      {"{}", "schema_version is missing"},
  };
  for (const auto& [text, message] : rows) {
    const Result<Report> read = ReadReportJson(text);
    ASSERT_FALSE(read.ok()) << message;
    EXPECT_EQ(read.error().kind, ErrorKind::kDamaged);
    EXPECT_EQ(read.error().message, "not a report of memprof: " + message);
    EXPECT_FALSE(read.error().hint.empty());
  }
}

TEST(JsonReader, TextCutAnywhereIsAnErrorAndNotACrash) {
  const std::string text = RenderJson(SampleReport(), {});
  const std::size_t last_brace = text.rfind('}');
  for (std::size_t length = 0; length <= last_brace; length += 7) {
    const Result<Report> read = ReadReportJson(std::string_view(text).substr(0, length));
    ASSERT_FALSE(read.ok()) << length;
    EXPECT_EQ(read.error().kind, ErrorKind::kDamaged);
  }
  EXPECT_EQ(ReadReportJson(std::string_view(text).substr(0, 100)).error().message,
            "the report ends in the middle, after 100 bytes");
}

TEST(JsonReader, WhatIsNoJsonIsToldWithItsByte) {
  const Result<Report> read = ReadReportJson("{\"schema_version\": 1,, }");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message, "the report is not JSON at byte 22");
  EXPECT_FALSE(ReadReportJson("{\"schema_version\": 1e999}").ok());
  EXPECT_FALSE(ReadReportJson(std::string(100'000, '[')).ok());
}

}  // namespace
}  // namespace memprof
