// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/function_name.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "runner/analyze/type_name.h"

namespace memprof {
namespace {

struct Row {
  const char* demangled;
  const char* people;
};

// Names as they stand in the captures of tests/fixtures and in symbol tables of GCC 12 and
// Clang 14.
const std::vector<Row> kFunctions = {
    {"main", "main"},
    {"Drop", "Drop"},
    {"make_item", "make_item"},
    {"operator()", "operator()"},
    {"_M_invoke<0>", "_M_invoke<0>"},
    {"(below main)", "(below main)"},
    {"", ""},
    {"Deep(int)", "Deep"},
    {"ThumbnailCache_Lookup_Test::TestBody()", "ThumbnailCache_Lookup_Test::TestBody"},
    {"Snapshots::OnTestIterationEnd(testing::UnitTest const&, int)",
     "Snapshots::OnTestIterationEnd"},
    {"operator new(unsigned long)", "operator new"},
    {"operator new[](unsigned long)", "operator new[]"},
    {"operator delete(void*, unsigned long)@CXXABI_1.3.9", "operator delete"},
    {"__libc_start_main@@GLIBC_2.34", "__libc_start_main"},
    {"shop::(anonymous namespace)::Drop(unsigned long)", "shop::Drop"},
    {"(anonymous namespace)::f(int)", "f"},
    {"shop::Registry<Widget>::Make(int)", "shop::Registry<Widget>::Make"},
    {"shop::Registry<Widget>::operator bool() const", "shop::Registry<Widget>::operator bool"},
    {"shop::Registry<Widget>::operator()(int)", "shop::Registry<Widget>::operator()"},
    {"Losses_Lambda_Test::TestBody()::{lambda(int)#2}::operator()(int) const",
     "Losses_Lambda_Test::TestBody()::lambda#2"},
    {"Losses_Thread_Test::TestBody()::$_0::operator()() const",
     "Losses_Thread_Test::TestBody()::lambda#1"},
    {"app::(anonymous namespace)::Hidden(app::(anonymous namespace)::Pool const&)::{lambda(int)#1}"
     "::_FUN(int)",
     "app::Hidden()::lambda#1"},
    {"app::(anonymous namespace)::Hidden(app::(anonymous namespace)::Pool const&)::$_0::__invoke(i"
     "nt)",
     "app::Hidden()::lambda#1"},
    {"auto app::(anonymous namespace)::Pool::Each() const::{lambda(int)#1}::operator()(int) const:"
     ":{lambda(auto:1)#1}::operator()<int>(int) const",
     "app::Pool::Each()::lambda#1::lambda#1"},
    {"auto app::(anonymous namespace)::Pool::Each() const::'lambda'(int)::operator()(int) const::'"
     "lambda'(auto)::operator()<int>(auto) const",
     "app::Pool::Each()::lambda#1::lambda#1"},
    {"foo()::'lambda0'(int)::operator()(int) const", "foo()::lambda#2"},
    {"foo()::{lambda(int)#1}::operator()(int) const", "foo()::lambda#1"},
    {"__invoke_impl<void, Losses_Lambda_Test::TestBody()::<lambda(int)>&, int>",
     "__invoke_impl<void, Losses_Lambda_Test::TestBody()::lambda&, int>"},
    {"std::_Function_handler<void (int), Losses_Lambda_Test::TestBody()::{lambda(int)#2}>::_M_invo"
     "ke(std::_Any_data const&, int&&)",
     "std::_Function_handler<void (int), Losses_Lambda_Test::TestBody()::lambda#2>::_M_invoke"},
    {"std::function<void (int)>::operator()(int) const", "std::function<void (int)>::operator()"},
    {"app::(anonymous namespace)::Pool::operator std::vector<std::__cxx11::basic_string<char, std:"
     ":char_traits<char>, std::allocator<char> >, std::allocator<std::__cxx11::basic_string<char, "
     "std::char_traits<char>, std::allocator<char> > > >() const",
     "app::Pool::operator std::vector<std::string>"},
    {"app::(anonymous namespace)::Pool::operator()(int, std::map<std::__cxx11::basic_string<char, "
     "std::char_traits<char>, std::allocator<char> >, int, std::less<std::__cxx11::basic_string<ch"
     "ar, std::char_traits<char>, std::allocator<char> > >, std::allocator<std::pair<std::__cxx11:"
     ":basic_string<char, std::char_traits<char>, std::allocator<char> > const, int> > > const&) c"
     "onst",
     "app::Pool::operator()"},
    {"app::(anonymous namespace)::Pool::operator->()", "app::Pool::operator->"},
    {"app::(anonymous namespace)::Pool::operator<(app::(anonymous namespace)::Pool const&) const",
     "app::Pool::operator<"},
    {"app::(anonymous namespace)::Pool::operator<<(int)", "app::Pool::operator<<"},
    {"app::(anonymous namespace)::Pool::operator=(app::(anonymous namespace)::Pool&&)",
     "app::Pool::operator="},
    {"app::(anonymous namespace)::Pool::operator[](int)", "app::Pool::operator[]"},
    {"app::(anonymous namespace)::Pool::~Pool()", "app::Pool::~Pool"},
    {"bool std::operator< <char, std::char_traits<char>, std::allocator<char> >(std::__cxx11::basi"
     "c_string<char, std::char_traits<char>, std::allocator<char> > const&, std::__cxx11::basic_st"
     "ring<char, std::char_traits<char>, std::allocator<char> > const&)",
     "std::operator<"},
    {"std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > std::operato"
     "r+<char, std::char_traits<char>, std::allocator<char> >(char const*, std::__cxx11::basic_str"
     "ing<char, std::char_traits<char>, std::allocator<char> >&&)",
     "std::operator+"},
    {"int app::(anonymous namespace)::Pool::Get<int>(std::unique_ptr<int, std::default_delete<int>"
     " > const&) const",
     "app::Pool::Get<int>"},
    {"app::Tagged[abi:v2]()", "app::Tagged"},
    {"int& std::vector<int, std::allocator<int> >::emplace_back<int>(int&&)",
     "std::vector<int>::emplace_back<int>"},
    {"std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::_M_append(c"
     "har const*, unsigned long)",
     "std::string::_M_append"},
    {"std::__cxx11::basic_stringbuf<char, std::char_traits<char>, std::allocator<char> >::overflow"
     "(int)",
     "std::stringbuf::overflow"},
    {"std::__new_allocator<int>::allocate(unsigned long, void const*)",
     "std::__new_allocator<int>::allocate"},
    {"std::__new_allocator<std::_Sp_counted_ptr_inplace<Thumb, std::allocator<void>, (__gnu_cxx::_"
     "Lock_policy)2> >::allocate(unsigned long, void const*)",
     "std::__new_allocator<std::_Sp_counted_ptr_inplace<Thumb>>::allocate"},
    {"std::__shared_count<(__gnu_cxx::_Lock_policy)2>::__shared_count<Thumb, std::allocator<void>,"
     " int>(Thumb*&, std::_Sp_alloc_shared_tag<std::allocator<void> >, int&&)",
     "std::__shared_count::__shared_count<Thumb, std::allocator<void>, int>"},
    {"std::shared_ptr<std::enable_if<!(is_array<Node>::value), Node>::type> std::make_shared<Node>"
     "()",
     "std::make_shared<Node>"},
    {"std::_Rb_tree_node<std::pair<int const, std::shared_ptr<Thumb> > >* std::_Rb_tree<int, std::"
     "pair<int const, std::shared_ptr<Thumb> >, std::_Select1st<std::pair<int const, std::shared_p"
     "tr<Thumb> > >, std::less<int>, std::allocator<std::pair<int const, std::shared_ptr<Thumb> > "
     "> >::_M_create_node<std::piecewise_construct_t const&, std::tuple<int const&>, std::tuple<> "
     ">(std::piecewise_construct_t const&, std::tuple<int const&>&&, std::tuple<>&&)",
     "std::_Rb_tree<int, std::pair<int const, std::shared_ptr<Thumb>>>::_M_create_node<std::piecew"
     "ise_construct_t const&, std::tuple<int const&>, std::tuple>"},
    {"void testing::internal::HandleExceptionsInMethodIfSupported<testing::Test, void>(testing::Te"
     "st*, void (testing::Test::*)(), char const*)",
     "testing::internal::HandleExceptionsInMethodIfSupported<testing::Test, void>"},
    {"std::enable_if<__and_<std::is_void<void>, std::__is_invocable<Losses_Lambda_Test::TestBody()"
     "::$_1&, int> >::value, void>::type std::__invoke_r<void, Losses_Lambda_Test::TestBody()::$_1"
     "&, int>(Losses_Lambda_Test::TestBody()::$_1&, int&&)",
     "std::__invoke_r<void, Losses_Lambda_Test::TestBody()::lambda#2&, int>"},
    {"fill(int) [clone .isra.0]", "fill"},
    {"decltype (std::declval<T>()) wrap<T>(T&&)", "wrap<T>"},
    {"non-virtual thunk to shop::Stream::~Stream()", "shop::Stream::~Stream"},
};

// What `c++filt` makes of symbols of libstdc++, libc++ and Boost, and of operators of all kinds.
const std::vector<Row> kLibraries = {
    {"std::__1::vector<int, std::__1::allocator<int> >::push_back(int const&)",
     "std::vector<int>::push_back"},
    {"std::__1::basic_string<char, std::__1::char_traits<char>, std::__1::allocator<char> "
     ">::append(char const*)",
     "std::string::append"},
    {"std::__1::map<std::__1::basic_string<char, std::__1::char_traits<char>, "
     "std::__1::allocator<char> >, int, std::__1::less<std::__1::basic_string<char, "
     "std::__1::char_traits<char>, std::__1::allocator<char> > >, "
     "std::__1::allocator<std::__1::pair<std::__1::basic_string<char, std::__1::char_traits<char>, "
     "std::__1::allocator<char> > const, int> > >::operator[](std::__1::pair&)",
     "std::map<std::string, int>::operator[]"},
    {"std::__1::pair<std::__1::__hash_iterator<void>, bool> std::__1::unordered_map<int, int, "
     "std::__1::hash<int>, std::__1::equal_to<int>, std::__1::allocator<std::__1::pair<int const, "
     "int> > >::emplace<int, int>(int&&, int&&)",
     "std::unordered_map<int, int>::emplace<int, int>"},
    {"boost::container::vector<int, boost::container::new_allocator<int>, void>::push_back(int&&)",
     "boost::container::vector<int>::push_back"},
    {"boost::unordered::unordered_map<std::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> >, int, boost::hash<std::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> > >, std::equal_to<std::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> > >, std::allocator<std::pair<std::basic_string<char, "
     "std::char_traits<char>, std::allocator<char> > const, int> > "
     ">::operator[](std::basic_string<char, std::char_traits<char>, std::allocator<char> >&&)",
     "boost::unordered::unordered_map<std::string, int, boost::hash<std::string>>::operator[]"},
    {"boost::function<void (std::basic_string<char, std::char_traits<char>, std::allocator<char> > "
     "const&)>::operator()(std::basic_string<char, std::char_traits<char>, std::allocator<char> > "
     "const&)",
     "boost::function<void (std::string const&)>::operator()"},
    {"std::_V2::system_category()", "std::system_category"},
    {"app::foo[abi:cxx11]()", "app::foo"},
    {"main::{lambda(int)#1}::operator()(int) const", "main::lambda#1"},
    {"auto main::{lambda(auto:1)#1}::operator()<int>(int) const", "main::lambda#1"},
    {"std::_Function_handler<void (int), main::{lambda(int)#1}>::_M_invoke(std::_Any_data const&, "
     "int&&)",
     "std::_Function_handler<void (int), main::lambda#1>::_M_invoke"},
    {"(anonymous namespace)::Box<int>::put(int&&)", "Box<int>::put"},
    {"operator new(unsigned long, std::align_val_t, std::nothrow_t const&)", "operator new"},
    {"app::operator<(app::A const&, app::A const&)", "app::operator<"},
    {"app::operator<=>(app::A const&, app::A const&)", "app::operator<=>"},
    {"std::basic_ostream<char, std::char_traits<char> >& app::operator<< "
     "<int>(std::basic_ostream<char, std::char_traits<char> >&, int const&)",
     "app::operator<<"},
    {"app::A::operator std::vector<int, std::allocator<int> >()",
     "app::A::operator std::vector<int>"},
    {"app::operator\"\" _km(unsigned long long)", "app::operator\"\" _km"},
    {"std::__detail::_Map_base<int, std::pair<int const, app::Result>, "
     "std::allocator<std::pair<int const, app::Result> >, std::__detail::_Select1st, "
     "std::equal_to<int>, std::hash<int>, std::__detail::_Mod_range_hashing, "
     "std::__detail::_Default_ranged_hash, std::__detail::_Prime_rehash_policy, "
     "std::__detail::_Hashtable_traits<false, false, true>, true>::operator[](int const&)",
     "std::__detail::_Map_base<int, std::pair<int const, app::Result>>::operator[]"},
    {"std::_Hashtable<std::__cxx11::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> >, std::pair<std::__cxx11::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> > const, int>, "
     "std::allocator<std::pair<std::__cxx11::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> > const, int> >, std::__detail::_Select1st, "
     "std::equal_to<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> "
     "> >, std::hash<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> "
     "> >, std::__detail::_Mod_range_hashing, std::__detail::_Default_ranged_hash, "
     "std::__detail::_Prime_rehash_policy, std::__detail::_Hashtable_traits<true, false, true> "
     ">::clear()",
     "std::_Hashtable<std::string, std::pair<std::string const, int>>::clear"},
    {"std::_Sp_counted_deleter<A*, std::default_delete<A>, std::allocator<void>, "
     "(__gnu_cxx::_Lock_policy)2>::_M_dispose()",
     "std::_Sp_counted_deleter<A*>::_M_dispose"},
    {"std::shared_ptr<std::enable_if<!std::is_array<app::Node>::value, app::Node>::type> "
     "std::make_shared<app::Node, int>(int&&)",
     "std::make_shared<app::Node, int>"},
    {"std::vector<int, std::pmr::polymorphic_allocator<int> >::push_back(int const&)",
     "std::vector<int, std::pmr::polymorphic_allocator<int>>::push_back"},
    {"std::basic_string<char8_t, std::char_traits<char8_t>, std::allocator<char8_t> "
     ">::append(char8_t const*)",
     "std::u8string::append"},
    {"app::__1bar()", "app::__1bar"},
    {"non-virtual thunk to app::Stream::~Stream()", "app::Stream::~Stream"},
    {"app::make()::items", "app::make()::items"},
    {"app::Meta<&(foo())>::run() const", "app::Meta<&(foo())>::run"},
};

TEST(FunctionName, IsWhatPeopleCallIt) {
  for (const Row& row : kFunctions) EXPECT_EQ(ShortFunctionName(row.demangled), row.people);
  for (const Row& row : kLibraries) EXPECT_EQ(ShortFunctionName(row.demangled), row.people);
}

TEST(FunctionName, StaysAsItIsWhenShortenedTwice) {
  for (const Row& row : kFunctions) EXPECT_EQ(ShortFunctionName(row.people), row.people);
  for (const Row& row : kLibraries) EXPECT_EQ(ShortFunctionName(row.people), row.people);
}

TEST(FunctionName, UnbalancedNamesAreNoHazard) {
  for (const Row& row : kFunctions) {
    const std::string name = row.demangled;
    for (std::size_t i = 0; i < name.size(); ++i) {
      EXPECT_FALSE(ShortFunctionName(name.substr(0, i + 1)).empty());
      EXPECT_FALSE(ShortFunctionName(name.substr(i)).empty());
      for (const char c : {'<', '>', '(', ')', '{', '}', '[', ' ', '#'}) {
        std::string changed = name;
        changed[i] = c;
        EXPECT_FALSE(ShortFunctionName(changed).empty());
      }
    }
  }
  EXPECT_FALSE(ShortFunctionName(std::string(3000, '<')).empty());
  std::string nested;
  for (int i = 0; i < 3000; ++i) nested += "a<";
  EXPECT_FALSE(ShortFunctionName(nested).empty());
}

TEST(TypeName, DropsWhatTheLibraryAdds) {
  for (const Row& row : std::vector<Row>{
           {"int", "int"},
           {"std::map<int, Result, std::less<int>, std::allocator<std::pair<int const, Result> > >",
            "std::map<int, Result>"},
           {"std::unordered_map<std::__cxx11::basic_string<char, std::char_traits<char>, "
            "std::allocator<char> >, int, std::hash<std::__cxx11::basic_string<char, "
            "std::char_traits<char>, std::allocator<char> > >, "
            "std::equal_to<std::__cxx11::basic_string<char, std::char_traits<char>, "
            "std::allocator<char> > >, std::allocator<std::pair<int const, int> > >",
            "std::unordered_map<std::string, int>"},
           {"std::map<int, int, std::greater<int>, std::allocator<int> >",
            "std::map<int, int, std::greater<int>>"},
           {"std::vector<int, Pool<int> >", "std::vector<int, Pool<int>>"},
           {"std::allocator_traits<std::allocator<int> >",
            "std::allocator_traits<std::allocator<int>>"},
           {"std::unique_ptr<Widget, std::default_delete<Widget> >", "std::unique_ptr<Widget>"},
           {"std::basic_string_view<wchar_t, std::char_traits<wchar_t> >", "std::wstring_view"},
           {"std::__shared_ptr<Node, __gnu_cxx::_S_atomic>", "std::__shared_ptr<Node>"},
           {"std::__cxx11::list<(anonymous namespace)::Job, std::allocator<(anonymous "
            "namespace)::Job> >*",
            "std::list<Job>*"},
           {"Holder<decltype (p->size()), std::vector<int, std::allocator<int> > >",
            "Holder<decltype (p->size()), std::vector<int>>"},
           {"app::Ring<4ul, (app::Mode)1>", "app::Ring<4ul, (app::Mode)1>"},
           {"app::Cell<app::__1x, true>", "app::Cell<app::__1x, true>"},
           {"app::Old__1::Box<int>", "app::Old__1::Box<int>"},
           {"std::__1::unique_ptr<std::__1::basic_string<wchar_t, std::__1::char_traits<wchar_t>, "
            "std::__1::allocator<wchar_t> >, std::__1::default_delete<std::__1::basic_string<"
            "wchar_t, std::__1::char_traits<wchar_t>, std::__1::allocator<wchar_t> > > >",
            "std::unique_ptr<std::wstring>"},
           {"std::set<int, std::less<int>, Pool<int> >",
            "std::set<int, std::less<int>, Pool<int>>"},
           {"std::function<void (std::vector<int, std::allocator<int> >)>",
            "std::function<void (std::vector<int>)>"},
       }) {
    EXPECT_EQ(ShortTypeName(row.demangled), row.people);
  }
}

}  // namespace
}  // namespace memprof
