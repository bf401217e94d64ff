// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/source_fit.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/diagnose/advise.h"

namespace memprof {
namespace {

constexpr const char* kCode =
    "#include \"a.h\"\n"                             // 1
    "\n"                                             // 2
    "int Load(int n) {\n"                            // 3
    "  return n;\n"                                  // 4
    "}\n"                                            // 5
    "void Store(int n = Load(1)) {\n"                // 6
    "  struct Local { int a = Load(2); };\n"         // 7
    "  // nothing\n"                                 // 8
    "  auto closure = [] { return Load(3); };\n"     // 9
    "  const char* text = R\"(first\n"               // 10
    "      second)\";\n"                             // 11
    "}\n"                                            // 12
    "Log::Log() : lines_(Load(4)) {}\n"              // 13
    "TEST(Suite, Name) {\n"                          // 14
    "  for (int i = 0; i < 3; ++i) Store(i);\n"      // 15
    "}\n"                                            // 16
    "template <typename T> T Log::Make() const {\n"  // 17
    "  return T();\n"                                // 18
    "}\n";

Finding On(std::vector<Frame> stack) {
  Finding finding;
  finding.stack = std::move(stack);
  return finding;
}

TEST(SourceFit, TellsALineThatCannotBeWhatWasCompiled) {
  struct Row {
    const char* function;
    int line;
    bool fits;
  };
  const std::vector<Row> rows = {
      {"Load(int)", 4, true},
      {"Load(int)", 7, false},
      {"Load(int)", 2, false},
      {"Store(int)", 8, false},
      {"Load(int)", 20, false},
      {"Load(int)", 0, true},
      {"Load", 4, true},
      {"app::(anonymous namespace)::Load(int)", 4, true},
      {"Load(int) [clone .cold]", 4, true},
      {"Store(int)", 11, true},
      {"Store(int)::Local::Local()", 7, true},
      {"Store(int)::Local::operator=(Local const&)", 7, true},
      {"Store(int)::{lambda()#1}::operator()() const", 9, true},
      {"Store(int)::{lambda()#1}::_FUN()", 9, true},
      {"main", 6, true},
      {"Log::Log()", 13, true},
      {"Suite_Name_Test::TestBody()", 15, true},
      {"int Log::Make<int>() const", 18, true},
      {"Log::Make<int>", 18, true},
      {"Log::Take<int>", 18, false},
      {"", 4, true},
  };
  Sources sources;
  sources.Add(SourceFile("a.cc", kCode));
  for (const Row& row : rows) {
    const Finding finding = On({{row.function, "a.cc", row.line, "/app", 1}});
    EXPECT_EQ(FilesThatDoNotFit(finding, sources).empty(), row.fits) << row.function << row.line;
  }
}

TEST(SourceFit, AsksForTheCallOnlyWhereTheFileIsNewer) {
  const Finding called = On({{"Load(int)", "a.cc", 4, "/app", 1},
                             {"Store(int)", "a.cc", 9, "/app", 2},
                             {"Suite_Name_Test::TestBody()", "a.cc", 15, "/app", 3}});
  const Finding moved =
      On({{"Load(int)", "a.cc", 4, "/app", 1}, {"Store(int)", "a.cc", 10, "/app", 2}});
  const Finding made =
      On({{"operator new(unsigned long)", "", 0, "/lib", 1}, {"Load(int)", "a.cc", 4, "/app", 1}});
  Sources sources;
  sources.Add(SourceFile("a.cc", kCode));
  for (const Finding& finding : {called, moved, made}) {
    EXPECT_TRUE(FilesThatDoNotFit(finding, sources).empty());
  }
  sources.MarkNewer("a.cc");
  EXPECT_TRUE(FilesThatDoNotFit(called, sources).empty());
  EXPECT_FALSE(FilesThatDoNotFit(moved, sources).empty());
  EXPECT_FALSE(FilesThatDoNotFit(made, sources).empty());
}

TEST(Advise, MakesNoDiffFromAFileThatWasChanged) {
  const std::string code =
      "struct Message { int id; };\n"
      "int Send(int id) {\n"
      "  Message* message = new Message();\n"
      "  message->id = id;\n"
      "  return message->id;\n"
      "}\n";
  Report report;
  Finding finding =
      On({{"operator new(unsigned long)", "", 0, "/lib", 1}, {"Send(int)", "a.cc", 3, "/app", 2}});
  finding.location = {"a.cc", 3, "Send"};
  finding.pattern = Pattern::kLostOwner;
  report.findings = {finding};
  Sources sources;
  sources.Add(SourceFile("a.cc", code));
  Advise(sources, &report);
  ASSERT_TRUE(report.findings[0].fix);
  EXPECT_NE(report.findings[0].fix->diff, "");
  EXPECT_TRUE(report.findings[0].evidence.empty());

  report.findings = {finding};
  sources.MarkNewer("a.cc");
  Advise(sources, &report);
  EXPECT_NE(report.findings[0].fix->diff, "");
  ASSERT_EQ(report.findings[0].evidence.size(), 1u);
  EXPECT_EQ(report.findings[0].evidence[0].source, "source");

  Sources changed;
  changed.Add(SourceFile("a.cc", "// A line more.\n" + code));
  changed.MarkNewer("a.cc");
  report.findings = {finding};
  Advise(changed, &report);
  EXPECT_TRUE(!report.findings[0].fix || report.findings[0].fix->diff.empty());
  ASSERT_EQ(report.findings[0].evidence.size(), 1u);
  EXPECT_NE(report.findings[0].evidence[0].text.find("a.cc is not what was compiled"),
            std::string::npos);
}

}  // namespace
}  // namespace memprof
