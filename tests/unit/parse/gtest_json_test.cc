// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/gtest_json.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/parse/fixture_file.h"

namespace memprof {
namespace {

std::vector<GtestCase> Parse(const std::string& fixture) {
  Result<std::vector<GtestCase>> cases = ParseGtestJson(ReadFixture(fixture));
  EXPECT_TRUE(cases.ok()) << cases.error().message;
  return cases.ok() ? cases.value() : std::vector<GtestCase>{};
}

const GtestCase& Find(const std::vector<GtestCase>& cases, const std::string& name) {
  static const GtestCase kNone;
  for (const GtestCase& each : cases) {
    if (each.test.FullName() == name) return each;
  }
  ADD_FAILURE() << name;
  return kNone;
}

TEST(GtestJson, AListHasEveryTestInItsOrderWithFileLineAndParameters) {
  const std::vector<GtestCase> cases = Parse("gtest/list.json");
  ASSERT_EQ(cases.size(), 9u);
  EXPECT_EQ(cases[0].test.FullName(), "Plain.Passes");
  EXPECT_EQ(cases[0].test.file, "cases_test.cc");
  EXPECT_EQ(cases[0].test.line, 7);
  EXPECT_EQ(cases[0].result, GtestCase::Result::kUnknown);
  EXPECT_EQ(Find(cases, "Each/Named.IsRead/1").test.value_parameter, "\"b\\\"/\\\\\"");
  EXPECT_EQ(Find(cases, "Typed/1.Works").test.type_parameter, "long");
}

TEST(GtestJson, AListOfAShardHasThatShardsTestsAlone) {
  EXPECT_EQ(Parse("gtest/list_shard.json").size(), 5u);
}

TEST(GtestJson, DisabledTestsAreKnownByTheirNames) {
  const std::vector<GtestCase> cases = Parse("gtest/list.json");
  EXPECT_TRUE(Find(cases, "Plain.DISABLED_Never").IsDisabled());
  EXPECT_TRUE(Find(cases, "DISABLED_Suite.NeverEither").IsDisabled());
  EXPECT_FALSE(Find(cases, "Plain.Passes").IsDisabled());
  GtestCase within;
  within.test.suite = "Each/DISABLED_Suite";
  EXPECT_TRUE(within.IsDisabled());
  within.test.suite = "NotDISABLED_";
  EXPECT_FALSE(within.IsDisabled());
}

TEST(GtestJson, ResultsTellFailedFromSkippedFromNotRun) {
  const std::vector<GtestCase> cases = Parse("gtest/results.json");
  EXPECT_EQ(Find(cases, "Plain.Passes").result, GtestCase::Result::kRan);
  EXPECT_EQ(Find(cases, "Plain.Fails").result, GtestCase::Result::kFailed);
  EXPECT_EQ(Find(cases, "Plain.Skips").result, GtestCase::Result::kSkipped);
  EXPECT_EQ(Find(cases, "Plain.DISABLED_Never").result, GtestCase::Result::kNotRun);
}

std::string NameIn(const std::string& json_text) {
  const Result<std::vector<GtestCase>> cases = ParseGtestJson(
      R"({"testsuites": [{"name": "S", "testsuite": [{"name": ")" + json_text + "\"}]}]}");
  EXPECT_TRUE(cases.ok() && cases->size() == 1);
  return cases.ok() ? cases->front().test.name : "";
}

TEST(GtestJson, NamesAreTheBytesThatGoogleTestEscapesOneByOne) {
  EXPECT_EQ(NameIn(R"(Gr\u00C3\u00B6\u00C3\u009Fe)"), "Größe");
  EXPECT_EQ(NameIn(R"(\u00FF)"), "\xff");
  EXPECT_EQ(NameIn("Größe"), "Größe");          // of a GoogleTest whose char has no sign
  EXPECT_EQ(NameIn(R"(\u65E5\u00FF)"), "日ÿ");  // of nobody's that we know
}

TEST(GtestJson, ALineThatNoFileHasIsNoLine) {
  for (const char* const line : {"-1", "1e300", "99999999999", "\"7\"", "null"}) {
    const Result<std::vector<GtestCase>> cases = ParseGtestJson(
        std::string(R"({"testsuites": [{"name": "S", "testsuite": [{"name": "T", "line": )") +
        line + "}]}]}");
    ASSERT_TRUE(cases.ok() && cases->size() == 1) << line;
    EXPECT_EQ(cases->front().test.line, 0) << line;
  }
}

TEST(GtestJson, ManyMarkedTestsAreEachNamedOnceInBoundedTime) {
  std::string output;
  for (int i = 0; i < 200000; ++i) output += "[  FAILED  ] S.T" + std::to_string(i / 2) + "\n";
  EXPECT_EQ(MarkedInOutput(output, "FAILED").size(), 100000u);
}

TEST(GtestJson, BytesThatAreNoUtf8AreNoReasonToLoseTheList) {
  const Result<std::vector<GtestCase>> cases = ParseGtestJson(
      "{\"testsuites\": [{\"name\": \"A\", \"testsuite\": [{\"name\": \"B\", "
      "\"value_param\": \"\xff\xfe\", \"file\": \"f.cc\", \"line\": 3}]}]}");
  ASSERT_TRUE(cases.ok()) << cases.error().message;
  ASSERT_EQ(cases->size(), 1u);
  EXPECT_EQ((*cases)[0].test.value_parameter, "??");
}

TEST(GtestJson, WhatIsNoneIsAnError) {
  for (const char* text :
       {"", "{", "[]", "{}", "{\"testsuites\": 3}", "{\"testsuites\": [{\"name\": \"A\"}]}",
        "{\"testsuites\": [{\"name\": 1, \"testsuite\": []}]}"}) {
    EXPECT_FALSE(ParseGtestJson(text).ok()) << text;
  }
}

TEST(GtestJson, DamagedFilesAreReadOrRefusedAndNothingElse) {
  for (const char* fixture : {"gtest/list.json", "gtest/results.json"}) {
    ForEachDamage(ReadFixture(fixture), [](std::string_view text) {
      const Result<std::vector<GtestCase>> cases = ParseGtestJson(text);
      EXPECT_TRUE(cases.ok() || cases.error().kind == ErrorKind::kDamaged);
    });
  }
}

TEST(GtestOutput, MarkedTestsAreNamedOnce) {
  EXPECT_EQ(MarkedInOutput(ReadFixture("gtest/output.txt"), "FAILED"),
            (std::vector<std::string>{"Plain.Fails"}));
  EXPECT_EQ(MarkedInOutput(ReadFixture("gtest/output.txt"), "SKIPPED"),
            (std::vector<std::string>{"Plain.Skips"}));
  EXPECT_EQ(MarkedInOutput("[  SKIPPED ] A/B.C/1, where GetParam() = 3 (0 ms)\r\n"
                           "[  SKIPPED ] 1 test, listed below:\n[  SKIPPED ] A/B.C/1\n"
                           "[  SKIPPED ] ",
                           "SKIPPED"),
            (std::vector<std::string>{"A/B.C/1"}));
}

TEST(GtestOutput, IsToldByIteration) {
  using Pieces = std::vector<std::string_view>;
  EXPECT_EQ(OutputByIteration("[ RUN      ] A.B\n"), Pieces{"[ RUN      ] A.B\n"});
  const std::string first = "\nRepeating all tests (iteration 1) . . .\n\n[  FAILED  ] A.B\n";
  const std::string second = "\nRepeating all tests (iteration 2) . . .\n\n[  SKIPPED ] A.B\n";
  EXPECT_EQ(OutputByIteration("from main\n" + first + second), (Pieces{first, second}));
}

}  // namespace
}  // namespace memprof
