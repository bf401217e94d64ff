// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/user_code.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace memprof {
namespace {

constexpr char kProgram[] = "/b/tests/shop_test";
constexpr char kLibc[] = "/lib/x86_64-linux-gnu/libc.so.6";
constexpr char kLibstdcxx[] = "/usr/lib/x86_64-linux-gnu/libstdc++.so.6";

Frame In(const std::string& function, const std::string& file,
         const std::string& module = kProgram) {
  return {function, file, 1, module, 16};
}

const Frame kMalloc = In("malloc", "", kLibc);
const Frame kNew = In("operator new(unsigned long)", "", kLibstdcxx);
const Frame kAllocate = In("std::__new_allocator<int>::allocate(unsigned long, void const*)",
                           "/usr/include/c++/12/bits/new_allocator.h");
const Frame kFileless = In("shop::Sell()", "");
const Frame kTest = In("Shop_Sells_Test::TestBody()", "/s/tests/shop_test.cc");
const Frame kHandle =
    In("void testing::internal::HandleExceptionsInMethodIfSupported<testing::Test, void>("
       "testing::Test*, void (testing::Test::*)(), char const*)",
       "");
const Frame kRun = In("testing::Test::Run()", "");
const Frame kMain = In("main", "/s/tests/main.cc");
const Frame kMessage = In("testing::Message::Message()", "/usr/include/gtest/gtest-message.h");
const Frame kResult =
    In("testing::TestResult::AddTestPartResult(testing::TestPartResult const&)", "");

UserCode WithRoot(const std::string& root, const FrameworkPlace& framework = {}) {
  return UserCode({root, kProgram, "", framework});
}

const FrameworkPlace kDebian = {{"/usr/include/gtest"}, {}, {}, false};
const FrameworkPlace kFetched = {
    {"/s/b/_deps/gt/include/gtest", "/s/b/_deps/gt/src"}, {}, {}, false};
const FrameworkPlace kItself = {{"/g/googletest/src", "/g/googletest/include/gtest"}, {}, {}, true};

TEST(UserCode, IsToldByPlace) {
  struct Row {
    const char* what;
    UserCode code;
    Frame frame;
    bool is;
  };
  const std::string library = "/b/lib/libshop.so";
  for (const Row& row : std::vector<Row>{
           {"below the root", WithRoot("/s"), kTest, true},
           {"below the root, module unknown", WithRoot("/s"), In("f()", "/s/a.cc", ""), true},
           {"elsewhere, in the program", WithRoot("/other"), kTest, true},
           {"no root", WithRoot(""), kTest, true},
           {"a relative file", WithRoot("/s"), In("f()", "src/a.cc"), true},
           {"elsewhere, module unknown", WithRoot("/other"), In("f()", "/s/a.cc", ""), false},
           {"a library that was built", WithRoot("/other"), In("f()", "/s/a.cc", library), true},
           {"a library below the build root", UserCode({"", kProgram, "/b", {}}),
            In("f()", "/s/a.cc", library), true},
           {"a library outside of it", UserCode({"", kProgram, "/b", {}}),
            In("f()", "/s/a.cc", "/c/libother.so"), false},
           {"an installed library", WithRoot(""), In("f()", "/x/a.cc", "/opt/x/libx.so"), false},
           {"a system library", WithRoot(""), In("g_malloc", "", "/usr/lib/libglib.so.0"), false},
           {"a system header", WithRoot("/s"), kAllocate, false},
           {"a system header, root of all", WithRoot("/"), kAllocate, false},
           {"a compiler below the root", WithRoot("/s"),
            In("std::f()", "/s/tools/gcc/include/c++/13/vector"), false},
           {"sources below /usr", WithRoot("/usr/src/app"), In("f()", "/usr/src/app/a.cc"), true},
           {"GoogleTest's header", WithRoot("/s", kDebian), kMessage, false},
           {"GoogleTest below the root", WithRoot("/s", kFetched),
            In("testing::Test::Run()", "/s/b/_deps/gt/src/gtest.cc"), false},
           {"the user's in namespace testing", WithRoot("/s", kFetched),
            In("testing::MyPrinter()", "/s/tests/printer.h"), true},
           {"the same, nothing learned", WithRoot("/s"),
            In("testing::MyPrinter()", "/s/tests/printer.h"), true},
           {"GoogleTest's sources, nothing learned", WithRoot("/s"),
            In("testing::Test::Run()", "/s/b/_deps/gt-src/googletest/src/gtest.cc"), false},
           {"its headers, nothing learned", WithRoot("/s"),
            In("testing::Message::Message()", "/s/ext/include/gtest/gtest-message.h"), false},
           {"all of it in one file, nothing learned", WithRoot("/s"),
            In("testing::Test::Run()", "/s/ext/gtest-all.cc"), false},
           {"a test of GoogleTest, nothing learned", WithRoot("/s"),
            In("testing::internal::A_B_Test::TestBody()", "/s/test/gtest_unittest.cc"), true},
           {"GoogleTest tested", WithRoot("/g", kItself),
            In("testing::Test::Run()", "/g/googletest/src/gtest.cc"), true},
           {"GoogleTest tested, root unhelpful", WithRoot("/g/googletest/test", kItself),
            In("testing::Test::Run()", "/g/googletest/src/gtest.cc"), true},
           {"no file", WithRoot("/s"), kFileless, true},
           {"no file nor name", WithRoot("/s"), In("", ""), true},
           {"no file, GoogleTest's name", WithRoot("/s", kDebian), kRun, false},
           {"no file, the library's name", WithRoot("/s"),
            In("void std::vector<int>::push_back(int&&)", ""), false},
           {"nothing known", WithRoot("/s"), Frame{}, false},
       }) {
    EXPECT_EQ(row.code.Is(row.frame), row.is) << row.what;
  }
}

TEST(UserCode, TheLocationIsTheInnermostFrameOfTheBestKind) {
  struct Row {
    const char* what;
    UserCode code;
    Stack stack;
    int found;  ///< index; -1 for none
  };
  const Frame vendored = In("zip::Pack()", "/v/zip/zip.cc");
  for (const Row& row : std::vector<Row>{
           {"within libraries", WithRoot("/s"), {kMalloc, kNew, kAllocate, kTest, kRun}, 3},
           {"below the root before others", WithRoot("/s"), {kMalloc, vendored, kTest, kRun}, 2},
           {"another's where nothing is below", WithRoot("/o"), {kMalloc, vendored, kTest}, 1},
           {"with a file before without", WithRoot("/s"), {kMalloc, kFileless, kTest, kRun}, 2},
           {"without any file", WithRoot("/s"), {kMalloc, kFileless, kHandle, kRun}, 1},
           {"stripped", WithRoot("/s"), {kMalloc, In("", ""), In("", "")}, 1},
           {"main beyond what calls tests",
            WithRoot("/s", kDebian),
            {kMalloc, kResult, kHandle, kRun, kMain},
            -1},
           {"main itself", WithRoot("/s", kDebian), {kMalloc, kMain, In("_start", "")}, 1},
           {"a mock between",
            WithRoot("/s", kDebian),
            {kNew, kTest, kMessage, kTest, kHandle, kRun, kMain},
            1},
           {"before main", WithRoot("/s"), {kMalloc, In("_start", "")}, -1},
           {"GoogleTest's sources tested",
            WithRoot("/g", kItself),
            {kNew, In("testing::Test::Run()", "/g/googletest/src/gtest.cc"), kMain},
            1},
           {"empty", WithRoot("/s"), {}, -1},
       }) {
    const Frame* frame = row.code.Locate(row.stack);
    EXPECT_EQ(frame ? frame - row.stack.data() : -1, row.found) << row.what;
  }
}

TEST(UserCode, GoogleTestsOwnBlocksAreThoseItAsksFor) {
  struct Row {
    const char* what;
    UserCode code;
    Stack stack;
    bool own;
  };
  const std::string itself = "/g/googletest/src/gtest.cc";
  const Frame tested = In("testing::TestResult::Clear()", itself);
  const Frame adds = In(kResult.function, itself);
  const Frame reports =
      In("testing::internal::DefaultGlobalTestPartResultReporter::ReportTestPartResult("
         "testing::TestPartResult const&)",
         itself);
  const Frame records =
      In("testing::internal::UnitTestImpl::RecordProperty(testing::TestProperty const&)", itself);
  const Frame listens = In("ListenerTest::OnTestPartResult()", "/g/googletest/test/l_test.cc");
  for (const Row& row : std::vector<Row>{
           {"a result, by name", WithRoot("/s", kDebian), {kMalloc, kNew, kResult, kTest}, true},
           {"a message, by place",
            WithRoot("/s", kDebian),
            {kNew, kAllocate, kMessage, kTest},
            true},
           {"nothing learned", WithRoot("/s"), {kNew, kMessage, kTest}, true},
           {"the test's", WithRoot("/s", kDebian), {kNew, kAllocate, kTest, kHandle, kRun}, false},
           {"a file that names as GoogleTest does",
            WithRoot("/s", kDebian),
            {kNew, In("testing::MyMatcher()", "/s/matcher.h"), kRun},
            false},
           {"a call of the test's that left no frame",
            WithRoot("/s", kDebian),
            {kNew, kHandle, kRun, kMain},
            false},
           {"a function without name", WithRoot("/s"), {kMalloc, In("", ""), kMessage}, false},
           {"the standard library without files",
            WithRoot("/s", kDebian),
            {kMalloc, In("std::string::append(char const*)", ""), kResult},
            true},
           {"GoogleTest tested", WithRoot("/g", kItself), {kNew, tested, kTest}, false},
           {"GoogleTest tested, the running test's failure",
            WithRoot("/g", kItself),
            {kMalloc, kNew, kAllocate, adds, reports, kTest},
            true},
           {"GoogleTest tested, the running test's property",
            WithRoot("/g", kItself),
            {kNew, In("testing::TestProperty::SetValue()", itself), records, kTest},
            true},
           {"GoogleTest tested, a result that the test made",
            WithRoot("/g", kItself),
            {kNew, kAllocate, adds, kTest},
            false},
           {"GoogleTest tested, a listener that is told of a failure",
            WithRoot("/g", kItself),
            {kNew, listens, reports, kTest},
            false},
           {"nothing but libraries", WithRoot("/s"), {kMalloc, kNew}, false},
           {"empty", WithRoot("/s"), {}, false},
       }) {
    EXPECT_EQ(row.code.IsFrameworkOwn(row.stack), row.own) << row.what;
  }
}

}  // namespace
}  // namespace memprof
