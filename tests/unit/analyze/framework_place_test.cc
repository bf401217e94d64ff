// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/framework_place.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace memprof {
namespace {

using Names = std::vector<std::string>;

Frame In(const std::string& function, const std::string& file,
         const std::string& module = "/b/shop_test") {
  return {function, file, 1, module, 16};
}

constexpr char kHandle[] =
    "void testing::internal::HandleExceptionsInMethodIfSupported<testing::Test, void>("
    "testing::Test*, void (testing::Test::*)(), char const*)";

/// A test's body in `file` that GoogleTest in `gtest` calls, with `inner` within.
Stack BodyStack(const std::string& file, const std::string& gtest, Stack inner = {},
                const std::string& module = "/b/shop_test") {
  inner.push_back(In("Shop_Sells_Test::TestBody()", file));
  inner.push_back(In(kHandle, gtest, module));
  inner.push_back(In("testing::Test::Run()", gtest, module));
  inner.push_back(In("testing::TestInfo::Run()", gtest, module));
  inner.push_back(In("testing::UnitTest::Run()", gtest, module));
  inner.push_back(In("main", gtest.empty() ? "" : "/s/main.cc"));
  return inner;
}

TEST(FrameworkPlace, IsWhereTheTestsAreCalledFromAndWhereHeadersAre) {
  struct Row {
    const char* what;
    std::vector<Stack> stacks;
    Names directories;
    Names files;
    bool tests_itself = false;
  };
  const std::string fetched = "/s/build/_deps/googletest-src/googletest/";
  const std::string mock = "/s/build/_deps/googletest-src/googlemock/";
  for (const Row& row : std::vector<Row>{
           {"nothing seen", {}, {}, {}},
           {"prebuilt, without debug information", {BodyStack("/s/shop_test.cc", "")}, {}, {}},
           {"prebuilt, headers seen",
            {BodyStack("/s/shop_test.cc", "",
                       {In("testing::Message::Message()", "/usr/include/gtest/gtest-message.h"),
                        In("testing::internal::MockSpec<void ()>::InternalExpectedAt(char const*)",
                           "/usr/include/gmock/gmock-spec-builders.h")})},
            {"/usr/include/gmock", "/usr/include/gtest"},
            {}},
           {"fetched below the source root",
            {BodyStack("/s/tests/shop_test.cc", fetched + "src/gtest.cc",
                       {In("testing::internal::Mutex::Lock()",
                           fetched + "include/gtest/internal/gtest-port.h"),
                        In("testing::internal::ExpectationBase::Retire()",
                           mock + "src/gmock-spec-builders.cc")})},
            {mock + "src", fetched + "include/gtest", fetched + "src"},
            {}},
           {"all of it in one file beside the tests",
            {BodyStack("/s/tests/shop_test.cc", "/s/tests/gtest-all.cc")},
            {},
            {"/s/tests/gtest-all.cc"}},
           {"its file among the user's sources",
            {BodyStack("/s/src/shop_test.cc", "/s/src/gtest-all.cc")},
            {},
            {"/s/src/gtest-all.cc"}},
           {"the user's own headers in a directory of that name",
            {BodyStack("/s/shop_test.cc", "",
                       {In("testing::Shop::Sell()", "/s/gtest/shop.h"),
                        In("shop::Sell()", "/s/gtest/sell.h")})},
            {},
            {}},
           {"its own tests",
            {BodyStack("/usr/src/googletest/googletest/test/gtest_unittest.cc",
                       "/usr/src/googletest/googletest/src/gtest.cc")},
            {"/usr/src/googletest/googletest/src"},
            {},
            true},
           {"its own tests of mocks",
            {BodyStack("/usr/src/googletest/googlemock/test/gmock_link_test.h",
                       "/usr/src/googletest/googletest/src/gtest.cc",
                       {In("testing::Return()",
                           "/usr/src/googletest/googlemock/include/gmock/gmock-actions.h")})},
            {"/usr/src/googletest/googlemock/include/gmock", "/usr/src/googletest/googletest/src"},
            {},
            true},
           {"its own tests and another",
            {BodyStack("/g/googletest/test/a.cc", "/g/googletest/src/gtest.cc"),
             BodyStack("/g/shop/test/a.cc", "/g/googletest/src/gtest.cc")},
            {"/g/googletest/src"},
            {}},
           {"the user's sources below /usr, headers of the system's",
            {BodyStack("/usr/src/app/shop_test.cc", "",
                       {In("testing::Message::Message()", "/usr/include/gtest/gtest-message.h")})},
            {"/usr/include/gtest"},
            {}},
           {"the user's project beside GoogleTest's",
            {BodyStack("/s/third_party/shop/shop_test.cc", "/s/third_party/gtest/src/gtest.cc",
                       {In("testing::Message::Message()",
                           "/s/third_party/gtest/include/gtest/gtest-message.h")})},
            {"/s/third_party/gtest/include/gtest", "/s/third_party/gtest/src"},
            {}},
       }) {
    const FrameworkPlace place = LearnFramework(row.stacks);
    EXPECT_EQ(place.directories, row.directories) << row.what;
    EXPECT_EQ(place.files, row.files) << row.what;
    EXPECT_EQ(place.tests_itself, row.tests_itself) << row.what;
  }
}

TEST(FrameworkPlace, AModuleIsGoogleTestsIfItHoldsNothingElse) {
  const std::string library = "/b/lib/libgtest.so";
  const Stack body = BodyStack("/s/shop_test.cc", "", {}, library);
  EXPECT_EQ(LearnFramework(std::vector<Stack>{body}).modules, Names{library});
  const Stack text = {In("std::string::append(char const*)", "", library)};
  EXPECT_EQ(LearnFramework(std::vector<Stack>{body, text}).modules, Names{library});
  // A library of the user's with GoogleTest within.
  const Stack helper = {In("shop::MakeFixture()", "", library)};
  EXPECT_EQ(LearnFramework(std::vector<Stack>{body, helper}).modules, Names{});
  EXPECT_EQ(LearnFramework(std::vector<Stack>{BodyStack("/s/shop_test.cc", "")}).modules, Names{});
  // All of the program's code may be in the namespace `testing` too.
  Stack in_testing = BodyStack("/s/shop_test.cc", "");
  for (Frame& frame : in_testing) {
    frame.module = "/b/shop_test";
    if (frame.function.ends_with("::TestBody()")) frame.function = "testing::" + frame.function;
  }
  EXPECT_EQ(LearnFramework(std::vector<Stack>{in_testing}).modules, Names{});
}

TEST(FrameworkPlace, CallersOfTestsAreKnownByName) {
  for (const char* name : {"testing::Test::Run()", "testing::UnitTest::Run", kHandle,
                           "testing::internal::UnitTestImpl::RunAllTests()"}) {
    EXPECT_TRUE(CallsTests(name)) << name;
  }
  for (const char* name :
       {"testing::Message::Message()", "shop::testing::Test::Run()", "testing::Test::Runner()",
        "testing::internal::Foo_Bar_Test::TestBody()", "Run", ""}) {
    EXPECT_FALSE(CallsTests(name)) << name;
  }
}

}  // namespace
}  // namespace memprof
