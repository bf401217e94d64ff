// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/source_edit.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "runner/source/source_file.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

std::string Numbered(int lines, const std::string& newline = "\n") {
  std::string text;
  for (int i = 1; i <= lines; ++i) text += "line " + std::to_string(i) + newline;
  return text;
}

int Hunks(const std::string& diff) {
  int count = 0;
  for (std::size_t at = diff.find("@@ -"); at != std::string::npos;
       at = diff.find("@@ -", at + 1)) {
    ++count;
  }
  return count;
}

/// Of the first place of `what`.
CodeRange Place(const SourceFile& file, const std::string& what) {
  const std::size_t at = file.text().find(what);
  return {at, at + what.size()};
}

TEST(SourceEdit, MakesDiffsThatPatchApplies) {
  const std::string thirty = Numbered(30);
  struct Row {
    std::string name;
    std::string before;
    std::string find;
    std::string replace;
    std::string find_too;
    int hunks;
  };
  const std::vector<Row> rows = {
      {"first line", thirty, "line 1\n", "first\n", "", 1},
      {"before the first line", thirty, "line 1\n", "zeroth\nline 1\n", "", 1},
      {"last line", thirty, "line 30\n", "", "", 1},
      {"far apart", thirty, "line 2\n", "x\ny\n", "line 28\n", 2},
      {"near enough to merge", thirty, "line 10\n", "x\n", "line 17\n", 1},
      {"too far to merge", thirty, "line 10\n", "x\n", "line 18\n", 2},
      {"no newline at the end", "a\nb\nc", "b\n", "B\n", "", 1},
      {"gains a newline", "a\nb", "b", "b\n", "", 1},
      {"loses the newline", "a\nb\n", "b\n", "b", "", 1},
      {"carriage returns", Numbered(9, "\r\n"), "line 5\r\n", "five\n", "", 1},
      {"one line of all", "a\n", "a\n", "b\n", "", 1},
      {"repeated lines", "x\nx\nx\ny\nx\nx\n", "y\n", "x\ny\ny\n", "", 1},
  };
  for (const Row& row : rows) {
    const SourceFile file("src/a b.cc", row.before);
    SourceEdit edit;
    edit.Replace(file, Place(file, row.find), row.replace);
    if (!row.find_too.empty()) edit.Replace(file, Place(file, row.find_too), "also\n");
    const std::string diff = edit.Diff();
    EXPECT_EQ(Hunks(diff), row.hunks) << row.name << '\n' << diff;
    EXPECT_NE(edit.Result(file), row.before) << row.name;
    EXPECT_EQ(Patched(file.path(), row.before, diff), edit.Result(file)) << row.name;
  }
}

TEST(SourceEdit, MakesDiffsOfAnyTexts) {
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    std::string before;
    std::string after;
    for (int i = 0; i < 30; ++i) {
      const std::string line(1 + random() % 2, static_cast<char>('a' + random() % 3));
      if (random() % 5 != 0) before += line + "\n";
      if (random() % 5 != 0) after += line + "\n";
    }
    if (random() % 3 == 0) before += "end";
    if (random() % 3 == 0) after += "end";
    if (before == after) continue;
    const std::string diff = UnifiedDiff("f", before, after);
    EXPECT_EQ(Patched("f", before, diff), after) << round;
  }
}

TEST(SourceEdit, KeepsTheLineEndsOfTheFile) {
  const SourceFile file("a.cc", "int a;\r\n\tint b;\r\n");
  SourceEdit edit;
  edit.InsertLineAfter(file, 2, "int c;\nint d;");
  EXPECT_EQ(edit.Result(file), "int a;\r\n\tint b;\r\n\tint c;\r\n\tint d;\r\n");
}

TEST(SourceEdit, InsertsLinesAtBothEnds) {
  const SourceFile file("a.cc", "  a\n  b");
  SourceEdit edit;
  edit.InsertLineBefore(file, 1, "first");
  edit.InsertLineAfter(file, 2, "last");
  EXPECT_EQ(edit.Result(file), "  first\n  a\n  b\n  last");
  EXPECT_EQ(Patched("a.cc", std::string(file.text()), edit.Diff()), edit.Result(file));
}

TEST(SourceEdit, RemovesWholeLinesWhereNothingElseIsOnThem) {
  struct Row {
    std::string before;
    std::string after;
  };
  const std::vector<Row> rows = {
      {"a;\n  delete p;\nb;\n", "a;\nb;\n"},
      {"a;\r\n  delete p;\r\nb;\r\n", "a;\r\nb;\r\n"},
      {"a; delete p;\nb;\n", "a;\nb;\n"},
      {"a; delete p; b;\n", "a; b;\n"},
      {"a;\ndelete p;", "a;\n"},
      {"a; delete p;\r\nb;\r\n", "a;\r\nb;\r\n"},
  };
  for (const Row& row : rows) {
    const SourceFile file("a.cc", row.before);
    SourceEdit edit;
    edit.Remove(file, Place(file, "delete p;"));
    edit.Remove(file, Place(file, "delete p;"));
    EXPECT_EQ(edit.Result(file), row.after);
  }
}

