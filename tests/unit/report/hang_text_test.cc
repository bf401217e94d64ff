// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/hang_text.h"

#include <gtest/gtest.h>

#include "runner/report/json_reader.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

const Frame kPause = {"pause", "", 0, "/lib/libc.so.6", 0};
const Frame kQueue = {"std::deque::push_back", "/usr/include/c++/12/deque", 9, "/t", 0};
const Frame kWait = {"app::Wait", "src/wait.cc", 11, "/t", 0};
const Frame kBody = {"Wait_Ends_Test::TestBody", "tests/wait_test.cc", 5, "/t", 0};

struct WhereCase {
  const char* name;
  Stack stack;
  const char* text;
};

class Where : public testing::TestWithParam<WhereCase> {};

TEST_P(Where, NamesTheInnermostCallAndTheUsersInnermost) {
  EXPECT_EQ(WhereItWas(GetParam().stack), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Stack, Where,
    testing::Values(
        WhereCase{"Empty", {}, ""}, WhereCase{"OneOfTheSystem", {kPause}, "in pause"},
        WhereCase{"OfTheUserAlone", {kWait, kBody}, "in app::Wait at src/wait.cc:11"},
        WhereCase{"SystemFirst",
                  {kPause, kQueue, kWait, kBody},
                  "in pause, called from app::Wait at src/wait.cc:11"},
        WhereCase{"WithoutName",
                  {{"", "", 0, "/lib/libc.so.6", 9}, kPause, kWait},
                  "in pause, called from app::Wait at src/wait.cc:11"},
        WhereCase{"NoNameAtAll",
                  {{"", "", 0, "/lib/libc.so.6", 9}, {"", "", 0, "/lib/libc.so.6", 7}},
                  "in [libc.so.6]"},
        WhereCase{"NothingOfTheUsers",
                  {kPause, kQueue},
                  "in pause, called from std::deque::push_back at /usr/include/c++/12/deque:9"}),
    [](const auto& row) { return std::string(row.param.name); });

Report HungReport() {
  Report report;
  report.tool_version = "1";
  report.crash = "the test process was stopped after 2 s in Wait.Ends: it was in pause";
  report.hang_stack = {kPause, kWait};
  report.hang_threads = {{"worker \x1b[31m", {kPause}}};
  report.interrupted = true;
  report.interrupted_in = "triage";
  return report;
}

TEST(Hang, IsTheSameAfterJson) {
  const Report report = HungReport();
  const Result<Report> read = ReadReportJson(RenderJson(report, {}));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->hang_stack, report.hang_stack);
  ASSERT_EQ(read->hang_threads.size(), 1u);
  EXPECT_EQ(read->hang_threads[0].stack, report.hang_threads[0].stack);
  EXPECT_EQ(read->interrupted_in, "triage");
}

/// Each form that people read has the user's frame, the stage, and no control character.
TEST(Hang, IsInEveryFormThatPeopleRead) {
  for (const Renderer& renderer : Renderers()) {
    const std::string name = renderer.name;
    if (name != "text" && name != "markdown" && name != "html" && name != "junit") continue;
    const std::string text = renderer.render(HungReport(), {});
    EXPECT_NE(text.find("src/wait.cc:11"), std::string::npos) << name << "\n" << text;
    EXPECT_NE(text.find("in stage triage"), std::string::npos) << name;
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << name;
  }
}

TEST(Hang, ThreadsAtTheSamePlaceAreOneEntry) {
  Report report = HungReport();
  report.hang_threads = {{"worker", {kPause}}, {"timer", {kQueue}}, {"worker", {kPause}}};
  const std::vector<std::string> lines = HangLines(report);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[2], "beside it, 2 threads \"worker\":");
  EXPECT_EQ(lines[4], "beside it, 1 thread \"timer\":");
}

TEST(Hang, WithoutOneThereIsNothingOfItInJson) {
  const std::string json = RenderJson(Report(), {});
  EXPECT_EQ(json.find("hang"), std::string::npos);
  EXPECT_EQ(json.find("interrupted_in"), std::string::npos);
}

}  // namespace
}  // namespace memprof
