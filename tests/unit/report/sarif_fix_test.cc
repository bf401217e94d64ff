// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/sarif_fix.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace memprof {
namespace {

std::optional<nlohmann::ordered_json> FixOf(const std::string& diff) {
  Solution solution;
  solution.summary = "mend it";
  solution.diff = diff;
  return SarifFix(solution);
}

/// As a reader of SARIF applies the replacements of the first file, last first.
std::string Applied(const std::string& diff, std::vector<std::string> lines) {
  const auto fix = FixOf(diff);
  if (!fix) return "no fix";
  const auto& replacements = (*fix)["artifactChanges"][0]["replacements"];
  for (auto each = replacements.rbegin(); each != replacements.rend(); ++each) {
    const auto& region = (*each)["deletedRegion"];
    EXPECT_EQ(region["startColumn"], 1);
    EXPECT_EQ(region["endColumn"], 1);
    const int start = region["startLine"];
    const int end = region["endLine"];
    const auto begin = lines.begin() + start - 1;
    const auto at = lines.erase(begin, begin + (end - start));
    if (each->contains("insertedContent")) {
      std::string text = (*each)["insertedContent"]["text"];
      text.pop_back();  // the line end that all lines here go without
      lines.insert(at, text);
    }
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(SarifFix, AppliesAsPatchDoes) {
  EXPECT_EQ(Applied("--- a/x.cc\n+++ b/x.cc\n"
                    "@@ -1,3 +1,4 @@ in Foo()\n 1\n-2\n+two\n+more\n 3\n"
                    "@@ -5,3 +6,3 @@\n+new\n 5\n-6\n 7\n",
                    {"1", "2", "3", "4", "5", "6", "7"}),
            "1\ntwo\nmore\n3\n4\nnew\n5\n7\n");
}

TEST(SarifFix, LinesThatLookLikeHeadersAreLines) {
  EXPECT_EQ(
      Applied("--- a/x.cc\n+++ b/x.cc\n@@ -1,2 +1,2 @@\n--- a;\n+++ a;\n 2\n", {"-- a;", "2"}),
      "++ a;\n2\n");
}

TEST(SarifFix, AnEmptyContextLineMayHaveLostItsBlank) {
  EXPECT_EQ(Applied("--- a/x.cc\n+++ b/x.cc\n@@ -1,3 +1,2 @@\n-1\n\n 3\n", {"1", "", "3"}),
            "\n3\n");
}

TEST(SarifFix, NamesTheFileBelowTheRoot) {
  const auto fix = FixOf("--- a/src/a b.cc\n+++ b/src/a b.cc\n@@ -1,2 +1 @@\n-1\n 2\n");
  ASSERT_TRUE(fix.has_value());
  EXPECT_EQ((*fix)["artifactChanges"][0]["artifactLocation"]["uri"], "src/a%20b.cc");
  EXPECT_EQ((*fix)["description"]["text"], "mend it");
}

TEST(SarifFix, IsNoneWhereReplacementsCannotSayIt) {
  const std::string head = "--- a/x.cc\n+++ b/x.cc\n";
  for (const std::string& diff : std::vector<std::string>{
           "", "words only", head,
           head + "@@ -1,2 +1,3 @@\n 1\n 2\n+3\n",  // at the file's end
           head + "@@ -1,2 +1,2 @@\n-1\n+one\n 2\n\\ No newline at end of file\n",
           head + "@@ -1,5 +1,5 @@\n-1\n+one\n 2\n",  // cut off
           head + "@@ -x,2 +1,2 @@\n-1\n+one\n 2\n", head + "@@ -1,2 +1,2 @@\n-\xff\n+one\n 2\n",
           "--- /dev/null\n+++ b/x.cc\n@@ -0,0 +1,1 @@\n+1\n",
           "--- a/x.cc\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-1\n",
           "--- a/../x.cc\n+++ b/../x.cc\n@@ -1,2 +1,2 @@\n-1\n+one\n 2\n",
           "--- a/x.cc\n+++ b/y.cc\n@@ -1,2 +1,2 @@\n-1\n+one\n 2\n"}) {
    EXPECT_FALSE(FixOf(diff).has_value()) << diff;
  }
}

}  // namespace
}  // namespace memprof
