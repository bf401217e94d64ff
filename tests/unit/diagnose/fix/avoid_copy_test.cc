// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/diagnose/fix/fix_template.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

Fix Propose(const std::string& text) {
  const SourceFile file("names.cc", text);
  Sources sources;
  sources.Add(file);
  Finding finding;
  finding.kind = FindingKind::kOptimization;
  finding.pattern = Pattern::kCopy;
  finding.location = {"names.cc", file.LineOf(text.find("/*here*/")), "Longest"};
  return AvoidCopy(finding, sources).value_or(Fix());
}

std::string Program(const std::string& code) {
  return "#include <string>\n#include <vector>\n"
         "void Fill(std::string* text);\n"
         "void Shorten(std::string& text);\n"
         "static std::size_t Size(std::string text) { return text.size(); }\n"
         "static std::string Upper(std::string text) { text += '!'; return text; }\n"
         "std::size_t Longest(std::vector<std::string> names, std::vector<std::string>& all) {\n"
         "  std::size_t longest = all.size();\n" +
         code + "  return longest + Size(Upper(names[0]));\n}\n";
}

TEST(AvoidCopy, WhatIsOnlyReadOrNotUsedAgainIsNotCopied) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"  for (auto name : names) {  /*here*/\n    if (name.size() > longest) longest = "
       "name.size();\n  }\n",
       "for (const auto& name : names) {"},
      {"  for (std::string name : names) all.push_back(name);  /*here*/\n",
       "for (const std::string& name : names) all.push_back(name);"},
      {"  std::string name;\n  Fill(&name);\n  all.push_back(name);  /*here*/\n", ""},
      {"  std::string name = \"x\";\n  name += 'y';\n  all.push_back(name);  /*here*/\n",
       "all.push_back(std::move(name));"},
      {"  longest += Size(names[1]);  /*here*/\n", "Size(const std::string& text) {"},
  };
  for (const auto& [code, expected] : rows) {
    const Fix fix = Propose(Program(code));
    if (expected.empty()) {
      EXPECT_NE(fix.why_no_diff.find("may still refer to"), std::string::npos) << fix.diff;
      continue;
    }
    ASSERT_NE(fix.diff, "") << code << fix.why_no_diff;
    const std::string after = Patched("names.cc", Program(code), fix.diff);
    EXPECT_NE(after.find(expected), std::string::npos) << after;
    EXPECT_TRUE(Compiles(after));
  }
}

TEST(AvoidCopy, ACopyThatIsNeededStays) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"  for (auto name : names) {  /*here*/\n    name += 'x';\n  }\n", "changes `name`"},
      {"  for (auto name : names) Shorten(name);  /*here*/\n", "passes it to a function"},
      {"  for (auto name : names) {  /*here*/\n    names.push_back(name);\n  }\n",
       "may change `names`"},
      {"  std::string name = \"x\";\n  all.push_back(name);  /*here*/\n  longest += name.size();\n",
       "`name` is used afterwards"},
      {"  std::string name = \"x\";\n  while (longest++ < 9) {\n    all.push_back(name);  "
       "/*here*/\n  }\n",
       "the next turn"},
      {"  longest += Upper(names[1]).size();  /*here*/\n", "`Upper` changes `text`"},
  };
  for (const auto& [code, why] : rows) {
    const Fix fix = Propose(Program(code));
    EXPECT_EQ(fix.diff, "") << code;
    EXPECT_NE(fix.why_no_diff.find(why), std::string::npos) << code << fix.why_no_diff;
    EXPECT_NE(fix.snippet, "");
  }
}

TEST(AvoidCopy, AHeaderMayDeclareTheFunctionToo) {
  const std::string code = "  longest += Size(names[1]);  /*here*/\n";
  const Fix fix = Propose("#include \"names.h\"\n" + Program(code));
  EXPECT_EQ(fix.diff, "");
  EXPECT_NE(fix.why_no_diff.find("a header may declare `Size` too"), std::string::npos);
}

}  // namespace
}  // namespace memprof
