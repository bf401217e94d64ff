// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/diagnose/fix/fix_template.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

Fix Propose(const std::string& text, const std::string& library_function = "") {
  const SourceFile file("blocks.cc", text);
  Sources sources;
  sources.Add(file);
  Finding finding;
  finding.kind = FindingKind::kOptimization;
  finding.pattern = Pattern::kTemporaryAllocation;
  finding.location = {"blocks.cc", file.LineOf(text.find("/*here*/")), "Blocks"};
  if (!library_function.empty()) {
    Frame user;
    user.function = "Blocks";
    user.file = "blocks.cc";
    user.line = finding.location.line;
    Frame library;
    library.function = library_function;
    library.file = "/usr/include/c++/12/bits/basic_string.h";
    library.line = 1;
    Frame allocates = library;
    allocates.function = "std::string::_M_create";
    finding.stack = {allocates, library, user};
  }
  return AvoidTemporary(finding, sources).value_or(Fix());
}

std::string Program(const std::string& declaration, const std::string& use) {
  return "#include <map>\n#include <string>\n#include <utility>\n#include <vector>\n"
         "char Sum(const std::vector<char>& block);\n"
         "std::string Blocks(int count, std::size_t size, std::map<std::string, int>& known,\n"
         "                   std::vector<std::vector<char>>* kept) {\n"
         "  std::string text;\n"
         "  for (int i = 0; i < count; ++i) {\n"
         "    " +
         declaration +
         "  /*here*/\n"
         "    " +
         use +
         "\n"
         "  }\n"
         "  kept->resize(size + known.size());\n"
         "  return text;\n"
         "}\n";
}

TEST(AvoidTemporary, ABufferOfEachTurnIsMadeBeforeTheLoop) {
  const std::vector<std::vector<std::string>> rows = {
      {"std::vector<char> block(4096);", "text += Sum(block);",
       "  std::vector<char> block;\n  for (", "    block.assign(4096, char());  /*here*/\n"},
      {"std::vector<char> block(size, 'x');", "text += Sum(block);",
       "  std::vector<char> block;\n  for (", "    block.assign(size, 'x');  /*here*/\n"},
      {"std::string line;", "line += 'x'; text += line;", "  std::string line;\n  for (",
       "    line.clear();  /*here*/\n"},
  };
  for (const std::vector<std::string>& row : rows) {
    const Fix fix = Propose(Program(row[0], row[1]));
    ASSERT_NE(fix.diff, "") << row[0] << fix.why_no_diff;
    const std::string after = Patched("blocks.cc", Program(row[0], row[1]), fix.diff);
    EXPECT_NE(after.find(row[2]), std::string::npos) << after;
    EXPECT_NE(after.find(row[3]), std::string::npos) << after;
    EXPECT_TRUE(Compiles(after));
  }
}

TEST(AvoidTemporary, NamesNoVariableWhereTheLineHasSeveralStatements) {
  const Fix fix = Propose(Program("long n = 0; std::vector<char> block(4096);", "n += block[0];"));
  EXPECT_EQ(fix.summary.find("`n`"), std::string::npos) << fix.summary;
}

TEST(AvoidTemporary, ABufferThatIsGivenAwayStaysInTheLoop) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"std::vector<char> block(4096);", "kept->push_back(std::move(block));"},
      {"std::vector<char> block(4096);", "auto* pointer = &block; pointer->clear();"},
      {"std::vector<char> block(4096);", "kept->back().swap(block); block.clear();"},
      {"std::string line = std::to_string(i);", "text += line;"},
      {"std::vector<char> block(kept->front());", "text += Sum(block);"},
  };
  for (const auto& [declaration, use] : rows) {
    const Fix fix = Propose(Program(declaration, use));
    EXPECT_EQ(fix.diff, "") << declaration << use;
    EXPECT_NE(fix.why_no_diff, "");
    EXPECT_NE(fix.snippet, "");
  }
}

// The digits of a number lie within a string object: what allocates is the sum.
TEST(AvoidTemporary, ASumOfStringsIsNotHelpedByDigitsOnTheStack) {
  const std::string code =
      Program("if (text == \"the line with number \" + std::to_string(i)) break;", "");
  const Fix of_sum =
      Propose(code, "std::operator+<char, std::char_traits<char>, std::allocator<char>>");
  EXPECT_EQ(of_sum.snippet.find("to_chars"), std::string::npos);
  EXPECT_NE(of_sum.snippet.find("append"), std::string::npos);
  EXPECT_NE(Propose(code, "std::to_string").snippet.find("to_chars"), std::string::npos);
}

TEST(AvoidTemporary, ALookupIsToldByTheMapsName) {
  const Fix fix = Propose(
      Program("if (known.find(\"a long key of some sort\") != known.end()) {", "text += '1'; }"));
  EXPECT_EQ(fix.diff, "");
  EXPECT_NE(fix.summary.find("`known`"), std::string::npos) << fix.summary;
}

}  // namespace
}  // namespace memprof
