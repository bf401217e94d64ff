// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <tinyxml2.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "runner/report/java_frame.h"
#include "runner/report/renderers.h"
#include "tests/unit/report/golden.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using tinyxml2::XMLElement;

class Junit : public testing::Test {
 protected:
  /// Renders, reads back, and checks what holds for every report.
  void Render(const Report& report, const RenderOptions& options = {}) {
    text_ = RenderJunit(report, options);
    ASSERT_EQ(document_.Parse(text_.c_str()), tinyxml2::XML_SUCCESS) << document_.ErrorStr();
    cases_.clear();
    int tests = 0;
    for (const XMLElement* suite = Root()->FirstChildElement("testsuite"); suite != nullptr;
         suite = suite->NextSiblingElement("testsuite")) {
      int failures = 0, errors = 0, skipped = 0, own = 0;
      for (const XMLElement* each = suite->FirstChildElement("testcase"); each != nullptr;
           each = each->NextSiblingElement("testcase")) {
        cases_.push_back(each);
        ++own;
        failures += each->FirstChildElement("failure") != nullptr;
        errors += each->FirstChildElement("error") != nullptr;
        skipped += each->FirstChildElement("skipped") != nullptr;
        EXPECT_STREQ(each->Attribute("classname"), suite->Attribute("name"));
        EXPECT_TRUE(std::regex_match(each->Attribute("time"), std::regex("[0-9]+\\.[0-9]{3}")));
      }
      EXPECT_EQ(suite->IntAttribute("tests"), own);
      EXPECT_EQ(suite->IntAttribute("failures"), failures);
      EXPECT_EQ(suite->IntAttribute("errors"), errors);
      EXPECT_EQ(suite->IntAttribute("skipped"), skipped);
      tests += own;
    }
    EXPECT_EQ(Root()->IntAttribute("tests"), tests);
  }

  const XMLElement* Root() { return document_.RootElement(); }

  const XMLElement* Case(const std::string& name) {
    const auto found = std::find_if(cases_.begin(), cases_.end(), [&](const XMLElement* each) {
      return name == each->Attribute("name");
    });
    EXPECT_NE(found, cases_.end()) << name;
    return found == cases_.end() ? nullptr : *found;
  }

  std::string text_;
  tinyxml2::XMLDocument document_;
  std::vector<const XMLElement*> cases_;
};

TEST_F(Junit, SampleIsAsApproved) {
  Render(SampleReport());
  ExpectGolden("junit.xml", text_);
}

TEST_F(Junit, WhatTheBaselineKnowsFailsNoTest) {
  Render(PolicyReport());
  const XMLElement* known = Case("Refresh");
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->FirstChildElement("failure"), nullptr);
  const XMLElement* note = known->FirstChildElement("system-out");
  ASSERT_NE(note, nullptr);
  EXPECT_EQ(std::string(note->GetText()).find("CRITICAL, known to the baseline: cache without"),
            0u);
  EXPECT_NE(Case("Lookup [memory-leak src/core/name.cpp:42]")->FirstChildElement("failure"),
            nullptr);
}

TEST_F(Junit, CleanIsAsApproved) {
  Render(CleanReport());
  ExpectGolden("clean.junit.xml", text_);
}

TEST_F(Junit, BrokenIsAsApproved) {
  Render(BrokenReport());
  ExpectGolden("broken.junit.xml", text_);
}

TEST_F(Junit, HostileIsAsApproved) {
  Render(HostileReport());
  ExpectGolden("hostile.junit.xml", text_);
}

TEST_F(Junit, EachCriticalFindingOfEachTestHasACaseWithOneFailure) {
  Render(SampleReport());
  for (const char* name : {"Lookup [memory-growth src/consolidation.cpp:88]",
                           "Lookup [memory-leak src/core/name.cpp:42]",
                           "Refresh [memory-growth src/consolidation.cpp:88]",
                           "Warm [memory-growth src/consolidation.cpp:88]", "[fd-leak]"}) {
    const XMLElement* made = Case(name);
    ASSERT_NE(made, nullptr);
    const XMLElement* failure = made->FirstChildElement("failure");
    ASSERT_NE(failure, nullptr) << name;
    EXPECT_EQ(failure->NextSiblingElement("failure"), nullptr);
    const std::string body = failure->GetText();
    EXPECT_EQ(body.substr(0, body.find('\n')), failure->Attribute("message"));
  }
  EXPECT_EQ(Root()->IntAttribute("failures"), 5);
}

TEST_F(Junit, PlaceOfTheLeakComesBeforeThatOfTheTest) {
  Render(SampleReport());
  const XMLElement* leak = Case("Lookup [memory-leak src/core/name.cpp:42]");
  ASSERT_NE(leak, nullptr);
  EXPECT_STREQ(leak->Attribute("file"), "src/core/name.cpp");
  EXPECT_EQ(leak->IntAttribute("line"), 42);
  EXPECT_STREQ(leak->FirstChildElement("failure")->Attribute("type"), "memory-leak");
  const std::string body = leak->FirstChildElement("failure")->GetText();
  EXPECT_NE(body.find("\nat src.core.::alma::copy_name(name.cpp:42)\nat "), std::string::npos)
      << body;
  EXPECT_STREQ(Case("Walk")->Attribute("file"), "tests/graph_test.cpp");
}

TEST_F(Junit, WarningsPassWithTheirText) {
  Render(SampleReport());
  const XMLElement* made = Case("Build");
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(made->FirstChildElement("failure"), nullptr);
  const std::string out = made->FirstChildElement("system-out")->GetText();
  EXPECT_TRUE(out.starts_with("WARNING: reference cycle: 96 B in 2 blocks"));
  EXPECT_EQ(Case("Walk")->FirstChildElement(), nullptr);
}

