// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/blamed_functions.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace memprof {
namespace {

Frame In(const std::string& function, const std::string& file) { return {function, file, 7, ""}; }

std::vector<std::string> Blamed(const Stack& stack, FindingKind kind = FindingKind::kMemoryGrowth) {
  Finding finding;
  finding.kind = kind;
  finding.stack = stack;
  const std::vector<std::string_view> functions = BlamedFunctions(finding);
  return {functions.begin(), functions.end()};
}

using Names = std::vector<std::string>;

TEST(BlamedFunctions, OfWhatIsHeldAreTheInnermostAlone) {
  const Stack stack = {In("std::vector<int>::push_back", "/usr/include/vector"),
                       In("EventBus::Subscribe", "src/bus.cc"), In("Chat::Join", "src/chat.cc"),
                       In("Chat_Joins_Test::TestBody", "tests/chat_test.cc")};
  EXPECT_EQ(Blamed(stack), (Names{"EventBus::Subscribe"}));
  EXPECT_EQ(Blamed(stack, FindingKind::kOneTimeRetention), (Names{"EventBus::Subscribe"}));
  EXPECT_EQ(Blamed(stack, FindingKind::kOptimization), (Names{"EventBus::Subscribe"}));
}

TEST(BlamedFunctions, OfWhatIsLostOrNotClosedIncludeCallers) {
  const Stack stack = {In("MakeNode", "src/node.cc"), In("Tree::Grow", "src/tree.cc"),
                       In("Tree_Grows_Test::TestBody", "tests/tree_test.cc")};
  for (const FindingKind kind : {FindingKind::kMemoryLeak, FindingKind::kFdLeak,
                                 FindingKind::kThreadLeak, FindingKind::kMappingLeak}) {
    EXPECT_EQ(Blamed(stack, kind), (Names{"MakeNode", "Tree::Grow"})) << Name(kind);
  }
  Finding cycle;
  cycle.stack = stack;
  cycle.cycle = {"Node.parent"};
  EXPECT_EQ(BlamedFunctions(cycle).size(), 1u);
}

TEST(BlamedFunctions, OfWhatAllocatesForOthersIncludeTheOther) {
  for (const char* wrapper : {"xmalloc", "base::SafeRealloc", "Arena<int>::Allocate", "g_strdup",
                              "xmemdup", "base::Pool::operator new"}) {
    const Stack stack = {In(wrapper, "src/base.cc"), In("Load", "src/load.cc"),
                         In("Open", "src/open.cc")};
    EXPECT_EQ(Blamed(stack), (Names{wrapper, "Load"})) << wrapper;
  }
}

TEST(BlamedFunctions, AreNeverTestCodeWhereThereIsOther) {
  const std::vector<std::vector<std::string>> around = {
      {"A_B_Test::TestBody"},
      {"A_B_Test::TestBody()::lambda#1", "A_B_Test::TestBody"},
      {"gtest_suite_A_::B<int>::TestBody"},
      {"CacheTest::SetUp", "WarmCacheTest::SetUp"},
      {"CacheTest::TearDown"},
      {"CacheTest::SetUpTestSuite"},
      {"CacheTest::TearDownTestCase"},
      {"CacheTest::CacheTest", "Cache_Lookup_Test::Cache_Lookup_Test"},
      {"TypedTest<int>::TypedTest"},
      {"CacheTest::~CacheTest"},
      {"main"}};
  for (const auto& names : around) {
    Stack stack = {In("MakeNode", "src/node.cc")};
    for (const std::string& name : names) stack.push_back(In(name, "tests/a_test.cc"));
    EXPECT_EQ(Blamed(stack, FindingKind::kMemoryLeak), (Names{"MakeNode"})) << names[0];
    stack.erase(stack.begin());
    EXPECT_EQ(Blamed(stack, FindingKind::kMemoryLeak), (Names{names[0]}));
  }
}

TEST(BlamedFunctions, OfTheProgramMayBeNamedLikeThoseOfFixtures) {
  EXPECT_EQ(Blamed({In("Widget::SetUp", "src/widget.cc"), In("Window::Window", "src/window.cc"),
                    In("A_B_Test::TestBody", "tests/a_test.cc")},
                   FindingKind::kMemoryLeak),
            (Names{"Widget::SetUp", "Window::Window"}));
}

TEST(BlamedFunctions, AreNotThoseOfTheTestsOwnFile) {
  const Stack stack = {In("MakeNode", "src/node.cc"), In("MakeTwoNodes", "tests/a_test.cc"),
                       In("A_B_Test::TestBody", "tests/a_test.cc")};
  EXPECT_EQ(Blamed(stack, FindingKind::kMemoryLeak), (Names{"MakeNode"}));
}

TEST(BlamedFunctions, OfAProgramInOneFileAreItsOwn) {
  const Stack stack = {In("MakeNode", "a_test.cc"), In("Tree::Grow", "a_test.cc"),
                       In("A_B_Test::TestBody", "a_test.cc")};
  EXPECT_EQ(Blamed(stack, FindingKind::kMemoryLeak), (Names{"MakeNode", "Tree::Grow"}));
}

TEST(BlamedFunctions, OfAThreadEndWhereItBegan) {
  EXPECT_EQ(Blamed({In("MakeNode", "src/node.cc"), In("Worker::Run", "src/worker.cc")},
                   FindingKind::kMemoryLeak),
            (Names{"MakeNode", "Worker::Run"}));
}

TEST(BlamedFunctions, OfLibrariesAloneAreNone) {
  EXPECT_TRUE(Blamed({In("curl_global_init", "/usr/src/curl.c")}).empty());
  EXPECT_TRUE(Blamed({}).empty());
}

}  // namespace
}  // namespace memprof
