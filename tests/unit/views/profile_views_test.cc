// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runner/views/lines_view.h"
#include "runner/views/objects_view.h"
#include "runner/views/patterns_view.h"
#include "runner/views/views.h"
#include "tests/unit/report/golden.h"
#include "tests/unit/report/sample_profile.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

ViewRequest Asking(View view, const std::string& selector = "", const std::string& test = "") {
  ViewRequest request;
  request.view = view;
  request.paths = {"memprof-out"};
  request.selector = selector;
  request.test_filter = test;
  return request;
}

std::string Answer(const Report& report, const ViewRequest& request) {
  const Result<std::string> answer = EntryOf(request.view).render(report, request);
  return answer ? *answer : answer.error().message + "\n" + answer.error().hint;
}

Json JsonAnswer(const Report& report, ViewRequest request) {
  request.format = "json";
  return Json::parse(Answer(report, request));
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// One process of one test, as a live process or an old report may be.
Report ReportOf(Profile profile) {
  Report report;
  report.binary = "build/a_test";
  report.profiles = {std::move(profile)};
  return report;
}

TEST(TextOfProfileViews, ObjectsAreAsApproved) {
  ExpectGolden("views.objects.txt", Answer(SampleReport(), Asking(View::kObjects)));
}

TEST(TextOfProfileViews, LinesAreAsApproved) {
  const Report report = SampleReport();
  ExpectGolden("views.lines.txt",
               Answer(report, Asking(View::kLines, "consolidation.cpp", "Cache.Refresh")));
}

TEST(TextOfProfileViews, PatternsAreAsApproved) {
  const Report report = SampleReport();
  ExpectGolden("views.patterns.txt",
               Answer(report, Asking(View::kPatterns, "Format", "Cache.Refresh")));
}

TEST(JsonOfProfileViews, IsAsApproved) {
  const Report report = SampleReport();
  for (ViewRequest request :
       {Asking(View::kObjects), Asking(View::kLines, "src/report.cpp", "Cache.Lookup"),
        Asking(View::kPatterns, "alma::Report::Build")}) {
    request.format = "json";
    ExpectGolden(std::string("views.") + EntryOf(request.view).name + ".json",
                 Answer(report, request));
  }
}

TEST(ProfileViews, HostileNamesAndDamagedFiguresAreShown) {
  const Report report = HostileReport();
  for (const View view : {View::kObjects, View::kLines, View::kPatterns}) {
    for (const char* selector : {"*", "no such name", "\x1b[31m\xff", ""}) {
      ViewRequest request = Asking(view, selector);
      const std::string text = Answer(report, request);
      EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
      request.format = "json";
      EXPECT_FALSE(Answer(report, request).empty());
    }
  }
  Report deep = ReportOf(ProfileOf("f"));
  deep.profiles[0].sites[0].stack.assign(1'000'000, 0);
  EXPECT_TRUE(Contains(Answer(deep, Asking(View::kPatterns, "f")), "100 B"));
}

TEST(Objects, AreSortedByBytesOrByCount) {
  Profile profile;
  profile.name = "A.B alone, 1 run";
  profile.tests = {"A.B"};
  profile.frames = {{"Large", "a.cc", 1, ""}, {"Many", "a.cc", 2, ""}, {"More", "a.cc", 3, ""}};
  profile.types = {"Node", "Buffer"};
  profile.sites = {{{0}, {900, 1, 0, 0, 900, 1}, 1},
                   {{1}, {80, 8, 0, 0, 80, 8}, 0},
                   {{2}, {40, 4, 0, 0, 40, 4}, 0},
                   {{2}, {77, 7, 0, 0, 0, 0}, 1}};
  const Report report = ReportOf(profile);
  const Json by_bytes = JsonAnswer(report, Asking(View::kObjects))["at_end"];
  EXPECT_EQ(by_bytes["bytes"], 1020);
  ASSERT_EQ(by_bytes["types"].size(), 2u) << "what is freed is no live object";
  EXPECT_EQ(by_bytes["types"][0]["type"], "Buffer");
  EXPECT_EQ(by_bytes["types"][1]["bytes"], 120);
  EXPECT_EQ(by_bytes["types"][1]["calls"], 2);
  ViewRequest request = Asking(View::kObjects);
  request.by = "count";
  const Json by_count = JsonAnswer(report, request)["at_end"];
  EXPECT_EQ(by_count["types"][0]["type"], "Node");
  EXPECT_EQ(by_count["types"][0]["location"]["line"], 2) << "the call that made most of them";
}

TEST(Objects, OfAnUnknownTypeAreToldByTheirCalls) {
  Report report = ReportOf(ProfileOf("one"));
  Profile& profile = report.profiles[0];
  profile.frames.push_back({"two", "", 0, "/usr/lib/libtwo.so"});
  profile.sites.push_back({{1}, {50, 1, 0, 0, 50, 1}});
  const Json types = JsonAnswer(report, Asking(View::kObjects))["at_end"]["types"];
  ASSERT_EQ(types.size(), 2u) << "two unknown types are not one";
  EXPECT_TRUE(types[0]["type"].is_null());
  const std::string text = Answer(report, Asking(View::kObjects));
  EXPECT_TRUE(Contains(text, "unknown type  two [libtwo.so]")) << text;
}

TEST(Objects, OfOneTestAreOfTheProcessThatItHadAlone) {
  const Json json = JsonAnswer(SampleReport(), Asking(View::kObjects, "", "Cache.Lookup"));
  EXPECT_EQ(json["processes"], "Cache.Lookup alone, 1 run");
  EXPECT_EQ(json["at_peak"]["test"], "Cache.Lookup") << "which another process tells";
  EXPECT_TRUE(json["notes"].empty());
  const Json warm = JsonAnswer(SampleReport(), Asking(View::kObjects, "", "Cache.Warm"));
  EXPECT_EQ(warm["processes"], "3 suspects, 12 runs");
  ASSERT_EQ(warm["notes"].size(), 1u);
  EXPECT_TRUE(Contains(warm["notes"][0], "2 other tests ran too"));
  EXPECT_TRUE(Contains(warm["notes"][0],
                       "memprof run --only trace --filter Cache.Warm -- build/cache_test"));
  EXPECT_TRUE(warm["at_peak"].is_null()) << "no zero for what was not measured";
}

// Cache.Lookup ran beside the others, and alone.
TEST(ProfileViews, OfSeveralTestsCountNoneTwice) {
  const Json json = JsonAnswer(SampleReport(), Asking(View::kObjects, "", "Cache.*"));
  EXPECT_EQ(json["processes"], "3 suspects, 12 runs");
  EXPECT_TRUE(json["notes"].empty());
  EXPECT_EQ(json["at_end"]["bytes"], SampleProfiles()[0].live_bytes.back());
}

TEST(ProfileViews, SayThatNothingWasTraced) {
  for (const View view : {View::kObjects, View::kLines, View::kPatterns}) {
    const std::string text = Answer(CleanReport(), Asking(view, "a.cc"));
    EXPECT_TRUE(Contains(text, "NOT MEASURED")) << text;
    const Json json = JsonAnswer(CleanReport(), Asking(view, "a.cc"));
    ASSERT_EQ(json["not_measured"].size(), 1u) << json.dump();
    const std::string why = json["not_measured"][0]["why"];
    EXPECT_TRUE(Contains(why, "memprof run --only trace -- build/ring_test")) << why;
    EXPECT_TRUE(json["processes"].is_null());
  }
}

TEST(ProfileViews, GiveTheReasonWhyNothingWasTraced) {
  Report report = CleanReport();
  const auto why = [&report] {
    const Json json = JsonAnswer(report, Asking(View::kObjects));
    return json["not_measured"][0]["why"].get<std::string>();
  };
  EXPECT_TRUE(Contains(why(), "none was suspect")) << why();
  report.not_measured.push_back({"triage", "", "left out by --only screen"});
  EXPECT_FALSE(Contains(why(), "none was suspect")) << "nobody looked: " << why();
  report.tests.clear();
  EXPECT_TRUE(Contains(why(), "no test ran")) << why();
}

// What is alive is counted as memory grows, so that the last count may be of less than now.
TEST(Objects, OfAProcessHaveNoPeakBelowWhatIsAlive) {
  Report report = ReportOf(ProfileOf("one"));
  report.process.emplace().end = "is running";
  report.profiles[0].tests = {kProgramProfile};
  report.profiles[0].peaks = {{kProgramProfile, {}, 1, 1}};
  const Json json = JsonAnswer(report, Asking(View::kObjects));
  EXPECT_TRUE(json["at_peak"].is_null()) << json.dump();
  ASSERT_EQ(json["not_measured"].size(), 1u);
  EXPECT_TRUE(Contains(json["not_measured"][0]["why"], "is alive now"));
  EXPECT_EQ(json["process"]["end"], "is running");
  report.profiles[0].peaks[0].other_bytes = 1 << 20;
  EXPECT_EQ(JsonAnswer(report, Asking(View::kObjects))["at_peak"]["bytes"], 1 << 20);
}

LineSums SumOf(const std::vector<LineSums>& parts) {
  LineSums sum;
  for (const LineSums& part : parts) {
    sum.figures.allocated_bytes += part.figures.allocated_bytes;
    sum.figures.allocations += part.figures.allocations;
    sum.figures.temporary_bytes += part.figures.temporary_bytes;
    sum.figures.temporaries += part.figures.temporaries;
    sum.figures.kept_bytes += part.figures.kept_bytes;
    sum.figures.kept_blocks += part.figures.kept_blocks;
    sum.peak_bytes += part.peak_bytes;
    sum.peak_blocks += part.peak_blocks;
  }
  return sum;
}

// Whichever file is asked for, every allocation is in one row.
TEST(Lines, AddUpToWhatTheProcessesAllocated) {
  Report report = SampleReport();
  report.profiles[2].sites.push_back({{0}, {10, 1, 0, 0, 0, 0}});  // of a library, without lines
  for (const char* test : {"", "Cache.Lookup", "Format.Join", "Cache.*"}) {
    const Result<ProfileChoice> choice = ChooseProfiles(report, Asking(View::kLines, "", test));
    ASSERT_TRUE(choice.ok());
    LineSums total;
    std::vector<LineSums> of_all_files;
    for (const std::string& file : FilesOf(*choice)) {
      const LinesView view = BuildLines(report, *choice, file);
      std::vector<LineSums> lines;
      for (const auto& [number, row] : view.lines) lines.push_back(row.self);
      EXPECT_EQ(SumOf(lines), view.in_file) << file;
      EXPECT_EQ(SumOf({view.in_file, view.other_files, view.without_lines, view.not_told}),
                view.total)
          << file;
      of_all_files.push_back(view.in_file);
      total = view.total;
      if (file == FilesOf(*choice).back()) {
        of_all_files.push_back(view.without_lines);
        of_all_files.push_back(view.not_told);
      }
    }
    EXPECT_EQ(SumOf(of_all_files), total) << test;
    std::uint64_t bytes = 0;
    for (const Profile* profile : choice->profiles) {
      bytes += profile->other.allocated_bytes;
      for (const ProfileSite& site : profile->sites) bytes += site.figures.allocated_bytes;
    }
    EXPECT_EQ(total.figures.allocated_bytes, bytes) << test;
  }
}

TEST(Lines, AnAllocationIsTheInnermostUserLinesAndInclusiveItsCallersToo) {
  const Report report = SampleReport();
  const Json json = JsonAnswer(report, Asking(View::kLines, "src/report.cpp", "Cache.Lookup"));
  const Json& lines = json["lines"];
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0]["line"], 31);
  EXPECT_EQ(lines[0]["self"]["allocated_bytes"], 0) << "it calls consolidate(), which allocates";
  EXPECT_EQ(lines[0]["inclusive"]["allocated_bytes"], 53'600);
  EXPECT_EQ(lines[1]["line"], 58);
  EXPECT_EQ(lines[1]["self"]["allocated_bytes"], 20'480);
  EXPECT_EQ(json["total"]["allocated_bytes"], 74'080);
  EXPECT_EQ(json["other_files"]["allocated_bytes"], 53'600);
}

TEST(Lines, OfARecursionCountOnce) {
  Report report = ReportOf(ProfileOf("f"));
  report.profiles[0].sites[0].stack = {0, 0, 0};
  const Json json = JsonAnswer(report, Asking(View::kLines, "dir/f.cpp"));
  EXPECT_EQ(json["lines"][0]["inclusive"]["allocated_bytes"], 100);
}

TEST(Lines, SayThatTheFileHasChangedAndShowItAsItWas) {
  const Report report = SampleReport();
  ViewRequest request = Asking(View::kLines, "join.cpp");
  const auto answer = [&](const std::string& text, bool is_newer) {
    request.read_source = [&](const std::string&) { return ViewSource{text, is_newer}; };
    return Answer(report, request);
  };
  std::string source(14, '\n');
  for (const std::string& line : report.sources[1].lines) source += line + "\n";
  EXPECT_FALSE(Contains(answer(source, false), "has changed"));
  EXPECT_TRUE(Contains(answer(source, true), "has changed since the program was built"));
  const std::string changed = answer("\n" + source, false);
  EXPECT_TRUE(Contains(changed, "has changed since the report was made")) << changed;
  EXPECT_TRUE(Contains(changed, "19      joined = joined + part;")) << changed;
  request.read_source = {};
  EXPECT_TRUE(Contains(Answer(report, request), "its lines are those that the report has"));
}

TEST(Lines, AFileOfSeveralNamesIsAskedFor) {
  Report report = ReportOf(ProfileOf("f"));
  report.profiles[0].frames.push_back({"g", "other/f.cpp", 1, ""});
  const std::string text = Answer(report, Asking(View::kLines, "f.cpp"));
  EXPECT_TRUE(Contains(text, "2 files of the result are called f.cpp")) << text;
  EXPECT_TRUE(Contains(text, "dir/f.cpp, other/f.cpp")) << text;
}

TEST(Patterns, TellWhatIsAllocatedBelowAFunctionOnce) {
  Profile profile;
  profile.name = "A.B alone, 1 run";
  profile.tests = {"A.B"};
  profile.frames = {{"std::vector<int>::reserve", "/usr/include/vector", 5, ""},
                    {"app::Fill(int)", "a.cc", 10, ""},
                    {"app::Fill(char)", "a.cc", 20, ""},
                    {"app::Run", "a.cc", 30, ""},
                    {"Unrelated", "b.cc", 1, ""}};
  const BlockShape shape = {3, 24, 2, 16, {0, 0, 0, 0, 4, 2}, {5}};
  profile.sites = {
      {{0, 1, 3}, {100, 6, 40, 2, 32, 1}, kUnknownType, shape},
      {{0, 2, 1, 3}, {50, 5, 0, 0, 0, 0}, kUnknownType, shape},
      {{4}, {1000, 1, 0, 0, 0, 0}, kUnknownType, shape},
  };
  const Report report = ReportOf(profile);
  const Json fill = JsonAnswer(report, Asking(View::kPatterns, "Fill"));
  EXPECT_EQ(fill["total"]["allocated_bytes"], 150) << "a stack through both overloads counts once";
  EXPECT_EQ(fill["freed_later"], 11 - 2 - 1);
  EXPECT_EQ(fill["all_allocated_bytes"], 1150);
  ASSERT_EQ(fill["overloads"].size(), 2u);
  EXPECT_EQ(fill["overloads"][0]["function"], "app::Fill(int)");
  EXPECT_EQ(fill["blocks"]["reallocs"], 6);
  EXPECT_EQ(fill["blocks"]["longest_chain"], 2);
  EXPECT_EQ(fill["blocks"]["sizes"][0], (Json{{"from_bytes", 8}, {"count", 8}}));
  EXPECT_EQ(fill["blocks"]["lifetimes"][0]["count"], 10);
  EXPECT_EQ(fill["tree"]["total"]["allocated_bytes"], 150);
  EXPECT_EQ(fill["tree"]["self"]["allocated_bytes"], 100) << "the vector's is its caller's";
  EXPECT_EQ(fill["tree"]["calls"][0]["self"]["allocated_bytes"], 50);
  ViewRequest all = Asking(View::kPatterns, "app::Run");
  all.all = true;
  EXPECT_EQ(JsonAnswer(report, all)["tree"]["calls"][0]["calls"].size(), 2u)
      << "the vector, and the other overload";
}

TEST(Patterns, AmbiguousNamesAreTold) {
  Report report = ReportOf(ProfileOf("f"));
  report.profiles[0].frames = {{"a::Look", "a.cc", 1, ""}, {"b::Look", "a.cc", 2, ""}};
  report.profiles[0].sites.push_back({{1}, {7, 1, 0, 0, 0, 0}});
  const std::string text = Answer(report, Asking(View::kPatterns, "Look"));
  EXPECT_TRUE(Contains(text, "2 functions of the result are called Look")) << text;
  EXPECT_TRUE(Contains(text, "a::Look, b::Look")) << text;
  EXPECT_EQ(JsonAnswer(report, Asking(View::kPatterns, "*Look"))["total"]["allocated_bytes"], 107);
}

TEST(Patterns, OfAnEarlierReportHaveNoSizesAndSaySo) {
  const Json json = JsonAnswer(ReportOf(ProfileOf("f")), Asking(View::kPatterns, "f"));
  EXPECT_TRUE(json["blocks"].is_null());
  EXPECT_EQ(json["not_measured"].size(), 1u);
  EXPECT_EQ(json["total"]["allocated_bytes"], 100);
}

}  // namespace
}  // namespace memprof
