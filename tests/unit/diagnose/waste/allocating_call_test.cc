// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/allocating_call.h"

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runner/diagnose/waste/waste_place.h"
#include "tests/unit/diagnose/waste/waste_builder.h"

namespace memprof {
namespace {

const std::string kString =
    "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >";

struct Row {
  const char* name;
  std::vector<std::string> functions;  ///< of the library, innermost first
  AllocatingCall call;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class AllocatingCallTable : public testing::TestWithParam<Row> {};

TEST_P(AllocatingCallTable, IsToldByTheLibrarysFunctions) {
  const Place place = PlaceOf(CallsAt(14, GetParam().functions), WastingTest(), SomeContext());
  const std::optional<std::size_t> user = UserPosition(place);
  ASSERT_TRUE(user);
  EXPECT_EQ(AllocatingCallOf(place.finding.stack, *user), GetParam().call);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AllocatingCallTable,
    testing::Values(
        Row{"New", {}, AllocatingCall::kDirect},
        Row{"MakeUnique",
            {"std::__detail::_MakeUniq<Point>::__single_object std::make_unique<Point>()"},
            AllocatingCall::kObject},
        Row{"InlinedWithoutItsNamespace", {"make_unique<Point>"}, AllocatingCall::kObject},
        Row{"ListNode",
            {"std::__new_allocator<std::_List_node<int> >::allocate(unsigned long, void const*)",
             "std::__cxx11::_List_base<int, std::allocator<int> >::_M_get_node()",
             "std::__cxx11::list<int, std::allocator<int> >::push_back(int const&)"},
            AllocatingCall::kObject},
        Row{"SumOfStrings",
            {kString + "::_M_mutate(unsigned long, unsigned long, char const*, unsigned long)",
             kString + "::_M_append(char const*, unsigned long)",
             kString + " std::operator+<char, std::char_traits<char>, std::allocator<char> >(" +
                 kString + "&&, char const*)"},
            AllocatingCall::kConcatenation},
        Row{"AppendToAString",
            {kString + "::_M_append(char const*, unsigned long)",
             kString + "::operator+=(char const*)"},
            AllocatingCall::kAppend},
        Row{"OptimisedAppendToAString",
            {kString + "::_M_mutate(unsigned long, unsigned long, char const*, unsigned long)",
             kString + "::_M_append(char const*, unsigned long)"},
            AllocatingCall::kAppend},
        Row{"CopyOfAString",
            {"void " + kString + "::_M_construct<char const*>(char const*, char const*)"},
            AllocatingCall::kStandard},
        Row{"PushBackOfStrings",
            {"void std::vector<" + kString + " >::_M_realloc_insert<" + kString + " >()",
             "std::vector<" + kString + " >::push_back(" + kString + "&&)"},
            AllocatingCall::kPushBack},
        Row{"InsertOfARange",
            {"void std::vector<int, std::allocator<int> >::_M_range_insert<int const*>()"},
            AllocatingCall::kAppend},
        Row{"Reserve",
            {"std::vector<int, std::allocator<int> >::reserve(unsigned long)"},
            AllocatingCall::kReserve},
        Row{"ReserveOfAString",
            {kString + "::_M_mutate(unsigned long, unsigned long, char const*, unsigned long)",
             kString + "::reserve(unsigned long)"},
            AllocatingCall::kReserve},
        Row{"ConstructedVector",
            {"std::vector<int, std::allocator<int> >::vector(unsigned long, int const&)"},
            AllocatingCall::kStandard},
        Row{"Rehash",
            {"std::_Hashtable<int>::_M_rehash_aux(unsigned long, std::true_type)",
             "std::unordered_set<int>::insert(int const&)"},
            AllocatingCall::kRehash},
        Row{"Libcxx",
            {"void std::__1::vector<int, std::__1::allocator<int> >::__push_back_slow_path<int "
             "const&>(int const&)"},
            AllocatingCall::kPushBack},
        Row{"Stream",
            {kString + "::reserve(unsigned long)",
             "std::__cxx11::basic_stringbuf<char>::overflow(int)"},
            AllocatingCall::kForeign},
        Row{"GoogleTest", {"testing::Message::Message()"}, AllocatingCall::kForeign},
        Row{"AnotherLibrary",
            {kString + "::_M_append(char const*, unsigned long)", "yaml::Emit()"},
            AllocatingCall::kForeign}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace memprof
