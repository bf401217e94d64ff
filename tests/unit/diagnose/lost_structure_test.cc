// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/lost_structure.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/diagnose/evidence_builder.h"

namespace memprof {
namespace {

/// As a program without debug information is shown: names where a call was not inlined, no lines.
Stack WithoutLines(Stack stack) {
  for (Frame& frame : stack) {
    frame.file.clear();
    frame.line = 0;
  }
  return stack;
}

Stack VectorStack() {
  return TestStack({{"std::__new_allocator<std::shared_ptr<Leaf> >::allocate(unsigned long)",
                     "/usr/include/c++/12/bits/new_allocator.h", 137, ""},
                    {"std::vector<std::shared_ptr<Leaf> >::push_back(std::shared_ptr<Leaf>&&)",
                     "/usr/include/c++/12/bits/stl_vector.h", 1294, ""},
                    {"Fill()", "/src/src/tree.cc", 20, ""}});
}

/// Of a type within a function's body: without namespaces.
Stack SharedLocalTypeStack() {
  return TestStack({{"allocate", "/usr/include/c++/12/bits/new_allocator.h", 137, ""},
                    {"__shared_count<Cache_Lookup_Test::TestBody()::N, std::allocator<void> >",
                     "/usr/include/c++/12/bits/shared_ptr_base.h", 969, ""},
                    {"Cache_Lookup_Test::TestBody()", "/src/tests/cache_test.cc", 47, ""}});
}

Stack MapOfALocalTypeStack() {
  return TestStack({{"allocate", "/usr/include/c++/12/bits/new_allocator.h", 137, ""},
                    {"_M_get_node", "/usr/include/c++/12/bits/stl_tree.h", 561, ""},
                    {"Cache_Lookup_Test::TestBody()", "/src/tests/cache_test.cc", 47, ""}});
}

struct Row {
  const char* name;
  std::vector<Stack> stacks;
  LostStructure expected;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::vector<Row> Rows() {
  using enum LostStructure;
  const Stack plain = CallStack("Make", "a.cc", 3);
  const Stack shared = SharedStack("Make", "a.cc", 4);
  const Stack node = NodeStack("long", "Put", "a.cc", 5);
  // A parameter's type tells nothing of what the function allocates.
  const Stack takes_shared = TestStack(
      {{"Graph::Graph(std::shared_ptr<Node>, std::_Rb_tree<int>&)", "/src/src/graph.cc", 8, ""}});
  return {
      {"MadeShared", {shared, shared}, kSharedCycle},
      {"SharedFromNew", {plain, shared}, kSharedCycle},
      {"MadeSharedWithAMapInside", {shared, node}, kSharedCycle},
      {"MadeSharedWithoutLines", {WithoutLines(shared)}, kSharedCycle},
      {"MadeSharedOfALocalType", {SharedLocalTypeStack()}, kSharedCycle},
      {"Map", {plain, node}, kContainer},
      {"MapOfALocalType", {plain, MapOfALocalTypeStack()}, kContainer},
      {"MapOfSharedPointersThatHoldNothing",
       {plain, NodeStack("std::shared_ptr<Leaf>", "Put", "a.cc", 5)},
       kContainer},
      {"MapWithoutLines", {WithoutLines(plain), WithoutLines(node)}, kContainer},
      {"MapOfSharedPointers", {plain, node, shared}, kUnknown},
      {"ParentPointers", {plain, CallStack("Child", "a.cc", 9)}, kOwnNodes},
      {"NodesWithAVectorOfSharedPointers", {plain, VectorStack()}, kOwnNodes},
      {"NodesMadeInAFunctionOfSharedPointers", {plain, takes_shared}, kOwnNodes},
      {"InlinedWithoutLines", {WithoutLines(plain)}, kUnknown},
      {"PartlyWithoutLines", {plain, WithoutLines(plain)}, kUnknown},
      {"ALibrarysAlone", {VectorStack()}, kUnknown},
  };
}

class LostStructureTable : public testing::TestWithParam<Row> {};

TEST_P(LostStructureTable, IsToldByWhoCalledTheAllocator) {
  std::vector<const Stack*> stacks;
  for (const Stack& stack : GetParam().stacks) stacks.push_back(&stack);
  EXPECT_EQ(StructureOf(stacks), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Rows, LostStructureTable, testing::ValuesIn(Rows()),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace memprof
