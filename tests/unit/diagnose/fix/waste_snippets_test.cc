// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// The templates for waste that give a snippet, for what one line does not tell.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/diagnose/fix/fix_template.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

Fix Propose(FixTemplate propose, const std::string& text) {
  const SourceFile file("parts.cc", text);
  Sources sources;
  sources.Add(file);
  Finding finding;
  finding.kind = FindingKind::kOptimization;
  finding.location = {"parts.cc", file.LineOf(text.find("/*here*/")), "Parts"};
  return propose(finding, sources).value_or(Fix());
}

TEST(WasteSnippets, NameTheUsersTypesAndVariables) {
  struct Row {
    FixTemplate propose;
    const char* code;
    const char* snippet;
    const char* why_no_diff;
  };
  const std::vector<Row> rows = {
      {PoolObjects, "void F() {\n  auto p = std::make_unique<sim::Particle>(1);  /*here*/\n}\n",
       "std::deque<sim::Particle> all;", "who owns each `sim::Particle`"},
      {PoolObjects, "void F() {\n  Node* p = new list::Node{};  /*here*/\n}\n",
       "std::deque<list::Node> all;", "who owns each `list::Node`"},
      {ShareDuplicates, "void F(Row& row) {\n  row.country = Read();  /*here*/\n}\n",
       "// row.country then holds", "the type of `row.country`"},
      {ShareDuplicates, "void F() {\n  names_.push_back(Read());  /*here*/\n}\n",
       "// names_ then holds", "the type of `names_`"},
      {TrimCapacity, "void F() {\n  std::vector<char> buffer(1 << 20);  /*here*/\n}\n",
       "std::vector<char> buffer(needed);", "how much will be needed"},
      {TrimCapacity, "void F(int n) {\n  std::string s;\n  s.reserve(n);  /*here*/\n}\n",
       "s.reserve(expected);", "`n` is computed"},
  };
  for (const Row& row : rows) {
    const Fix fix = Propose(row.propose, row.code);
    EXPECT_EQ(fix.diff, "") << row.code;
    EXPECT_NE(fix.snippet.find(row.snippet), std::string::npos) << row.code << fix.snippet;
    EXPECT_NE(fix.why_no_diff.find(row.why_no_diff), std::string::npos)
        << row.code << fix.why_no_diff;
    EXPECT_FALSE(fix.summary.empty() || fix.why.empty() || fix.trade_off.empty());
  }
}

TEST(WasteSnippets, AReserveOfALiteralIsTakenOutWhereNothingRefersToTheElements) {
  const std::string text =
      "#include <string>\nstd::string Greet() {\n  std::string text;\n"
      "  text.reserve(65536);  /*here*/\n  text += 'x';\n  return text;\n}\n";
  const std::string after = Patched("parts.cc", text, Propose(TrimCapacity, text).diff);
  EXPECT_EQ(after.find("reserve"), std::string::npos) << after;
  EXPECT_TRUE(Compiles(after));
  std::string referred = text;
  referred.replace(referred.find("text += 'x'"), 11, "char& c = text.front(); c = 'y'; text += c");
  EXPECT_EQ(Propose(TrimCapacity, referred).diff, "");
}

}  // namespace
}  // namespace memprof
