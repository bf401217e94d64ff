// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/copying_function.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace memprof {
namespace {

struct FunctionCase {
  const char* name;
  std::string_view function;
  std::string_view copied_class;  ///< empty: it copies nothing
};

class CopyingFunction : public testing::TestWithParam<FunctionCase> {};

TEST_P(CopyingFunction, IsToldByItsParameter) {
  EXPECT_EQ(CopiedClass(GetParam().function), GetParam().copied_class);
  EXPECT_EQ(CopiesItsClass(GetParam().function), !GetParam().copied_class.empty());
}

INSTANTIATE_TEST_SUITE_P(
    , CopyingFunction,
    testing::Values(
        FunctionCase{"VectorsConstructor",
                     "std::vector<int, std::allocator<int> >::vector(std::vector<int, "
                     "std::allocator<int> > const&)",
                     "vector"},
        FunctionCase{"VectorsAssignment",
                     "std::vector<int, std::allocator<int> >::operator=(std::vector<int, "
                     "std::allocator<int> > const&)",
                     "vector"},
        FunctionCase{"StringsConstructor",
                     "std::__cxx11::basic_string<char, std::char_traits<char>, "
                     "std::allocator<char> >::basic_string(std::__cxx11::basic_string<char, "
                     "std::char_traits<char>, std::allocator<char> > const&)",
                     "string"},
        FunctionCase{"StringsAssignmentInTheLibrary",
                     "std::__cxx11::basic_string<char, std::char_traits<char>, "
                     "std::allocator<char> >::_M_assign(std::__cxx11::basic_string<char, "
                     "std::char_traits<char>, std::allocator<char> > const&)",
                     "string"},
        FunctionCase{"StringsConstructorInTheLibrary",
                     "void std::__cxx11::basic_string<char, std::char_traits<char>, "
                     "std::allocator<char> >::_M_construct<char*>(char*, char*, "
                     "std::forward_iterator_tag)",
                     "string"},
        FunctionCase{"StringOfALiteral",
                     "void std::__cxx11::basic_string<char, std::char_traits<char>, "
                     "std::allocator<char> >::_M_construct<char const*>(char const*, char const*, "
                     "std::forward_iterator_tag)",
                     ""},
        FunctionCase{"UsersClass", "app::Frame::Frame(app::Frame const&)", "Frame"},
        FunctionCase{"UsersClassInAnUnnamedNamespace",
                     "(anonymous namespace)::Frame::Frame((anonymous namespace)::Frame const&)",
                     "Frame"},
        FunctionCase{"Move", "app::Frame::Frame(app::Frame&&)", ""},
        FunctionCase{"Default", "app::Frame::Frame()", ""},
        FunctionCase{"OfAnotherClass", "app::Frame::Frame(app::Image const&)", ""},
        FunctionCase{"OfTheSameNameElsewhere", "app::Frame::Frame(gui::Frame const&)", ""},
        FunctionCase{"TwoParameters", "app::Frame::Frame(app::Frame const&, int)", ""},
        FunctionCase{"AnotherMethod", "app::Frame::Merge(app::Frame const&)", ""},
        FunctionCase{"FreeFunction", "Copy(Frame const&)", ""},
        FunctionCase{"VectorOfASize",
                     "std::vector<int, std::allocator<int> >::vector(unsigned long, int const&, "
                     "std::allocator<int> const&)",
                     ""},
        FunctionCase{"Nothing", "", ""}, FunctionCase{"Unbalanced", "a<b)", ""},
        FunctionCase{"BareName", "vector", ""}),
    [](const auto& row) { return std::string(row.param.name); });

Frame Function(const char* name) { return {name, "", 0, ""}; }

TEST(OutermostCopy, IsThatWhichTheCallerAskedFor) {
  const Stack stack = {Function("operator new(unsigned long)"),
                       Function("std::vector<int>::vector(std::vector<int> const&)"),
                       Function("app::Frame::Frame(app::Frame const&)"),
                       Function("Draw(app::Frame)"), Function("S_T_Test::TestBody()")};
  EXPECT_EQ(OutermostCopy(stack), std::optional<std::size_t>(2));
}

TEST(OutermostCopy, OfAGrowingContainerIsNone) {
  const Stack stack = {
      Function("operator new(unsigned long)"), Function("app::Frame::Frame(app::Frame const&)"),
      Function("void std::vector<app::Frame>::_M_realloc_insert<app::Frame const&>(…)"),
      Function("S_T_Test::TestBody()")};
  EXPECT_EQ(OutermostCopy(stack), std::nullopt);
}

}  // namespace
}  // namespace memprof
