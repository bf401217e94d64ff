// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/gtest_xml.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/unit/parse/fixture_file.h"

namespace memprof {
namespace {

/// One test within what GoogleTest writes around it.
std::string FileOf(const std::string& test) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"1\" name=\"AllTests\">\n"
         "<testsuite name=\"Plain\" tests=\"1\">\n" +
         test + "\n</testsuite>\n</testsuites>\n";
}

GtestResult One(const std::string& test) {
  const Result<std::vector<GtestResult>> results = ParseGtestXml(FileOf(test));
  EXPECT_TRUE(results.ok()) << (results.ok() ? "" : results.error().message);
  if (!results.ok() || results->size() != 1) return {};
  return results.value()[0];
}

class CapturedXml : public testing::Test {
 protected:
  CapturedXml() : results_(ParseGtestXml(ReadFixture("gtest/results.xml"))) {}

  GtestResult Of(const std::string& full_name) {
    for (const GtestResult& result : results_.value()) {
      if (result.FullName() == full_name) return result;
    }
    ADD_FAILURE() << full_name << " is not there";
    return {};
  }

  Result<std::vector<GtestResult>> results_;
};

TEST_F(CapturedXml, HasEveryTestInItsOrder) {
  ASSERT_TRUE(results_.ok()) << results_.error().message;
  std::string names;
  for (const GtestResult& result : results_.value()) names += result.FullName() + ' ';
  EXPECT_EQ(names,
            "Stopped.Asks Plain.Passes Plain.FailsTwice Plain.Throws Plain.Skips Plain.Records "
            "Plain.DISABLED_Never Each/Named.IsRead/0 Each/Named.IsRead/1 NonTestSuiteFailure. ");
}

TEST_F(CapturedXml, FailuresAreAsGoogleTestWroteThem) {
  const GtestResult twice = Of("Plain.FailsTwice");
  ASSERT_EQ(twice.failures.size(), 2u);
  EXPECT_EQ(twice.failures[0],
            "results_test.cc:15\nExpected equality of these values:\n  1\n  2\n"
            "<b> & \"quoted\" ]]> caf\xc3\xa9 [31mred");
  EXPECT_EQ(twice.file, "results_test.cc");
  EXPECT_EQ(twice.line, 14);
  EXPECT_EQ(Of("Plain.Throws").seconds, 0.003);
  EXPECT_TRUE(Of("Plain.Passes").failures.empty());
  EXPECT_TRUE(Of("Plain.Passes").ran);
}

TEST_F(CapturedXml, SkipsPropertiesAndDisabledTestsAreTold) {
  EXPECT_TRUE(Of("Plain.Skips").skipped);
  EXPECT_EQ(Of("Plain.Skips").skip_message, "results_test.cc:19\nno such device");
  EXPECT_FALSE(Of("Plain.DISABLED_Never").ran);
  const std::vector<std::pair<std::string, std::string>> recorded = {
      {"requirement", "R-17 <draft>"}, {"frames", "60"}};
  EXPECT_EQ(Of("Plain.Records").properties, recorded);
}

TEST_F(CapturedXml, FailureOutsideOfTheTestsIsATestWithoutAName) {
  ASSERT_EQ(Of("NonTestSuiteFailure.").failures.size(), 1u);
}

TEST(GtestXml, OlderAndNewerFormsAreRead) {
  // 1.10 has no places, and no element for a skipped test.
  const GtestResult old = One(
      R"(<testcase name="Skips" status="run" result="skipped" time="0.25" classname="Plain" />)");
  EXPECT_TRUE(old.skipped);
  EXPECT_EQ(old.seconds, 0.25);
  EXPECT_EQ(old.file, "");
  // Before 1.10 a test that is not run has a status alone.
  EXPECT_FALSE(One(R"(<testcase name="A" status="notrun" time="0" classname="Plain"/>)").ran);
  // The text of a failure in its attribute alone.
  const GtestResult attribute =
      One(R"(<testcase name="A"><failure message="a.cc:1&#x0A;text" type=""/></testcase>)");
  ASSERT_EQ(attribute.failures.size(), 1u);
  EXPECT_EQ(attribute.failures[0], "a.cc:1\ntext");
  // Under a locale that a test program chose.
  EXPECT_EQ(One(R"(<testcase name="A" time="1,5"/>)").seconds, 1.5);
  EXPECT_EQ(One(R"(<testcase name="A" time="2e-05"/>)").seconds, 2e-05);
}

TEST(GtestXml, ALineThatNoFileHasIsNoLineAndATimeThatNoTestTakesIsDamage) {
  EXPECT_EQ(One(R"(<testcase name="A" line="-1"/>)").line, 0);
  EXPECT_FALSE(ParseGtestXml(R"(<testsuites><testsuite name="S"><testcase name="A" time="1e300"/>)"
                             "</testsuite></testsuites>")
                   .ok());
}

TEST(GtestXml, FileWithoutTestsIsRead) {
  const Result<std::vector<GtestResult>> results =
      ParseGtestXml("<testsuites tests=\"0\" name=\"AllTests\"></testsuites>");
  ASSERT_TRUE(results.ok());
  EXPECT_TRUE(results->empty());
}

TEST(GtestXml, DamageIsToldWithItsLine) {
  const std::pair<std::string, const char*> kRows[] = {
      {"", "line 1: not the XML that GoogleTest writes: it is empty"},
      {"<testsuites name=\"memprof\"/>",
       "line 1: not the XML that GoogleTest writes: it is the junit.xml of memprof"},
      {"{\"tests\": 3}", "line 1: "},
      {"<html><body/></html>", "line 1: not the XML that GoogleTest writes: it begins with <html>"},
      {FileOf("<testcase status=\"run\"/>"), "line 4: "},
      {FileOf("<testcase name=\"A\" line=\"x\"/>"), "line 4: "},
      {FileOf("<testcase name=\"A\" time=\"soon\"/>"), "line 4: "},
      {FileOf("<testcase name=\"A\" time=\"-1\"/>"), "line 4: "},
      {FileOf("<testcase name=\"A\" time=\"inf\"/>"), "line 4: "},
      {"<testsuites><testsuite tests=\"1\"/></testsuites>", "line 1: "},
  };
  for (const auto& [text, beginning] : kRows) {
    const Result<std::vector<GtestResult>> results = ParseGtestXml(text);
    ASSERT_FALSE(results.ok()) << text;
    EXPECT_EQ(results.error().kind, ErrorKind::kDamaged);
    EXPECT_EQ(results.error().message.find(beginning), 0u) << results.error().message;
    EXPECT_FALSE(results.error().hint.empty());
  }
}

TEST(GtestXml, CutOffAnywhereItIsDamagedOrShorter) {
  const std::string whole = ReadFixture("gtest/results.xml");
  const std::size_t all = ParseGtestXml(whole)->size();
  const std::size_t end_of_root = whole.rfind("</testsuites>") + 13;
  for (std::size_t size = 0; size < end_of_root; size += 7) {
    const Result<std::vector<GtestResult>> results =
        ParseGtestXml(std::string_view(whole).substr(0, size));
    EXPECT_TRUE(!results.ok() || results->size() < all) << size;
  }
}

TEST(GtestXml, DamageDoesNoHarm) {
  ForEachDamage(ReadFixture("gtest/results.xml"), [](std::string_view text) {
    const Result<std::vector<GtestResult>> results = ParseGtestXml(text);
    EXPECT_TRUE(results.ok() || results.error().message.starts_with("line "));
  });
}

}  // namespace
}  // namespace memprof
