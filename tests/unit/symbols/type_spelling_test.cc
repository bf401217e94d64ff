// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/type_spelling.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace memprof {
namespace {

struct Row {
  const char* one;
  const char* other;
};

TEST(TypeSpelling, OneTypeIsOneNameHoweverItIsSpelt) {
  for (const Row& row : std::vector<Row>{
           {"std::vector<int, std::allocator<int> >", "std::vector<int, std::allocator<int>>"},
           {"std::vector<Point *>", "std::vector<Point*>"},
           {"struct Point", "Point"},
           {"std::vector<class app::Session>", "std::vector<app::Session>"},
           {"std::__cxx11::basic_string<char>", "std::basic_string<char>"},
           {"std::__1::vector<int>", "std::vector<int>"},
           {"std::map<char const*, int>", "std::map<const char *, int>"},
           {"const app::Pair<const A, B>*", "app::Pair<A const, B> const*"},
           {"Box<A* const>", "Box<A *const>"},
           {"std::vector<long unsigned int>", "std::vector<unsigned long>"},
           {"short unsigned int", "unsigned short"},
           {"std::array<int, 8ul>", "std::array<int, 8UL>"},
           {"std::array<int, 8ul>", "std::array<int, 8>"},
           {"{anonymous}::Node", "(anonymous namespace)::Node"},
           {"app::run(int, char const*)::Local", "app::run()::Local"},
           {"app::Cache::get(int) const::Local", "app::Cache::get()::Local"},
       }) {
    EXPECT_EQ(NormalizedTypeName(row.one), NormalizedTypeName(row.other));
  }
}

TEST(TypeSpelling, OtherTypesHaveOtherNames) {
  for (const Row& row : std::vector<Row>{
           {"std::vector<int const*>", "std::vector<int*>"},
           {"std::vector<int* const>", "std::vector<int const*>"},
           {"std::vector<int>", "std::vector<unsigned int>"},
           {"unsigned char", "char"},
           {"signed char", "char"},
           {"long long", "long"},
           {"constant", "ant"},
           {"std::array<int, 8>", "std::array<int, 80>"},
           {"classic", "ic"},
           {"(anonymous namespace)::Node", "Node"},
           {"std::function<void (int)>", "std::function<void (char)>"},
       }) {
    EXPECT_NE(NormalizedTypeName(row.one), NormalizedTypeName(row.other));
  }
}

TEST(TypeSpelling, BracketsThatDoNotCloseAreNoHarm) {
  for (const char* text : {"", "<", ">", ")", "(", "a<b", "a>>", "const", "::", "{lambda", "a::"}) {
    NormalizedTypeName(text);
    LastComponent(text);
    WithoutParameters(text);
  }
}

TEST(TypeSpelling, TheLastComponentKeepsItsArguments) {
  EXPECT_EQ(LastComponent("app::Cache<std::string>::Entry<a::b>"), "Entry<a::b>");
  EXPECT_EQ(LastComponent("(anonymous namespace)::Node"), "Node");
  EXPECT_EQ(LastComponent("Node"), "Node");
  EXPECT_EQ(LastComponent("app::run(a::b)::Local"), "Local");
}

TEST(TypeSpelling, AFunctionLosesItsParametersAlone) {
  EXPECT_EQ(WithoutParameters("app::intern(std::map<int, int>)"), "app::intern()");
  EXPECT_EQ(WithoutParameters("app::Cache::get(void (*)(int)) const"), "app::Cache::get()");
  EXPECT_EQ(WithoutParameters("(anonymous namespace)::run()"), "(anonymous namespace)::run()");
}

}  // namespace
}  // namespace memprof
