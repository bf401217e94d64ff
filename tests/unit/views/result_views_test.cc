// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runner/diagnose/savings.h"
#include "runner/diagnose/summary.h"
#include "runner/report/json_reader.h"
#include "runner/views/name_completion.h"
#include "runner/views/recommendations.h"
#include "runner/views/views.h"
#include "tests/unit/report/golden.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

ViewRequest Asking(View view, const std::string& selector = "", const std::string& tests = "") {
  ViewRequest request;
  request.view = view;
  request.paths = {"memprof-out"};
  request.selector = selector;
  request.test_filter = tests;
  return request;
}

std::string Answer(const Report& report, const ViewRequest& request) {
  const Result<std::string> answer = EntryOf(request.view).render(report, request);
  return answer ? *answer : "error: " + answer.error().message + "\n" + answer.error().hint;
}

Json JsonAnswer(const Report& report, ViewRequest request) {
  request.format = "json";
  return Json::parse(Answer(report, request));
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Gauges, descriptors that go, and a test of which nothing is known.
Report HandlesReport() {
  Report report = SampleReport();
  for (IterationStats& stats : report.tests[0].iterations) stats.fds = 1;
  report.tests[1].iterations[0].gauges = {{"sqlite3_open", 2}};
  report.tests[3].iterations[0].threads = std::nullopt;
  report.tests[3].iterations[0].mapped_bytes = 4096;
  return report;
}

/// With a static risk in code that Cache.Lookup runs, and one in code that nothing runs.
Report RiskReport() {
  Report report = SampleReport();
  Finding risk;
  risk.fingerprint = "00000000000000aa";
  risk.kind = FindingKind::kStaticRisk;
  risk.pattern = Pattern::kUnboundedCollection;
  risk.title = "static risk: nothing takes from alma::Report::rows_";
  risk.location = {"src/report.cpp", 20, "alma::Report::Build(std::vector<int> const&)", ""};
  Finding elsewhere = risk;
  elsewhere.fingerprint = "00000000000000ab";
  elsewhere.location = {"src/elsewhere.cpp", 3, "alma::Elsewhere()", ""};
  report.findings.push_back(risk);
  report.findings.push_back(elsewhere);
  return report;
}

ViewRequest WithPatches(ViewRequest request) {
  request.fixes_directory = "memprof-out/fixes";
  return request;
}

TEST(TextOfViews, IsAsApproved) {
  ExpectGolden("views.leaks.txt", Answer(SampleReport(), Asking(View::kLeaks)));
  ExpectGolden("views.handles.txt", Answer(HandlesReport(), Asking(View::kHandles)));
  ExpectGolden("views.recommend.txt",
               Answer(SampleReport(), WithPatches(Asking(View::kRecommend))));
  ExpectGolden("views.diagnose.txt", Answer(RiskReport(), Asking(View::kDiagnose, "Cache.Lookup")));
}

TEST(TextOfViews, OfARealRunIsAsApproved) {
  std::ifstream file(std::string(MEMPROF_TEST_FIXTURES) + "/views/report.json", std::ios::binary);
  const Result<Report> report =
      ReadReportJson(std::string((std::istreambuf_iterator<char>(file)), {}));
  ASSERT_TRUE(report);
  for (const View view : {View::kLeaks, View::kHandles, View::kRecommend, View::kDiagnose}) {
    ViewRequest request = Asking(view, view == View::kDiagnose ? "*" : "");
    ExpectGolden(std::string("views.real.") + EntryOf(view).name + ".txt",
                 Answer(*report, WithPatches(request)));
  }
}

TEST(JsonOfViews, IsAsApproved) {
  const auto golden = [](const Report& report, ViewRequest request) {
    request.format = "json";
    const std::string name = EntryOf(request.view).name;
    ExpectGolden("views." + name + ".json", Answer(report, request));
  };
  golden(SampleReport(), Asking(View::kLeaks));
  golden(HandlesReport(), Asking(View::kHandles));
  golden(SampleReport(), WithPatches(Asking(View::kRecommend)));
  golden(RiskReport(), Asking(View::kDiagnose, "Cache.Lookup"));
}

TEST(TextOfViews, HasColoursOnlyWhereTheyAreAskedFor) {
  for (const ViewEntry& view : Views()) {
    ViewRequest request = Asking(view.view);
    if (view.view == View::kDiagnose) request.selector = "Cache.Lookup";
    if (view.view == View::kLines) request.selector = "src/consolidation.cpp";
    if (view.view == View::kPatterns) request.selector = "alma::consolidate";
    EXPECT_FALSE(Contains(Answer(SampleReport(), request), "\x1b")) << view.name;
    request.color = true;
    EXPECT_TRUE(Contains(Answer(SampleReport(), request), "\x1b")) << view.name;
  }
}

TEST(Views, SurviveHostileText) {
  const Report report = HostileReport();
  for (const ViewEntry& view : Views()) {
    ViewRequest request = Asking(view.view);
    if (view.view == View::kDiagnose) request.selector = report.tests[0].FullName();
    const std::string text = Answer(report, request);
    EXPECT_FALSE(Contains(text, "\x1b") || Contains(text, "\r")) << view.name;
    request.format = "json";
    const std::string json = Answer(report, request);
    EXPECT_TRUE(json.starts_with("error: ") || Json::accept(json)) << view.name;
  }
}

TEST(LeaksView, SaysPlainlyThatNothingLeaks) {
  const std::string text = Answer(CleanReport(), Asking(View::kLeaks));
  EXPECT_TRUE(Contains(text, "Nothing leaks in 3 tests.")) << text;
  EXPECT_FALSE(Contains(text, "NOT MEASURED"));
}

TEST(LeaksView, NeverCallsCleanWhatWasNotMeasured) {
  const std::string broken = Answer(BrokenReport(), Asking(View::kLeaks));
  EXPECT_TRUE(Contains(broken, "Nothing leaks so far in 1 test. Of 2 tests it is not known."))
      << broken;
  EXPECT_TRUE(Contains(broken, "NOT MEASURED"));
  Report no_heap = CleanReport();
  no_heap.not_measured = {{"heap", "", "a static binary"}};
  EXPECT_TRUE(Contains(Answer(no_heap, Asking(View::kLeaks)),
                       "Nothing is known of what these tests keep."));
  Report empty = CleanReport();
  empty.tests.clear();
  EXPECT_TRUE(Contains(Answer(empty, Asking(View::kLeaks)), "No test ran, so nothing is known."));
}

TEST(LeaksView, ShowsTheTestsThatWereAskedForAlone) {
  const Json of_graph = JsonAnswer(SampleReport(), Asking(View::kLeaks, "", "Graph.*"));
  ASSERT_EQ(of_graph["leaks"].size(), 1u);
  EXPECT_EQ(of_graph["leaks"][0]["fingerprint"], "deadbeef00000001");
  EXPECT_EQ(of_graph["tests"], 2);
  const std::string none = Answer(SampleReport(), Asking(View::kLeaks, "", "Grph.Build"));
  EXPECT_TRUE(Contains(none, "did you mean Graph.Build")) << none;
}

TEST(LeaksView, CountsBytesOfOneLineOnce) {
  Report report = SampleReport();
  Finding twice = report.findings[1];
  twice.kind = FindingKind::kMemoryGrowth;
  twice.impact.bytes_per_iteration = 20;
  report.findings.push_back(twice);
  const Json json = JsonAnswer(report, Asking(View::kLeaks));
  EXPECT_EQ(json["bytes_per_iteration"], 17'613 + 33);
}

TEST(HandlesView, TellsNothingKeptFromNotMeasured) {
  const Json json = JsonAnswer(HandlesReport(), Asking(View::kHandles));
  for (const Json& test : json["tests"]) {
    const Json threads = test["iterations"].empty() ? Json() : test["iterations"][0]["threads"];
    if (test["test"] == "Graph.Build") {
      EXPECT_TRUE(threads.is_null());
    }
    if (test["test"] == "Graph.Walk") {
      EXPECT_EQ(threads, 0);
    }
  }
  Report unknown = CleanReport();
  for (TestReport& test : unknown.tests) test.iterations[0].fds = std::nullopt;
  const std::string text = Answer(unknown, Asking(View::kHandles));
  EXPECT_TRUE(Contains(text, "Not measured: descriptors in 3 tests.")) << text;
  EXPECT_FALSE(Contains(text, "run to run: descriptors")) << text;
}

TEST(HandlesView, ListsEachIterationWhenAskedForAll) {
  ViewRequest all = Asking(View::kHandles, "", "Cache.Lookup");
  EXPECT_TRUE(Contains(Answer(HandlesReport(), all), "+1 each run"));
  all.all = true;
  EXPECT_TRUE(Contains(Answer(HandlesReport(), all), "EACH ITERATION"));
}

TEST(RecommendView, SumsAreThoseOfTheSummary) {
  Report report = SampleReport();
  Finding same_line = report.findings[1];
  same_line.fingerprint = "11aa22bb33cc44de";
  same_line.kind = FindingKind::kMemoryGrowth;
  same_line.fix->expected_reduction_bytes = 21;
  report.findings.push_back(same_line);
  report.findings[4].fix = report.findings[1].fix;
  report.findings[4].fix->expected_reduction_bytes = 1'000'000;
  const Summary summary = SummaryOf(report);
  const Json json = JsonAnswer(report, Asking(View::kRecommend));
  EXPECT_EQ(json["kept_bytes"], *summary.reduction_possible_bytes);
  EXPECT_EQ(json["allocated_bytes"], *summary.waste_possible_bytes);
  ASSERT_EQ(json["recommendations"].size(), 4u);
  EXPECT_EQ(json["recommendations"][1]["cumulative_bytes"], 17'613 + 33);
  EXPECT_TRUE(json["recommendations"][1]["counted_with"].is_null());
  EXPECT_EQ(json["recommendations"][2]["cumulative_bytes"], 17'613 + 33);
  EXPECT_EQ(json["recommendations"][2]["counted_with"], "11aa22bb33cc44dd");
}

TEST(RecommendView, IsRestrictedToAModule) {
  const Json core = JsonAnswer(SampleReport(), Asking(View::kRecommend, "src/core"));
  ASSERT_EQ(core["recommendations"].size(), 1u);
  EXPECT_EQ(core["recommendations"][0]["finding"]["fingerprint"], "11aa22bb33cc44dd");
  EXPECT_EQ(core["kept_bytes"], 33);
  const std::string known = Answer(SampleReport(), Asking(View::kRecommend, "src/report.cpp"));
  EXPECT_TRUE(Contains(known, "Nothing to recommend in src/report.cpp")) << known;
  const std::string unknown = Answer(SampleReport(), Asking(View::kRecommend, "src/cor"));
  EXPECT_TRUE(Contains(unknown, "error: no module of the result is `src/cor`")) << unknown;
  EXPECT_TRUE(Contains(unknown, "src/core")) << unknown;
}

TEST(RecommendView, GivesTheCommandForAPatchThatIsThere) {
  const Json without = JsonAnswer(SampleReport(), Asking(View::kRecommend));
  EXPECT_TRUE(without["recommendations"][0]["apply"].is_null());
  ViewRequest request = WithPatches(Asking(View::kRecommend));
  request.patch_directory = "my app";
  const Json with = JsonAnswer(SampleReport(), request);
  EXPECT_EQ(with["recommendations"][0]["apply"],
            "patch -p1 -d 'my app' < memprof-out/fixes/8f2c91d0.patch");
  EXPECT_TRUE(with["recommendations"][1]["apply"].is_null());  // a snippet
}

TEST(DiagnoseView, NeedsATestThatIsThere) {
  const std::string misspelt = Answer(SampleReport(), Asking(View::kDiagnose, "Cache.Lokup"));
  EXPECT_TRUE(Contains(misspelt, "did you mean Cache.Lookup?")) << misspelt;
  const std::string none = Answer(SampleReport(), Asking(View::kDiagnose));
  EXPECT_TRUE(Contains(none, "no test was named; the result has 8 tests")) << none;
}

TEST(DiagnoseView, TellsFindingsProfileAndRisksOfTheTestAlone) {
  const Json json = JsonAnswer(RiskReport(), Asking(View::kDiagnose, "Cache.*"));
  ASSERT_EQ(json["tests"].size(), 3u);
  const Json& lookup = json["tests"][0];
  EXPECT_EQ(lookup["test"]["name"], "Lookup");
  EXPECT_EQ(lookup["findings"].size(), 2u);
  ASSERT_EQ(lookup["risks"].size(), 1u);
  EXPECT_EQ(lookup["risks"][0]["fingerprint"], "00000000000000aa");
  EXPECT_EQ(lookup["profile"]["is_alone"], true);
  EXPECT_FALSE(lookup["peak"].is_null());
  const Json& warm = json["tests"][2];
  EXPECT_EQ(warm["profile"]["is_alone"], false);
  EXPECT_TRUE(warm["peak"].is_null());
  // 144,156 B of rows and 67,200 B of nodes in 12 runs, and none of the other tests' bytes.
  double allocated = 0;
  for (const Json& place : warm["profile"]["places"]) {
    allocated += place["allocated_bytes"].get<double>();
  }
  EXPECT_NEAR(allocated, (144'156 + 67'200) / 12.0, 0.01);
  EXPECT_EQ(warm["not_measured"].size(), 2u);
}

TEST(Completion, GivesTheNamesThatAViewTakes) {
  const auto names = [](View view, const char* prefix, bool is_test = false) {
    CompletionRequest request;
    request.view = view;
    request.prefix = prefix;
    request.is_test = is_test;
    return CompletionsOf(SampleReport(), request);
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(View::kDiagnose, "Cache.L"), Names{"Cache.Lookup"});
  EXPECT_EQ(names(View::kLeaks, "Graph.", true), (Names{"Graph.Build", "Graph.Walk"}));
  EXPECT_EQ(names(View::kLines, "src/rep"), Names{"src/report.cpp"});
  EXPECT_EQ(names(View::kPatterns, "alma::con"), Names{"alma::consolidate"});
  EXPECT_EQ(names(View::kRecommend, "src/core"), (Names{"src/core", "src/core/name.cpp"}));
  EXPECT_TRUE(names(View::kLeaks, "").empty());
}

}  // namespace
}  // namespace memprof
