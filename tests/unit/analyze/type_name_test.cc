// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/type_name.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace memprof {
namespace {

struct Row {
  const char* spelt;
  const char* people;
};

// As GCC 12 and Clang 14 spell types in debug information, and demanglers in symbols.
const std::vector<Row> kRows = {
    {"lambda at worker.cc:12", "closure at worker.cc:12"},
    {"app::Pool::Run() const::lambda at worker.cc:12", "closure at worker.cc:12"},
    {"app::run()::lambda at worker.cc:12::Local", "closure at worker.cc:12::Local"},
    {"std::_Function_base::_Base_manager<(lambda at /src/app/worker.cc:12:7)>",
     "std::_Function_base::_Base_manager<closure at worker.cc:12>"},
    {"std::vector<app::run()::lambda at worker.cc:12, std::allocator<app::run()::lambda at "
     "worker.cc:12> >",
     "std::vector<closure at worker.cc:12>"},
    {"mylambda at", "mylambda at"},
    {"std::_Rb_tree_node<std::pair<int const, Result> >",
     "std::_Rb_tree_node<std::pair<int const, Result>>"},
    {"std::_Rb_tree_node<std::pair<const int, Result> >",
     "std::_Rb_tree_node<std::pair<int const, Result>>"},
    {"std::_Rb_tree_node<std::pair<const std::__cxx11::basic_string<char>, const Result *> >",
     "std::_Rb_tree_node<std::pair<std::string const, Result const*>>"},
    {"const char *", "char const*"},
    {"char const* const&", "char const* const&"},
    {"const char *const &", "char const* const&"},
    {"const std::function<void (int)>", "std::function<void (int)> const"},
    {"std::function<bool()>", "std::function<bool ()>"},
    {"std::function<void(const std::string&)>", "std::function<void (std::string const&)>"},
    {"std::function<void (const std::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> > &)>",
     "std::function<void (std::string const&)>"},
    {"std::function<void (std::__cxx11::basic_string<char, std::char_traits<char>, "
     "std::allocator<char> > const&)>",
     "std::function<void (std::string const&)>"},
    {"std::function<int*(Foo<int, long>, void (*)(char))>",
     "std::function<int* (Foo<int, long>, void (*)(char))>"},
    {"app::Handler<void (app::Session::*)(int) const>",
     "app::Handler<void (app::Session::*)(int) const>"},
    {"app::Mask<(app::Mode)1>", "app::Mask<(app::Mode)1>"},
    {"app::Meta<&(foo())>", "app::Meta<&(foo())>"},
    {"std::_Sp_counted_ptr_inplace<chat::Session, std::allocator<void>, "
     "(__gnu_cxx::_Lock_policy)2>",
     "chat::Session (with its shared_ptr counts)"},
    {"std::_Sp_counted_ptr_inplace<std::vector<int, std::allocator<int> >, std::allocator<void>, "
     "__gnu_cxx::_S_atomic>",
     "std::vector<int> (with its shared_ptr counts)"},
    {"std::__1::__shared_ptr_emplace<Foo, std::__1::allocator<Foo> >",
     "Foo (with its shared_ptr counts)"},
    {"std::_Sp_counted_ptr<chat::Session*, (__gnu_cxx::_Lock_policy)2>",
     "control block of std::shared_ptr<chat::Session>"},
    {"std::_Sp_counted_deleter<FILE*, int (*)(FILE*), std::allocator<void>, "
     "(__gnu_cxx::_Lock_policy)2>",
     "control block of std::shared_ptr<FILE>"},
    {"std::allocator<std::_Sp_counted_ptr_inplace<Foo, std::allocator<void>, "
     "(__gnu_cxx::_Lock_policy)2> >",
     "std::allocator<std::_Sp_counted_ptr_inplace<Foo>>"},
    {"std::_Sp_counted_ptr_inplace<Foo, std::allocator<void>>::Impl",
     "std::_Sp_counted_ptr_inplace<Foo>::Impl"},
    {"std::__detail::_Hash_node<std::pair<std::__cxx11::basic_string<char, "
     "std::char_traits<char>, std::allocator<char> > const, int>, true>",
     "std::__detail::_Hash_node<std::pair<std::string const, int>>"},
    {"std::_List_node<Job>", "std::_List_node<Job>"},
    {"std::deque<Job, std::allocator<Job> >", "std::deque<Job>"},
    {"std::thread::_State_impl<std::thread::_Invoker<std::tuple<main::{lambda()#1}> > >",
     "std::thread::_State_impl<std::thread::_Invoker<std::tuple<main::lambda#1>>>"},
};

TEST(TypeName, IsWhatReadersShouldSee) {
  for (const Row& row : kRows) EXPECT_EQ(ShortTypeName(row.spelt), row.people);
}

TEST(TypeName, StaysAsItIsWhenShortenedTwice) {
  for (const Row& row : kRows) EXPECT_EQ(ShortTypeName(row.people), row.people);
}

TEST(TypeName, DamagedNamesAreNoHazard) {
  for (const Row& row : kRows) {
    const std::string name = row.spelt;
    for (std::size_t i = 0; i < name.size(); ++i) {
      ShortTypeName(name.substr(0, i));
      ShortTypeName(name.substr(i));
    }
  }
}

}  // namespace
}  // namespace memprof