TEST(SourceEdit, PutsIncludesInTheirPlace) {
  struct Row {
    std::string before;
    std::string header;
    std::string after;
  };
  const std::vector<Row> rows = {
      {"#include <a.h>\n\n#include <cstring>\n#include <vector>\n", "<memory>",
       "#include <a.h>\n\n#include <cstring>\n#include <memory>\n#include <vector>\n"},
      {"#include <a.h>\n\n#include <cstring>\n", "<unistd.h>",
       "#include <a.h>\n#include <unistd.h>\n\n#include <cstring>\n"},
      {"#include <a>\n#  include <memory> // here\n", "<memory>",
       "#include <a>\n#  include <memory> // here\n"},
      {"// #include <memory>\n/* \n#include <memory>\n*/\n#include <string>\n", "<memory>",
       "// #include <memory>\n/* \n#include <memory>\n*/\n#include <memory>\n#include <string>\n"},
      {"#include \"own.h\"\nint a;\n", "<memory>",
       "#include <memory>\n#include \"own.h\"\nint a;\n"},
      {"#ifndef A_H\n#define A_H\nint a;\n#endif\n", "<memory>",
       "#ifndef A_H\n#define A_H\n#include <memory>\nint a;\n#endif\n"},
      {"#ifndef A_H\n#define A_H\n#include <vector>\n#endif\n", "<vector>",
       "#ifndef A_H\n#define A_H\n#include <vector>\n#endif\n"},
      {"// Licence\n#pragma once\nint a;\n", "<memory>",
       "// Licence\n#pragma once\n#include <memory>\nint a;\n"},
      {"#ifdef _WIN32\n#include <memory>\n#endif\n#include <vector>\n", "<memory>",
       "#ifdef _WIN32\n#include <memory>\n#endif\n#include <memory>\n#include <vector>\n"},
      {"extern \"C\" {\n#include <b.h>\n}\n#include <string>\n", "<memory>",
       "extern \"C\" {\n#include <b.h>\n}\n#include <memory>\n#include <string>\n"},
      {"// Licence\nint a;\n", "<memory>", "// Licence\n#include <memory>\nint a;\n"},
      {"#include <string>\r\nint a;\r\n", "<vector>",
       "#include <string>\r\n#include <vector>\r\nint a;\r\n"},
      {"const char* s = R\"(\n#include <memory>\n)\";\n", "<memory>",
       "#include <memory>\nconst char* s = R\"(\n#include <memory>\n)\";\n"},
  };
  for (const Row& row : rows) {
    const SourceFile file("a.cc", row.before);
    SourceEdit edit;
    edit.AddInclude(file, row.header);
    edit.AddInclude(file, row.header);
    EXPECT_EQ(edit.Result(file), row.after);
    EXPECT_EQ(edit.empty(), row.before == row.after);
  }
}

TEST(SourceEdit, HasNoDiffWhereChangesOverlap) {
  const SourceFile file("a.cc", "int a = 1;\n");
  const SourceFile other("b.cc", "int b = 1;\n");
  SourceEdit edit;
  edit.Replace(other, {4, 5}, "c");
  edit.Replace(file, {0, 5}, "long b");
  edit.Replace(file, {4, 9}, "c = 2");
  EXPECT_EQ(edit.Diff(), "");
  EXPECT_EQ(edit.Result(file), file.text());
}

TEST(SourceEdit, ChangesSeveralFilesByOneDiff) {
  const SourceFile file("src/a.cc", "int a = 1;\n");
  const SourceFile other("src/b.cc", "int b = 1;\n");
  SourceEdit edit;
  edit.Replace(other, {8, 9}, "2");
  edit.Replace(file, {8, 9}, "3");
  EXPECT_EQ(edit.Diff(),
            "--- a/src/a.cc\n+++ b/src/a.cc\n@@ -1 +1 @@\n-int a = 1;\n+int a = 3;\n"
            "--- a/src/b.cc\n+++ b/src/b.cc\n@@ -1 +1 @@\n-int b = 1;\n+int b = 2;\n");
}

TEST(SourceEdit, IsEmptyWhereNothingChanges) {
  const SourceFile file("a.cc", "int a = 1;\n");
  SourceEdit edit;
  EXPECT_TRUE(edit.empty());
  edit.Replace(file, {0, 3}, "int");
  EXPECT_EQ(edit.Diff(), "");
  EXPECT_EQ(UnifiedDiff("a", "x\n", "x\n"), "");
}

}  // namespace
}  // namespace memprof
