// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/diagnose/fix/fix_template.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

Fix Propose(const std::string& text, const std::string& mark) {
  Sources sources;
  const SourceFile file("csv.cc", text);
  sources.Add(file);
  Finding finding;
  finding.kind = FindingKind::kOptimization;
  finding.pattern = Pattern::kStringConcatenation;
  finding.location = {"csv.cc", file.LineOf(text.find(mark)), "Export"};
  return AppendInPlace(finding, sources).value_or(Fix());
}

std::string Function(const std::string& line) {
  return "#include <string>\n"
         "struct Row { std::string name; std::string Text() const; };\n"
         "std::string Name(int);\n"
         "std::string Export(int rows, Row& row, std::string head) {\n"
         "  std::string csv = \"id\\n\";\n"
         "  for (int id = 0; id < rows; ++id) {\n"
         "    " +
         line +
         "\n"
         "  }\n"
         "  return csv + head + row.name;\n"
         "}\n";
}

struct Rewrite {
  const char* line;
  const char* becomes;
};

TEST(AppendInPlace, DeclinesWhereALaterPartMayBeTheTextItself) {
  for (const std::string part : {"const std::string& part", "std::string_view part"}) {
    const std::string line = "out = out + sep + part;";
    const std::string text = "#include <string>\nvoid Join(std::string& out, std::string sep, " +
                             part + ") {\n  " + line + "\n}\n";
    const Fix fix = Propose(text, line);
    EXPECT_EQ(fix.diff, "") << part;
    EXPECT_NE(fix.why_no_diff.find("`part` may be `out` itself"), std::string::npos)
        << fix.why_no_diff;
  }
}

TEST(AppendInPlace, EachPartIsAppendedByItself) {
  const std::vector<Rewrite> rows = {
      {"csv = csv + std::to_string(id) + \",x\\n\";  // note",
       "    csv += std::to_string(id);\n    csv += \",x\\n\";  // note\n"},
      {"csv = csv + Name(id + 1) + ',';", "    csv += Name(id + 1);\n    csv += ',';\n"},
      {"csv = csv + head;", "    csv += head;\n"},
      {"csv += head + \",\" + row.name;",
       "    csv += head;\n    csv += \",\";\n    csv += row.name;\n"},
      {"row.name = row.name + std::to_string(id) + head;",
       "    row.name += std::to_string(id);\n    row.name += head;\n"},
  };
  std::string all;
  for (const Rewrite& row : rows) {
    const Fix fix = Propose(Function(row.line), row.line);
    ASSERT_NE(fix.diff, "") << row.line << "\n" << fix.why_no_diff;
    const std::string after = Patched("csv.cc", Function(row.line), fix.diff);
    EXPECT_NE(after.find(row.becomes), std::string::npos) << after;
    all += "namespace n" + std::to_string(all.size()) + " {\n" + after.substr(18) + "}\n";
  }
  EXPECT_TRUE(Compiles("#include <string>\n" + all));
}

TEST(AppendInPlace, ABodyWithoutBracesGetsThem) {
  const std::string text =
      "#include <string>\n"
      "std::string Dots(int n) {\n"
      "  std::string dots;\n"
      "  for (int i = 0; i < n; ++i)\n"
      "    dots = dots + std::to_string(i) + '.';\n"
      "  return dots;\n"
      "}\n";
  const std::string after = Patched("csv.cc", text, Propose(text, "dots = dots").diff);
  EXPECT_NE(after.find("  for (int i = 0; i < n; ++i) {\n"
                       "    dots += std::to_string(i);\n"
                       "    dots += '.';\n"
                       "  }\n"),
            std::string::npos)
      << after;
  EXPECT_TRUE(Compiles(after));
}

TEST(AppendInPlace, TheReserveIsAnAlternativeWhereTheTurnsAreKnown) {
  const Fix fix = Propose(Function("csv = csv + head;"), "csv = csv");
  ASSERT_EQ(fix.alternatives.size(), 1u);
  EXPECT_NE(fix.alternatives[0].snippet.find(
                "csv.reserve(csv.size() + static_cast<std::size_t>(rows) * kBytesPerTurn);"),
            std::string::npos);
  EXPECT_NE(fix.alternatives[0].why_no_diff, "");
}

struct Declined {
  const char* line;
  const char* why;
};

TEST(AppendInPlace, WhatWouldNotMeanTheSameIsDeclinedWithTheReason) {
  const std::vector<Declined> rows = {
      {"csv = head + csv;", "puts something before it"},
      {"csv = csv + head + csv;", "uses `csv` itself"},
      {"csv = csv + head + (csv.empty() ? \"\" : \",\");", "uses `csv` itself"},
      {"row.name = row.name + head + row.Text();", "might look at `row.name`"},
      {"csv += \"abc\" + id;", "numbers that are added first"},
      {"rows = rows + id + 1;", "nothing shows that `rows` is a std::string"},
      {"csv = csv + head == head ? csv : head;", "more than a sum"},
      {"(&row)->name = (&row)->name + head;", "is computed"},
  };
  for (const Declined& row : rows) {
    const Fix fix = Propose(Function(row.line), row.line);
    EXPECT_EQ(fix.diff, "") << row.line;
    EXPECT_NE(fix.why_no_diff.find(row.why), std::string::npos) << row.line << "\n"
                                                                << fix.why_no_diff;
  }
}

}  // namespace
}  // namespace memprof