TEST_F(Junit, AssertionFailuresAloneAreNotes) {
  Report report = CleanReport();
  report.tests[0].status = TestStatus::kFailed;
  Render(report);
  EXPECT_EQ(Root()->IntAttribute("failures"), 0);
  EXPECT_NE(Case("Wraps")->FirstChildElement("system-out"), nullptr);
}

TEST_F(Junit, SkippedAndNotMeasuredAreSkipped) {
  Render(SampleReport());
  EXPECT_EQ(Case("Locale")->FirstChildElement("skipped")->Attribute("message"), nullptr);
  EXPECT_STREQ(Case("Wide/2")->FirstChildElement("skipped")->Attribute("message"),
               "not measured: lsan: the test ends by _exit under LeakSanitizer");
}

TEST_F(Junit, LeakInASkippedTestIsNotHidden) {
  Report report = SampleReport();
  report.tests[0].status = TestStatus::kSkipped;
  Render(report);
  EXPECT_NE(Case("Lookup [memory-leak src/core/name.cpp:42]")->FirstChildElement("failure"),
            nullptr);
}

TEST_F(Junit, CrashedAndTimedOutTestsAreErrorsAndCutRunsAreToldOnce) {
  Render(BrokenReport());
  EXPECT_STREQ(Case("Clears")->FirstChildElement("error")->Attribute("type"), "timed_out");
  EXPECT_STREQ(Case("Moves")->FirstChildElement("error")->Attribute("message"),
               "the test crashed: killed by SIGSEGV in Ring.Moves");
  EXPECT_NE(Case("[interrupted]")->FirstChildElement("skipped"), nullptr);
  EXPECT_EQ(Root()->IntAttribute("errors"), 2);

  Report at_exit = CleanReport();
  at_exit.crash = "killed by SIGABRT after the last test";
  Render(at_exit);
  EXPECT_NE(Case("[crashed]")->FirstChildElement("error"), nullptr);
}

TEST_F(Junit, CrashDoesNotHideWhatWasFoundBefore) {
  Report report = SampleReport();
  report.tests[0].status = TestStatus::kCrashed;
  Render(report);
  EXPECT_NE(Case("Lookup")->FirstChildElement("error"), nullptr);
  EXPECT_NE(Case("Lookup [memory-leak src/core/name.cpp:42]")->FirstChildElement("failure"),
            nullptr);
}

TEST_F(Junit, TwoFindingsOnOneLineHaveTwoNames) {
  Report report = SampleReport();
  Finding twin = report.findings[1];
  twin.fingerprint = "77aa22bb33cc44dd";
  report.findings.push_back(twin);
  Render(report);
  std::set<std::string> names;
  for (const XMLElement* each : cases_) {
    names.insert(std::string(each->Attribute("classname")) + "." + each->Attribute("name"));
  }
  EXPECT_EQ(names.size(), cases_.size());
  EXPECT_NE(Case("Lookup [memory-leak src/core/name.cpp:42] 77aa22bb"), nullptr);
}

TEST_F(Junit, TimeOfATestIsCountedOnce) {
  Render(SampleReport());
  double sum = 0;
  for (const XMLElement* each : cases_) sum += each->DoubleAttribute("time");
  EXPECT_NEAR(sum, 7 * 0.0015, 0.004);  // each is rounded
  EXPECT_NEAR(Root()->DoubleAttribute("time"), 7 * 0.0015, 0.001);
}

TEST_F(Junit, OptionsChangeElementAndDialect) {
  RenderOptions options;
  options.junit_error = true;
  Render(SampleReport(), options);
  EXPECT_EQ(Root()->IntAttribute("failures"), 0);
  EXPECT_EQ(Root()->IntAttribute("errors"), 5);
  options.junit_error = false;
  options.junit_jenkins = true;
  Render(SampleReport(), options);
  for (const XMLElement* each : cases_) {
    EXPECT_EQ(each->Attribute("file"), nullptr);
    EXPECT_EQ(each->Attribute("line"), nullptr);
  }
}

TEST_F(Junit, FindingOfAnUnlistedTestIsNotLost) {
  Report report = SampleReport();
  report.tests.clear();
  Render(report);
  EXPECT_EQ(Root()->IntAttribute("failures"), 5);
  EXPECT_STREQ(Case("Lookup [memory-leak src/core/name.cpp:42]")->Attribute("classname"), "Cache");
}

TEST(JavaFrame, IsReadAsDirectoriesAndAName) {
  EXPECT_EQ(JavaFrame("alma::make(int)", "src/core/w.cpp", 42),
            "at src.core.::alma::make(w.cpp:42)\n");
  EXPECT_EQ(JavaFrame("Widget::Make()", "src/w.cpp", 7), "at src.Widget::Make(w.cpp:7)\n");
  EXPECT_EQ(JavaFrame("main", "main.cpp", 1), "at ::main(main.cpp:1)\n");
  EXPECT_EQ(JavaFrame("f", "/usr/include/f.h", 1), "at usr.include.::f(f.h:1)\n");
  EXPECT_EQ(JavaFrame("", "src/w.cpp", 7), "at src.::(w.cpp:7)\n");
  EXPECT_EQ(JavaFrame("f", "", 7), "");
  EXPECT_EQ(JavaFrame("f", "src/w.cpp", 0), "");
}

}  // namespace
}  // namespace memprof
