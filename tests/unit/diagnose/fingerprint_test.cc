// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fingerprint.h"

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "runner/diagnose/attribution.h"
#include "runner/diagnose/reported_stack.h"
#include "tests/unit/diagnose/evidence_builder.h"

namespace memprof {
namespace {

Finding FindingOf(const Stack& stack, FindingKind kind = FindingKind::kMemoryLeak) {
  Finding finding;
  finding.kind = kind;
  finding.stack = ReportedStack(stack, "/src");
  return finding;
}

std::string PrintOf(const Stack& stack, int ordinal = 1) {
  return StackFingerprint(FindingOf(stack), ordinal);
}

TEST(Fingerprint, IsSixteenHexadecimalDigits) {
  const std::string print = PrintOf(CallStack("Load", "a.cc", 3));
  EXPECT_EQ(print.size(), 16u);
  EXPECT_EQ(print.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(Fingerprint, StaysTheSameInLaterReleases) {
  EXPECT_EQ(PrintOf(CallStack("Load", "a.cc", 3)), "0ab3d6338d71d93b");
  EXPECT_EQ(OwnerFingerprint(FindingKind::kFdLeak, "test A.B", "socket"), "9cc2b3a35861f0b7");
}

TEST(Fingerprint, SurvivesLinesFilesAndModules) {
  const std::string print = PrintOf(CallStack("Load", "a.cc", 3));
  EXPECT_EQ(print, PrintOf(CallStack("Load", "a.cc", 300)));
  EXPECT_EQ(print, PrintOf(CallStack("Load", "moved/b.cc", 3)));
  Stack other = CallStack("Load", "a.cc", 3);
  for (Frame& frame : other) frame.module = "/elsewhere/cache_test";
  EXPECT_EQ(print, PrintOf(other));
}

TEST(Fingerprint, IsTheSameForLostAndForGrowingMemory) {
  const Stack stack = CallStack("Load", "a.cc", 3);
  EXPECT_EQ(StackFingerprint(FindingOf(stack, FindingKind::kMemoryLeak), 1),
            StackFingerprint(FindingOf(stack, FindingKind::kMemoryGrowth), 1));
  EXPECT_NE(StackFingerprint(FindingOf(stack, FindingKind::kMemoryLeak), 1),
            StackFingerprint(FindingOf(stack, FindingKind::kOptimization), 1));
}

TEST(Fingerprint, IsTheSameUnderEveryTestThatReachesIt) {
  EXPECT_EQ(PrintOf(CallStack("Load", "a.cc", 3, "Cache_Lookup_Test")),
            PrintOf(CallStack("Load", "a.cc", 3, "Cache_Warm_Test")));
}

TEST(Fingerprint, NamesTheTestWhereItsBodyIsThePlace) {
  const auto body = [](const std::string& test) {
    return TestStack({{test + "::TestBody()", "/src/tests/cache_test.cc", 47, ""}});
  };
  EXPECT_FALSE(PrintOf(body("A_B_Test")).empty());
  EXPECT_NE(PrintOf(body("A_B_Test")), PrintOf(body("A_C_Test")));
}

TEST(Fingerprint, DiffersByCallersWithinTheUsersCode) {
  const auto called_by = [](const std::string& caller) {
    return TestStack({{"Load(int)", "/src/src/a.cc", 3, ""},
                      {caller + "()", "/src/src/b.cc", 4, ""},
                      {"A_B_Test::TestBody()", "/src/tests/a_test.cc", 9, ""}});
  };
  EXPECT_NE(PrintOf(called_by("Open")), PrintOf(called_by("Reopen")));
}

TEST(Fingerprint, DoesNotDependOnFramesOfLibraries) {
  Stack stack = CallStack("Load", "a.cc", 3);
  stack.insert(stack.begin() + 1,
               {"std::vector<int>::push_back(int&&)", "/usr/include/c++/12/vector", 9, ""});
  EXPECT_EQ(PrintOf(stack), PrintOf(CallStack("Load", "a.cc", 3)));
}

TEST(Fingerprint, DiffersByOrdinal) {
  const Stack stack = CallStack("Load", "a.cc", 3);
  EXPECT_NE(PrintOf(stack, 1), PrintOf(stack, 2));
}

TEST(Fingerprint, IsTheSameWhereNoHeapSnapshotTellsTheHolder) {
  const Stack stack = CallStack("Load", "a.cc", 3);
  Finding held = FindingOf(stack);
  held.held_by = HeldBy{"cache", "std::map<int, int>", "src/a.cc", 12};
  held.cycle = {"A.b", "B.a"};
  EXPECT_EQ(StackFingerprint(held, 1), PrintOf(stack));
}

TEST(Fingerprint, IsEmptyForAStackWithoutTheUsersCode) {
  EXPECT_EQ(PrintOf({}), "");
  EXPECT_EQ(PrintOf(LibraryStack()), "");
}

TEST(Fingerprint, OfAnOwnerIgnoresNumbersInDetails) {
  const auto print = [](const char* detail) {
    return OwnerFingerprint(FindingKind::kFdLeak, "test A.B", detail);
  };
  EXPECT_EQ(print("/tmp/log.7"), print("/tmp/log.1234"));
  EXPECT_NE(print("/tmp/log.7"), print("/tmp/trace.7"));
  EXPECT_NE(print("/tmp"), OwnerFingerprint(FindingKind::kFdLeak, "test A.C", "/tmp"));
  EXPECT_NE(print("/tmp"), OwnerFingerprint(FindingKind::kMappingLeak, "test A.B", "/tmp"));
}

TEST(Fingerprint, PartsDoNotRunIntoEachOther) {
  EXPECT_NE(OwnerFingerprint(FindingKind::kFdLeak, "ab", "c"),
            OwnerFingerprint(FindingKind::kFdLeak, "a", "bc"));
}

TEST(ReportedStack, KeepsTheUsersPartOfTheStack) {
  const Stack reported = ReportedStack(CallStack("Load", "a.cc", 3), "/src");
  ASSERT_EQ(reported.size(), 2u);
  EXPECT_EQ(reported[0], (Frame{"Load", "src/a.cc", 3, ""}));
  EXPECT_EQ(reported[1], (Frame{"Cache_Lookup_Test::TestBody", "tests/cache_test.cc", 47, ""}));
}

TEST(ReportedStack, KeepsTestsThatAreInTheNamespaceTesting) {
  Stack stack = CallStack("testing::internal::Paths_Join_Test::TestBody", "paths_test.cc", 3);
  const Frame* user = nullptr;
  const Stack reported = ReportedStack(stack, "/src");
  ASSERT_NE(user = UserFrame(reported), nullptr);
  EXPECT_EQ(user->file, "src/paths_test.cc");
}

TEST(ReportedStack, KeepsGoogleMocksFramesBetweenTheUsers) {
  const Stack reported = ReportedStack(
      TestStack({{"Answer()", "/src/src/a.cc", 3, ""},
                 {"testing::internal::FunctionMocker<int ()>::Invoke()", "/usr/gmock.h", 4, ""},
                 {"A_B_Test::TestBody()", "/src/tests/a_test.cc", 9, ""}}),
      "/src");
  ASSERT_EQ(reported.size(), 3u);
  EXPECT_EQ(UserFrame(reported)->function, "Answer");
  EXPECT_EQ(reported[2].function, "A_B_Test::TestBody");
}

TEST(ReportedStack, DoesNotTakeGoogleTestBelowTheRootForTheUsers) {
  const Stack reported = ReportedStack(
      {{"testing::Message::Message()", "/src/build/_deps/googletest-src/message.cc", 7, ""},
       {"A_B_Test::TestBody()", "/src/tests/a_test.cc", 9, ""},
       {"testing::Test::Run()", "/src/build/_deps/googletest-src/gtest.cc", 8, ""}},
      "/src");
  ASSERT_EQ(reported.size(), 2u);
  EXPECT_EQ(UserFrame(reported)->function, "A_B_Test::TestBody");
}

TEST(ReportedStack, EndsAtMainWhereMainAllocates) {
  const Stack reported = ReportedStack({{"malloc", "", 0, ""},
                                        {"std::allocator<int>::allocate()", "/usr/alloc.h", 1, ""},
                                        {"main", "/src/tests/main.cc", 5, ""},
                                        {"_start", "", 0, ""}},
                                       "/src");
  ASSERT_EQ(reported.size(), 2u);
  EXPECT_EQ(reported[1].file, "tests/main.cc");
}

TEST(ReportedStack, EmptiesFilesThatAreRelativeToALibrarysBuild) {
  const Stack reported = ReportedStack(
      {{"pthread_create", "./nptl/pthread_create.c", 621, ""}, {"Start()", "/src/src/a.cc", 3, ""}},
      "/src");
  EXPECT_EQ(reported[0], (Frame{"pthread_create", "", 0, ""}));
}

TEST(ReportedStack, EndsAtTheUsersOutermostFrame) {
  const Frame alloc = {"operator new(unsigned long)", "", 0, "/usr/lib/libstdc++.so.6", 0x9f0};
  const Frame user = {"Fill(int)", "/src/src/a.cc", 3, "/b/app"};
  const std::vector<Stack> callers = {
      {{"start_thread", "./nptl/pthread_create.c", 442, ""}, {"clone3", "../clone3.S", 81, ""}},
      {{"call_init", "../csu/libc-start.c", 145, ""}, {"__libc_start_main_impl", "", 0, ""}},
      {{"_dl_init", "./elf/dl-init.c", 121, ""}, {"_dl_start_user", "", 0, ""}},
      {{"testing::Test::Run()", "", 0, "/usr/lib/libgtest.so"}, {"main", "/usr/m.cc", 1, ""}}};
  for (const Stack& outer : callers) {
    Stack stack = {alloc, user};
    stack.insert(stack.end(), outer.begin(), outer.end());
    const Stack reported = ReportedStack(stack, "/src");
    ASSERT_EQ(reported.size(), 1u) << outer[0].function;
    EXPECT_EQ(reported[0], (Frame{"Fill", "src/a.cc", 3, "/b/app"}));
  }
}

FrameworkPlace PlaceOfFramework(bool tests_itself) {
  FrameworkPlace place;
  place.directories = {"/src/gtest/src"};
  place.tests_itself = tests_itself;
  return place;
}

Location Located(const Stack& stack, const FrameworkPlace& framework) {
  DiagnoseContext context = SomeContext();
  context.framework = framework;
  Finding finding;
  Locate(stack, EvidenceOf(StillSeries(1)).test, context, &finding);
  return finding.location;
}

// Projects put tests of their own into `testing`, and vendored copies lie below the root.
TEST(Attribution, TellsGoogleTestByWhereItLiesRatherThanByName) {
  const Frame vendored = {"testing::Message::Message()", "/src/gtest/src/message.cc", 7, ""};
  const Frame own = {"testing::acme::Fill()", "/src/tests/fill.cc", 9, ""};
  EXPECT_EQ(Located({vendored, own}, PlaceOfFramework(false)).line, 9);
  EXPECT_EQ(Located({vendored, own}, PlaceOfFramework(true)).line, 7);
  EXPECT_EQ(Located({vendored, own}, {}).line, 9);  // by the directory `gtest`
}

TEST(Attribution, SourcesElsewhereOfTheUsersModuleAreBetterThanTheTestLine) {
  const Frame generated = {"Parse(int)", "/build/gen/parse.cc", 12, "/build/app_test"};
  const Frame system = {"curl_easy_init()", "/usr/src/curl.c", 5, "/usr/lib/libcurl.so.4"};
  EXPECT_EQ(Located({system, generated}, {}).file, "/build/gen/parse.cc");
  EXPECT_EQ(Located({system, generated}, {}).function, "Parse");
  EXPECT_EQ(Located({system}, {}).line, 45);
}

TEST(Attribution, QuotesWhatAShellWouldChange) {
  DiagnoseContext context = SomeContext();
  context.binary = "my build/cache_test";
  context.binary_arguments = {"--data=a b", "plain", "", "it's"};
  RecordedTest test = EvidenceOf(StillSeries(1)).test;
  Finding finding;
  Attribute(Scope::kTest, test, context, &finding);
  EXPECT_EQ(finding.rerun,
            "memprof run --filter 'Cache.Lookup' -- 'my build/cache_test' '--data=a b' plain '' "
            "'it'\\''s'");
  Attribute(Scope::kSuite, test, context, &finding);
  EXPECT_TRUE(finding.tests.empty());
  EXPECT_EQ(finding.scope_label, "suite Cache (SetUpTestSuite)");
  EXPECT_EQ(finding.rerun.substr(0, 30), "memprof run --filter 'Cache.*'");
}

}  // namespace
}  // namespace memprof
