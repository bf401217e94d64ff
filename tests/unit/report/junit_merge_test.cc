// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <tinyxml2.h>

#include <string>
#include <vector>

#include "runner/report/renderers.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using tinyxml2::XMLElement;

GtestResult Passed(const std::string& suite, const std::string& name) {
  GtestResult result;
  result.suite = suite;
  result.name = name;
  result.seconds = 0.5;
  return result;
}

/// The sample report and what GoogleTest said of the same tests.
class MergedJunit : public testing::Test {
 protected:
  MergedJunit() {
    GtestResult failed = Passed("Cache", "Lookup");
    failed.file = "/home/me/project/tests/cache_test.cpp";
    failed.line = 45;
    failed.failures = {
        "/home/me/project/tests/cache_test.cpp:51\nExpected equality of these values:\n  1\n  2",
        "/home/me/project/tests/cache_test.cpp:52\nValue of: found"};
    failed.properties = {{"require\"ment", "<R-17>"}};
    GtestResult skipped = Passed("Format", "Locale");
    skipped.skipped = true;
    skipped.skip_message = "tests/format_test.cpp:22\nno such locale";
    GtestResult disabled = Passed("Graph", "DISABLED_Never");
    disabled.ran = false;
    GtestResult outside = Passed("NonTestSuiteFailure", "");
    outside.failures = {"tests/main.cpp:3\nFailed\nthe server is not there"};
    options_.gtest_results = {failed,   Passed("Cache", "Refresh"), skipped,
                              disabled, Passed("Only", "Theirs"),   Passed("Format", "Wide/2"),
                              outside};
  }

  void Render(const Report& report) {
    text_ = RenderJunit(report, options_);
    ASSERT_EQ(document_.Parse(text_.c_str()), tinyxml2::XML_SUCCESS) << document_.ErrorStr();
    cases_.clear();
    const XMLElement* root = document_.RootElement();
    int failures = 0;
    for (const XMLElement* suite = root->FirstChildElement("testsuite"); suite != nullptr;
         suite = suite->NextSiblingElement("testsuite")) {
      for (const XMLElement* each = suite->FirstChildElement("testcase"); each != nullptr;
           each = each->NextSiblingElement("testcase")) {
        cases_.push_back(each);
        failures += each->FirstChildElement("failure") != nullptr;
      }
    }
    EXPECT_EQ(root->IntAttribute("tests"), static_cast<int>(cases_.size()));
    EXPECT_EQ(root->IntAttribute("failures"), failures);
  }

  std::string Names(const std::string& suite) const {
    std::string names;
    for (const XMLElement* each : cases_) {
      if (suite == each->Attribute("classname"))
        names += std::string(each->Attribute("name")) + '\n';
    }
    return names;
  }

  const XMLElement* Case(const std::string& name) const {
    for (const XMLElement* each : cases_) {
      if (name == each->Attribute("name")) return each;
    }
    ADD_FAILURE() << name << " is not there";
    return nullptr;
  }

  RenderOptions options_;
  std::string text_;
  tinyxml2::XMLDocument document_;
  std::vector<const XMLElement*> cases_;
};

TEST_F(MergedJunit, EachTestComesBeforeItsFindings) {
  Render(SampleReport());
  EXPECT_EQ(Names("Cache"),
            "Lookup\nLookup [memory-growth src/consolidation.cpp:88]\n"
            "Lookup [memory-leak src/core/name.cpp:42]\n"
            "Refresh\nRefresh [memory-growth src/consolidation.cpp:88]\n"
            "Warm\nWarm [memory-growth src/consolidation.cpp:88]\n");
}

TEST_F(MergedJunit, FailedAssertionsAreOneFailureAtTheFirst) {
  Render(SampleReport());
  const XMLElement* own = Case("Lookup");
  EXPECT_STREQ(own->Attribute("file"), "tests/cache_test.cpp");
  EXPECT_STREQ(own->Attribute("line"), "51");
  EXPECT_STREQ(own->Attribute("time"), "0.500");
  const XMLElement* failure = own->FirstChildElement("failure");
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->NextSiblingElement("failure"), nullptr);
  EXPECT_STREQ(failure->Attribute("message"), "Expected equality of these values: 1 2 (+1 more)");
  const std::string body = failure->GetText();
  EXPECT_EQ(body.find("Expected equality of these values: 1 2 (+1 more)\n"
                      "at tests.Cache.Lookup(cache_test.cpp:51)\n"),
            0u)
      << body;
  EXPECT_NE(body.find("cache_test.cpp:52\nValue of: found"), std::string::npos);
  const XMLElement* property = own->FirstChildElement("properties")->FirstChildElement();
  EXPECT_STREQ(property->Attribute("name"), "require\"ment");
  EXPECT_STREQ(property->Attribute("value"), "<R-17>");
}

