// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/allocating_function.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace memprof {
namespace {

using Tells = AllocatingFunction::Tells;

struct Row {
  const char* function;
  Tells tells;
  const char* type = "";
  bool is_array = false;
};

// Names as symbol tables of GCC 12 and Clang 14 and as debug information have them.
const std::vector<Row> kRows = {
    {"malloc", Tells::kPassesOn},
    {"posix_memalign", Tells::kPassesOn},
    {"operator new(unsigned long)", Tells::kPassesOn},
    {"operator new[](unsigned long, std::nothrow_t const&)", Tells::kPassesOn},
    {"app::Message::operator new(unsigned long)", Tells::kPassesOn},
    {"app::Arena::Allocate(unsigned long)", Tells::kPassesOn},
    {"xmalloc", Tells::kPassesOn},
    {"app::BlockAllocator<16ul>::allocate(unsigned long)", Tells::kPassesOn},
    {"app::Arena::Deallocate(void*)", Tells::kNothing},
    {"main", Tells::kNothing},
    {"", Tells::kNothing},
    {"app::Cache::Fill()", Tells::kNothing},
    {"strdup", Tells::kName, "char", true},
    {"_dl_allocate_tls", Tells::kName, "dtv_t", true},
    {"std::__new_allocator<int>::allocate(unsigned long, void const*)", Tells::kClassArgument,
     "int", true},
    {"std::__new_allocator<(anonymous namespace)::Foo>::allocate(unsigned long, void const*)",
     Tells::kClassArgument, "(anonymous namespace)::Foo", true},
    {"std::__new_allocator<int>::allocate", Tells::kClassArgument, "int", true},
    {"__gnu_cxx::new_allocator<Foo>::allocate(unsigned long, void const*)", Tells::kClassArgument,
     "Foo", true},
    {"std::allocator<std::_Rb_tree_node<std::pair<int const, Foo> > >::allocate(unsigned long)",
     Tells::kClassArgument, "std::_Rb_tree_node<std::pair<int const, Foo> >", false},
    {"std::allocator<std::__detail::_Hash_node_base*>::allocate", Tells::kClassArgument,
     "std::__detail::_Hash_node_base*", true},
    {"std::__new_allocator<std::__detail::_Hash_node<int, false> >::allocate",
     Tells::kClassArgument, "std::__detail::_Hash_node<int, false>", false},
    {"std::allocator_traits<std::allocator<app::Item> >::allocate(std::allocator<app::Item>&, "
     "unsigned long)",
     Tells::kName, "app::Item", true},
    {"std::pmr::polymorphic_allocator<app::Item>::allocate(unsigned long)", Tells::kClassArgument,
     "app::Item", true},
    {"app::PoolAllocator<app::Item, 16ul>::allocate(unsigned long)", Tells::kClassArgument,
     "app::Item", true},
    {"std::__new_allocator<int>::deallocate(int*, unsigned long)", Tells::kNothing},
    {"std::__1::allocator<std::__1::__tree_node<int, void*> >::allocate(unsigned long)",
     Tells::kClassArgument, "std::__1::__tree_node<int, void*>", false},
    {"std::unique_ptr<Foo, std::default_delete<Foo> > std::make_unique<Foo, int>(int&&)",
     Tells::kFunctionArgument, "Foo"},
    {"std::make_unique<Foo []>", Tells::kFunctionArgument, "Foo", true},
    {"void std::_Function_base::_Base_manager<main::{lambda()#1}>::_M_init_functor<main::"
     "{lambda()#1}&>(std::_Any_data&, main::{lambda()#1}&)",
     Tells::kClassArgument, "main::{lambda()#1}"},
    {"std::_Function_base::_Base_manager<app::run()::<lambda(int)> >::_M_create",
     Tells::kClassArgument, "app::run()::<lambda(int)>"},
    {"void std::any::_Manager_external<Big>::_S_create<Big&>(std::any::_Storage&, Big&)",
     Tells::kClassArgument, "Big"},
    {"std::__shared_count<(__gnu_cxx::_Lock_policy)2>::__shared_count<Foo*>(Foo*)", Tells::kName,
     "std::_Sp_counted_ptr<Foo*, (__gnu_cxx::_Lock_policy)2>"},
    {"std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::_M_create("
     "unsigned long&, unsigned long)",
     Tells::kClassArgument, "char", true},
    {"void std::vector<Foo, std::allocator<Foo> >::_M_realloc_insert<Foo>(__gnu_cxx::"
     "__normal_iterator<Foo*, std::vector<Foo, std::allocator<Foo> > >, Foo&&)",
     Tells::kClassArgument, "Foo", true},
    {"std::_Rb_tree<int, std::pair<int const, Foo>, std::_Select1st<std::pair<int const, Foo> >, "
     "std::less<int>, std::allocator<std::pair<int const, Foo> > >::_M_insert_unique(int&&)",
     Tells::kName, "std::_Rb_tree_node<std::pair<int const, Foo>>"},
    {"std::vector<Foo>::~vector()", Tells::kNothing},
    {"(anonymous namespace)::f(int)::{lambda()#1}::operator()() const", Tells::kNothing},
    {"a<", Tells::kNothing},
    {"std::allocator<", Tells::kPassesOn},
};

TEST(AllocatingFunction, TellsWhatTheNameTells) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.function);
    const AllocatingFunction read = ReadAllocatingFunction(row.function);
    EXPECT_EQ(read.tells, row.tells);
    EXPECT_EQ(read.type, row.type);
    EXPECT_EQ(read.is_array, row.is_array);
  }
}

TEST(AllocatingFunction, DamagedNamesAreNoHazard) {
  for (const Row& row : kRows) {
    const std::string name = row.function;
    for (std::size_t i = 0; i < name.size(); ++i) {
      ReadAllocatingFunction(name.substr(0, i));
      ReadAllocatingFunction(name.substr(i));
    }
  }
}

}  // namespace
}  // namespace memprof
