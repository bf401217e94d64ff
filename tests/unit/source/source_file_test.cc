// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/source_file.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace memprof {
namespace {

TEST(SourceFile, CountsLinesWithAndWithoutANewlineAtTheEnd) {
  struct Row {
    std::string text;
    int lines;
  };
  const std::vector<Row> rows = {{"", 0}, {"a", 1}, {"a\n", 1}, {"a\nb", 2}, {"\n\n", 2}};
  for (const Row& row : rows) {
    const SourceFile file("a.cc", row.text);
    EXPECT_EQ(file.lines(), row.lines) << row.text;
    EXPECT_EQ(file.Line(0), "");
    EXPECT_EQ(file.Line(row.lines + 1), "");
    EXPECT_EQ(file.BeginOfLine(row.lines + 1), row.text.size());
  }
}

TEST(SourceFile, TellsLinesOfOffsets) {
  const SourceFile file("a.cc", "one\n\t two\n\nfour");
  EXPECT_EQ(file.Line(2), "\t two");
  EXPECT_EQ(file.IndentOf(2), "\t ");
  EXPECT_EQ(file.IndentOf(3), "");
  EXPECT_EQ(file.LineOf(0), 1);
  EXPECT_EQ(file.LineOf(3), 1);
  EXPECT_EQ(file.LineOf(4), 2);
  EXPECT_EQ(file.LineOf(file.text().size()), 4);
  EXPECT_EQ(file.BeginOfLine(4), 11u);
  EXPECT_EQ(file.Text({11, 15}), "four");
}

TEST(SourceFile, KeepsItsTokensWhenItIsMoved) {
  SourceFile first("a.cc", "int x;  // note\n#define Y 1\ny");
  const SourceFile file = std::move(first);
  ASSERT_EQ(file.tokens().size(), 4u);
  EXPECT_EQ(file.tokens()[1].text, "x");
  EXPECT_EQ(file.tokens()[3].text, "y");
  EXPECT_EQ(file.tokens()[3].line, 3);
}

TEST(SourceFile, IsFoundByItsPath) {
  Sources sources;
  sources.Add(SourceFile("src/a.cc", "a"));
  sources.Add(SourceFile("src/a.cc", "b"));
  ASSERT_NE(sources.Find("src/a.cc"), nullptr);
  EXPECT_EQ(sources.Find("src/a.cc")->text(), "b");
  EXPECT_EQ(sources.Find("a.cc"), nullptr);
}

}  // namespace
}  // namespace memprof