TEST_F(MergedJunit, AssertionsStayFailuresWhereFindingsAreErrors) {
  options_.junit_error = true;
  Render(SampleReport());
  EXPECT_NE(Case("Lookup")->FirstChildElement("failure"), nullptr);
  EXPECT_NE(Case("Lookup [memory-leak src/core/name.cpp:42]")->FirstChildElement("error"), nullptr);
}

TEST_F(MergedJunit, TestOfOneSideAloneIsThere) {
  Render(SampleReport());
  EXPECT_EQ(Case("Theirs")->FirstChildElement("failure"), nullptr);
  EXPECT_STREQ(Case("Theirs")->FirstChildElement("system-out")->GetText(),
               "not measured: memprof did not run this test\n");
  EXPECT_EQ(Case("Walk")->FirstChildElement(), nullptr);
  EXPECT_STREQ(Case("Walk")->Attribute("file"), "tests/graph_test.cpp");
}

TEST_F(MergedJunit, SkippedDisabledAndOutsideAreAsGoogleTestHasThem) {
  Render(SampleReport());
  EXPECT_STREQ(Case("Locale")->FirstChildElement("skipped")->Attribute("message"),
               "no such locale");
  EXPECT_NE(Case("DISABLED_Never")->FirstChildElement("skipped"), nullptr);
  EXPECT_STREQ(Case("[outside of the tests]")->FirstChildElement("failure")->Attribute("message"),
               "Failed the server is not there");
}

TEST_F(MergedJunit, WhatWasNotMeasuredIsSaidThoughTheTestPassed) {
  Render(SampleReport());
  EXPECT_EQ(Case("Wide/2")->FirstChildElement("skipped"), nullptr);
  EXPECT_STREQ(Case("Wide/2")->FirstChildElement("system-out")->GetText(),
               "not measured: lsan: the test ends by _exit under LeakSanitizer\n");
}

TEST_F(MergedJunit, CrashUnderMemprofDoesNotHideThatTheTestPassed) {
  Report report = SampleReport();
  report.tests[1].status = TestStatus::kCrashed;
  Render(report);
  EXPECT_EQ(Case("Refresh")->FirstChildElement("error"), nullptr);
  EXPECT_NE(Case("Refresh [crashed]")->FirstChildElement("error"), nullptr);
}

TEST_F(MergedJunit, JenkinsHasPropertiesInTheOutput) {
  options_.junit_jenkins = true;
  Render(SampleReport());
  EXPECT_EQ(Case("Lookup")->FirstChildElement("properties"), nullptr);
  EXPECT_STREQ(Case("Lookup")->FirstChildElement("system-out")->GetText(),
               "property require\"ment: <R-17>\n");
}

TEST_F(MergedJunit, WhatAnyXmlMayClaimIsNoHarm) {
  GtestResult& failed = options_.gtest_results[0];
  failed.seconds = 1e300;
  failed.failures = {std::string("\xff\x01 ]]> <b>\0:x", 13), ":", "", ":7\n",
                     std::string(1 << 20, 'x')};
  failed.file = "";
  Render(SampleReport());
  const std::string body = Case("Lookup")->FirstChildElement("failure")->GetText();
  EXPECT_LT(body.size(), 20'000u);
  EXPECT_NE(body.find("… cut here: "), std::string::npos);
}

TEST(GtestResults, OfSeveralFilesATestIsThereOnce) {
  GtestResult not_here = Passed("A", "B");
  not_here.ran = false;
  GtestResult failed = Passed("A", "B");
  failed.failures = {"one"};
  const std::vector<GtestResult> all =
      CombineGtestResults({not_here, Passed("A", "B"), Passed("A", "C"), failed, not_here});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_TRUE(all[0].ran);
  EXPECT_EQ(all[0].seconds, 1.0);
  EXPECT_EQ(all[0].failures.size(), 1u);
  EXPECT_EQ(all[1].name, "C");
}

}  // namespace
}  // namespace memprof
