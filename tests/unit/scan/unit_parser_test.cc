// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/clang/unit_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/scan/scanned.h"

namespace memprof::scan {
namespace {

/// The first node of this kind and name.
const SyntaxNode& Find(const SyntaxUnit& unit, NodeKind kind, std::string_view name) {
  for (const SyntaxNode& node : unit.nodes) {
    if (node.kind == kind && node.name == name) return node;
  }
  ADD_FAILURE() << "no " << name << " in\n" << TreeText(unit);
  return unit.nodes[0];
}

TEST(UnitParser, ConversionsTemporariesAndParenthesesAreLeftOut) {
  const SyntaxUnit unit = UnitOf("long f(int a) { return ((a)) + 'x'; }");
  EXPECT_EQ(TreeText(unit),
            "function f f [long] :1\n"
            "  parameter a f::a [int] :1\n"
            "  block :1\n"
            "    return :1\n"
            "      binary + [int] :1\n"
            "        name a f::a [int] :1\n"
            "        literal 'x' [char] :1\n");
}

TEST(UnitParser, MembersOfTemplatesAreTheSameInAllInstances) {
  const SyntaxUnit unit = UnitOf(R"(
      template <class T> struct Bag { T first; void Put(T t) { this->first = t; } };
      void f(Bag<int> bag) { bag.first = 1; bag.Put(2); }
      void g(Bag<long>* bag) { bag->Put(3); })");
  const std::string_view field = Find(unit, NodeKind::kField, "first").id;
  ASSERT_FALSE(field.empty());
  int uses = 0;
  for (const SyntaxNode& node : unit.nodes) {
    if (node.kind == NodeKind::kMember && node.name == "first") {
      EXPECT_EQ(node.id, field);
      EXPECT_EQ(node.qualified, "Bag::first");
      ++uses;
    }
    if (node.kind == NodeKind::kCall && node.name == "Put") {
      EXPECT_EQ(node.id, Find(unit, NodeKind::kMethod, "Put").id);
    }
  }
  EXPECT_EQ(uses, 2);
}

TEST(UnitParser, WhereVariablesLive) {
  const SyntaxUnit unit = UnitOf(R"(
      namespace a { int global; }
      struct S { static int member; };
      int S::member;
      void f() { static int kept; thread_local int each; int local; kept = each = local = 0; })");
  EXPECT_EQ(Find(unit, NodeKind::kVariable, "global").storage, Storage::kGlobal);
  EXPECT_EQ(Find(unit, NodeKind::kVariable, "member").storage, Storage::kStaticMember);
  EXPECT_EQ(Find(unit, NodeKind::kVariable, "kept").storage, Storage::kFunctionStatic);
  EXPECT_EQ(Find(unit, NodeKind::kVariable, "each").storage, Storage::kFunctionStatic);
  EXPECT_EQ(Find(unit, NodeKind::kVariable, "local").storage, Storage::kLocal);
  EXPECT_EQ(Find(unit, NodeKind::kName, "kept").storage, Storage::kFunctionStatic);
}

TEST(UnitParser, WhatTheCompilerHasNoNameForIsReadFromTheSource) {
  const SyntaxUnit unit = UnitOf(R"(
      template <class T> void f(T& t, int* p) {
        t.items.Add(1);
        auto run = [=, &t](int n) { return *p + n; };
        run(2);
        --*p;
        p[0] <<= 1;
      })");
  Find(unit, NodeKind::kCall, "Add");
  Find(unit, NodeKind::kLambda, "[=, &t]");
  Find(unit, NodeKind::kUnary, "--");
  Find(unit, NodeKind::kUnary, "*");
  Find(unit, NodeKind::kBinary, "<<=");
}

TEST(UnitParser, MacrosStandWhereTheyAreUsed) {
  const SyntaxUnit unit =
      UnitOf("#define ADD(x) value += x\nint value;\nvoid f() {\n  ADD(7);\n}\n");
  const SyntaxNode& add = Find(unit, NodeKind::kLiteral, "7");
  EXPECT_EQ(add.line, 4);
  const SyntaxNode& use = Find(unit, NodeKind::kName, "value");
  EXPECT_EQ(use.line, 4);
}

TEST(UnitParser, MemberFunctionsDefinedElsewhereHaveTheirClass) {
  const SyntaxUnit unit = UnitOf("namespace n { struct S { void f(); }; }\nvoid n::S::f() {}\n");
  for (const SyntaxNode& node : unit.nodes) {
    if (node.kind != NodeKind::kMethod) continue;
    EXPECT_EQ(node.class_id, Find(unit, NodeKind::kClass, "S").id);
    EXPECT_EQ(node.qualified, "n::S::f");
    EXPECT_EQ(node.is_definition, node.line == 2);
  }
}

TEST(UnitParser, CodeWithErrorsIsReadAsFarAsItIsUnderstood) {
  UnitToParse what{"/a.cc", {"-std=c++20"}, {{"/a.cc", "int f() { return g(); }\nint h;\n"}}};
  const Result<ParsedUnit> parsed = ParseUnit(what);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->errors.size(), 1u);
  EXPECT_EQ(parsed->errors[0].substr(0, 8), "/a.cc:1:");
  Find(parsed->unit, NodeKind::kVariable, "h");
}

TEST(UnitParser, AFileThatIsNotThereIsAnError) {
  const Result<ParsedUnit> parsed = ParseUnit({"/no/such/file.cc", {}});
  ASSERT_FALSE(parsed.ok() && parsed->errors.empty());
}

}  // namespace
}  // namespace memprof::scan
