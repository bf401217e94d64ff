// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/analyzer_sarif.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace memprof::scan {
namespace {

std::string Captured() {
  std::ifstream in(MEMPROF_SOURCE_DIR "/tests/fixtures/scan_sarif/leaks.sarif");
  EXPECT_TRUE(in);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

StaticRisk Own(Pattern pattern, int line) {
  StaticRisk risk;
  risk.pattern = pattern;
  risk.subject = "message";
  risk.place = {"/src/app/leaks.cc", line, 3};
  risk.function = "Accept";
  return risk;
}

TEST(AnalyzerSarif, LeaksAreToldAndUsesAfterFreeAreNot) {
  const auto risks = ParseAnalyzerSarif(Captured(), "leaks.sarif");
  ASSERT_TRUE(risks) << risks.error().message;
  ASSERT_EQ(risks->size(), 3U);
  const std::vector<StaticRisk>& told = *risks;
  EXPECT_EQ(told[0].pattern, Pattern::kLostOwner);
  EXPECT_EQ(told[0].subject, "message");
  EXPECT_EQ(told[0].place, (Place{"/src/app/leaks.cc", 9, 22}));  // the `new`, not the return
  EXPECT_EQ(told[0].source, "clang-analyzer");
  ASSERT_GE(told[0].notes.size(), 2U);
  EXPECT_EQ(told[0].notes.front().text, "Memory is allocated");
  EXPECT_EQ(told[0].notes.back().place.line, 10);
  EXPECT_EQ(told[1].subject, "text");
  EXPECT_EQ(told[1].place.line, 16);
  EXPECT_EQ(told[2].pattern, Pattern::kHandleNotClosed);
}

TEST(AnalyzerSarif, ATornFileIsAnErrorAndNoCrash) {
  const std::string whole = Captured();
  for (std::size_t size = 0; size + 2 < whole.size(); size += 97) {
    const auto risks = ParseAnalyzerSarif(whole.substr(0, size), "torn.sarif");
    ASSERT_FALSE(risks) << size;
    EXPECT_NE(risks.error().message.find("torn.sarif"), std::string::npos);
  }
}

TEST(AnalyzerSarif, ValuesOfOtherKindsArePassedOver) {
  for (const char* text :
       {R"({"runs":[]})", R"({"runs":[1,"a",null,{"results":3}]})",
        R"({"runs":[{"results":[{"ruleId":7,"message":[],"locations":{}}]}]})",
        R"({"runs":[{"results":[{"ruleId":"unix.Malloc","message":{"text":"a leak"},)"
        R"("locations":[]}]}]})",
        R"({"runs":[{"results":[{"ruleId":"unix.Malloc","message":{"text":"a leak"},"locations":)"
        R"([{"physicalLocation":{"artifactLocation":{"uri":"file:///a"},)"
        R"("region":{"startLine":-4}}}]}]}]})"}) {
    const auto risks = ParseAnalyzerSarif(text, "odd.sarif");
    ASSERT_TRUE(risks) << text;
    EXPECT_TRUE(risks->empty()) << text;
  }
}

TEST(AnalyzerSarif, PathsAreDecoded) {
  const auto risks = ParseAnalyzerSarif(
      R"({"runs":[{"results":[{"ruleId":"unix.Malloc","message":{"text":"leak of 'p'"},)"
      R"("locations":[{"physicalLocation":{"artifactLocation":)"
      R"({"uri":"file:///my%20code/a%2.cc"},"region":{"startLine":4}}}]}]}]})",
      "a");
  ASSERT_TRUE(risks);
  ASSERT_EQ(risks->size(), 1U);
  EXPECT_EQ(risks->front().place.file, "/my code/a%2.cc");
}

TEST(AnalyzerSarif, TheSameLeakIsOneRiskWithBothAsEvidence) {
  const auto told = ParseAnalyzerSarif(Captured(), "leaks.sarif");
  ASSERT_TRUE(told);
  const std::vector<StaticRisk> risks =
      JoinAnalyzerRisks({Own(Pattern::kLostOwner, 9), Own(Pattern::kHandleNotClosed, 16)}, *told);
  ASSERT_EQ(risks.size(), 4U);
  EXPECT_EQ(risks[0].confidence, Confidence::kHigh);
  ASSERT_EQ(risks[0].notes.size(), 1U);
  EXPECT_NE(risks[0].notes[0].text.find("clang's analyzer"), std::string::npos);
  EXPECT_TRUE(risks[1].notes.empty());  // the same line, and another pattern
}

}  // namespace
}  // namespace memprof::scan
