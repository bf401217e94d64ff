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
  const SourceFile file("ids.cc", text);
  Sources sources;
  sources.Add(file);
  Finding finding;
  finding.kind = FindingKind::kOptimization;
  finding.pattern = Pattern::kMissingReserve;
  finding.location = {"ids.cc", file.LineOf(text.find("_back(")), "Ids"};
  return ReserveFirst(finding, sources).value_or(Fix());
}

std::string Program(const std::string& body) {
  return "#include <string>\n#include <vector>\n"
         "struct Kept { std::vector<int> all; void Add(int n); };\n"
         "std::vector<int> Ids(int rows, std::size_t limit, const std::vector<std::string>& "
         "names,\n"
         "                     Kept& kept) {\n"
         "  std::vector<int> ids;\n" +
         body +
         "  kept.Add(rows + static_cast<int>(limit + names.size()));\n"
         "  return ids;\n"
         "}\n";
}

TEST(ReserveFirst, TheNumberOfTurnsIsReservedBeforeTheLoop) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"  for (int i = 0; i < rows; ++i) {\n    ids.push_back(i);\n  }\n",
       "  if (rows > 0) ids.reserve(ids.size() + static_cast<std::size_t>(rows));\n  for (int i"},
      {"  for (std::size_t i = 0; i < limit; i++) ids.push_back(1);\n",
       "  ids.reserve(ids.size() + limit);\n  for (std"},
      {"  for (const std::string& name : names) {\n"
       "    ids.emplace_back(static_cast<int>(name.size()));\n  }\n",
       "  ids.reserve(ids.size() + names.size());\n  for (const"},
      {"  for (int i = 0; i < 500; ++i) ids.push_back(i);\n", "  ids.reserve(ids.size() + 500);\n"},
  };
  for (const auto& [body, expected] : rows) {
    const Fix fix = Propose(Program(body));
    ASSERT_NE(fix.diff, "") << body << fix.why_no_diff;
    const std::string after = Patched("ids.cc", Program(body), fix.diff);
    EXPECT_NE(after.find(expected), std::string::npos) << after;
    EXPECT_TRUE(Compiles(after));
  }
}

TEST(ReserveFirst, WhereTheSizeIsNotKnownOrAReserveHarmsThereIsASnippet) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"  while (rows-- > 0) ids.push_back(rows);\n", "how often the loop runs"},
      {"  for (int i = 0; i < rows; ++i) {\n    if (i > 3) ids.push_back(i);\n  }\n",
       "only some turns"},
      {"  for (int k = 0; k < rows; ++k) {\n    for (int i = 0; i < 4; ++i) {\n"
       "      ids.push_back(i);\n    }\n  }\n",
       "within another one"},
      {"  for (int i = 0; i < rows; ++i) kept.all.push_back(i);\n", "`kept.all` lives longer"},
      {"  ids.push_back(1);\n", "filled by several calls"},
      {"  for (int i = 0; i < rows; i += 2) ids.push_back(i);\n", "how often the loop runs"},
      {"  for (int i = 0; i < rows; ++i) { ids.push_back(i); ++i; }\n", "how often the loop runs"},
  };
  for (const auto& [body, why] : rows) {
    const Fix fix = Propose(Program(body));
    EXPECT_EQ(fix.diff, "") << body;
    EXPECT_NE(fix.why_no_diff.find(why), std::string::npos) << body << fix.why_no_diff;
    EXPECT_NE(fix.snippet.find(".reserve("), std::string::npos);
  }
}

}  // namespace
}  // namespace memprof
