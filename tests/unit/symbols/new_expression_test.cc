// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/new_expression.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace memprof {
namespace {

using Form = NewExpression::Form;

struct Row {
  const char* source;
  const char* type;  ///< of the first allocation; empty when there is none
  bool is_array = false;
  Form form = Form::kNew;
};

const std::vector<Row> kNewRows = {
    {"Foo* f = new Foo(1, 2);", "Foo"},
    {"auto f = new ns::Foo<int>{3};", "ns::Foo<int>"},
    {"auto f = new ::ns::Foo;", "ns::Foo"},
    {"return new (std::nothrow) Foo;", "Foo"},
    {"return new (std::align_val_t(64)) Foo;", "Foo"},
    {"return new (place) Foo(1);", ""},
    {"::new (static_cast<void*>(p)) T(std::move(v));", ""},
    {"return new (Foo);", "Foo"},
    {"p = new Foo[n];", "Foo", true},
    {"p = new char[strlen(s) + 1];", "char", true},
    {"p = new std::byte[n]();", "std::byte", true},
    {"p = new unsigned long(3);", "unsigned long"},
    {"p = new const char*[4];", "char*", true},
    {"p = new Node*;", "Node*"},
    {"p = new struct node;", "node"},
    {"p = new typename T::template Rebind<U>::Other(x);", "T::Rebind<U>::Other"},
    {"p = new std::map<std::string,  std::vector< int >>();",
     "std::map<std::string, std::vector<int>>"},
    {"p = new std::function<void(int)>(f);", "std::function<void(int)>"},
    {"p = new std::array<int, (3 > 2)>();", "std::array<int, (3>2)>"},
    {"p = new auto(3);", ""},
    {"p = new decltype(x)(x);", ""},
    {"void* operator new(size_t n);", ""},
    {"// new Foo\n/* new Bar */ \"new Baz\"; '\\'';", ""},
    {"f(R\"x(new Foo)\" new Foo)x\", new Bar);", "Bar"},
    {"#define MAKE \\\n  new Foo\n", ""},
    {"#include <new>\nBar* b = new Bar;", "Bar"},
    {"int n = 1'000; char c = '\"'; p = new Foo;", "Foo"},
    {"int new = 3;", ""},
    {"x = a < new_size && b > c;", ""},
    {"new", ""},
    {"p = new Foo<", ""},
    {"", ""},
};

const std::vector<Row> kOtherRows = {
    {"Foo* f = (Foo*)malloc(sizeof(Foo));", "Foo", false, Form::kMalloc},
    {"auto* f = static_cast<ns::Foo*>(std::malloc(sizeof(ns::Foo)));", "ns::Foo", false,
     Form::kMalloc},
    {"auto* f = reinterpret_cast<Foo *>(::realloc(p, n * sizeof(Foo)));", "Foo", true,
     Form::kMalloc},
    {"struct node *n = malloc(sizeof *n);", "node", false, Form::kMalloc},
    {"Foo *f = calloc(1, sizeof(struct Foo));", "Foo", false, Form::kMalloc},
    {"p = calloc(n, sizeof(double));", "double", true, Form::kMalloc},
    {"p = malloc(sizeof(unsigned long long));", "unsigned long long", false, Form::kMalloc},
    {"char* text = (char*)malloc(size + 1);", "char", true, Form::kMalloc},
    {"void* p = malloc(n);", "", false, Form::kMalloc},
    {"void* p = (void*)malloc(sizeof(Foo));", "Foo", false, Form::kMalloc},
    {"if ((p = xmalloc(sizeof(Foo))) == 0) return;", "Foo", false, Form::kMalloc},
    {"char* copy = strdup(text);", "char", true, Form::kMalloc},
    {"auto p = std::make_unique<Foo>(1);", "Foo", false, Form::kMakeUnique},
    {"auto p = std::make_unique<Foo[]>(n);", "Foo", true, Form::kMakeUnique},
    {"auto p = absl::make_unique<Foo>();", "Foo", false, Form::kMakeUnique},
    {"auto p = std::make_shared<const ns::Foo>();", "ns::Foo", false, Form::kMakeShared},
    {"auto p = std::allocate_shared<Foo>(alloc, 1);", "Foo", false, Form::kMakeShared},
};

void CheckFirst(const Row& row) {
  SCOPED_TRACE(row.source);
  const std::string source = row.source;
  const NewExpressions expressions(source);
  const NewExpression* found = nullptr;
  for (int line = 1; line <= 4 && found == nullptr; ++line) found = expressions.At(line);
  ASSERT_EQ(found != nullptr, *row.type != '\0');
  if (found == nullptr) return;
  EXPECT_EQ(found->type, row.type);
  EXPECT_EQ(found->is_array, row.is_array);
  EXPECT_EQ(found->form, row.form);
}

TEST(NewExpressions, NewTellsItsType) {
  for (const Row& row : kNewRows) CheckFirst(row);
}

TEST(NewExpressions, MallocAndMakersTellTheirType) {
  for (const Row& row : kOtherRows) CheckFirst(row);
}

constexpr char kFile[] =
    "Node* Make() {\n"                     // 1
    "  return new\n"                       // 2
    "      Node(\n"                        // 3
    "          1,\n"                       // 4
    "          2);\n"                      // 5
    "}\n"                                  // 6
    "void Fill() {\n"                      // 7
    "  slots[0] =\n"                       // 8
    "      new Slot;\n"                    // 9
    "  Register(new Outer(new Inner));\n"  // 10
    "  Pair(new Side(1), new Side(2));\n"  // 11
    "  first = new First;\n"               // 12
    "  Use(first);\n"                      // 13
    "  Take(\n"                            // 14
    "      1, 2,\n"                        // 15
    "      3, 4,\n"                        // 16
    "      new Far);\n"                    // 17
    "}\n";

struct Place {
  int line;
  int column;
  const char* type;  ///< empty when nothing is said
};

const std::vector<Place> kPlaces = {
    {1, 0, ""},        {2, 0, "Node"}, {3, 0, "Node"},  {4, 0, "Node"},   {5, 0, "Node"},
    {6, 0, ""},        {8, 0, "Slot"}, {9, 0, "Slot"},  {10, 0, ""},      {10, 12, "Outer"},
    {10, 22, "Inner"}, {10, 1, ""},    {11, 0, "Side"}, {12, 0, "First"}, {13, 0, ""},
    {14, 0, ""},       {15, 0, "Far"}, {16, 0, "Far"},  {17, 0, "Far"},   {18, 0, ""},
    {99, 0, ""},
};

TEST(NewExpressions, ALineFindsTheExpressionOfItsStatement) {
  const NewExpressions expressions(kFile);
  for (const Place& place : kPlaces) {
    SCOPED_TRACE(testing::Message() << place.line << ":" << place.column);
    const NewExpression* found = expressions.At(place.line, place.column);
    EXPECT_EQ(found == nullptr ? "" : found->type, place.type);
  }
}

TEST(NewExpressions, AnAliasIsTheTypeThatItNames) {
  const NewExpressions expressions(
      "using Image = std::vector<std::uint8_t>;\n"
      "typedef struct node Node;\n"
      "typedef unsigned long Count;\n"
      "using Both = int; namespace other { using Both = long; }\n"
      "typedef int (*Call)(int);\n"
      "using namespace std; using std::string;\n");
  EXPECT_EQ(expressions.AliasOf("Image"), "std::vector<std::uint8_t>");
  EXPECT_EQ(expressions.AliasOf("Node"), "node");
  EXPECT_EQ(expressions.AliasOf("Count"), "unsigned long");
  for (const char* other : {"Both", "Call", "string", "namespace", ""}) {
    EXPECT_EQ(expressions.AliasOf(other), "");
  }
}

}  // namespace
}  // namespace memprof
