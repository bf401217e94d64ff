// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "runner/report/renderers.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using Json = nlohmann::json;

Json Entries(const Report& report) { return Json::parse(RenderGitlab(report, {})); }

TEST(Gitlab, HasAnEntryForEachFindingWorstFirst) {
  const Json entries = Entries(SampleReport());
  ASSERT_EQ(entries.size(), 6u);
  EXPECT_EQ(entries[0]["check_name"], "memory-growth/cache-without-eviction");
  EXPECT_EQ(entries[0]["severity"], "critical");
  EXPECT_EQ(entries[0]["fingerprint"], "8f2c91d0a1b2c3d4");
  EXPECT_EQ(entries[0]["location"],
            Json::parse(R"({"path": "src/consolidation.cpp", "lines": {"begin": 88}})"));
  EXPECT_EQ(entries[3]["severity"], "major");
  EXPECT_EQ(entries[4]["severity"], "minor");
  EXPECT_EQ(entries[5]["check_name"], "not-measured");
}

TEST(Gitlab, AFindingOfASuiteIsAtItsFirstTestAndSaysSo) {
  Report report = CleanReport();
  Finding finding;
  finding.title = "descriptors not closed";
  finding.scope_label = "suite Ring (SetUpTestSuite)";
  report.findings = {finding};
  const Json entries = Entries(report);
  EXPECT_EQ(entries[0]["location"]["path"], "tests/ring_test.cpp");
  EXPECT_EQ(entries[0]["location"]["lines"]["begin"], 4);
  EXPECT_NE(entries[0]["description"].get<std::string>().find("first test of the suite"),
            std::string::npos);
}

TEST(Gitlab, FingerprintsAreUniqueEvenWhereFindingsShareOne) {
  Report report = SampleReport();
  report.findings.push_back(report.findings[0]);
  std::set<std::string> seen;
  for (const Json& entry : Entries(report)) seen.insert(entry["fingerprint"]);
  EXPECT_EQ(seen.size(), 7u);
}

TEST(Gitlab, OfMoreThanFiveThousandSaysHowManyAreLeftOut) {
  const Json entries = Entries(ManyFindings(100, 5003));
  EXPECT_EQ(entries.size(), 5001u);
  EXPECT_EQ(entries[5000]["description"], "memprof: +3 more, left out here: report.json has them");
}

TEST(Gitlab, ACrashIsABlockerAndACleanReportIsEmpty) {
  EXPECT_EQ(Entries(BrokenReport())[0]["severity"], "blocker");
  EXPECT_EQ(RenderGitlab(CleanReport(), {}), "[]\n");
}

TEST(Gitlab, HostileTextIsOneLineOfUtf8) {
  std::string text;
  for (const Json& entry : Entries(HostileReport())) {
    if (entry["fingerprint"] == "00000000000000ff") text = entry["description"];
  }
  EXPECT_TRUE(text.starts_with("\"quoted\" <b> & 'x' red ]]> \xef\xbf\xbd")) << text;
  EXPECT_EQ(text.find_first_of("\n\x1b\x01"), std::string::npos) << text;
}

}  // namespace
}  // namespace memprof
