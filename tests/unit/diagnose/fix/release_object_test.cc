// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/diagnose/fix/fix_template.h"
#include "tests/unit/diagnose/fix/growing_code.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

constexpr const char* kLibrary =
    "struct plot {\n  plot* next;\n};\nplot* plots = nullptr;\nplot* kept = nullptr;\n"
    "plot* plot_create(int) {\n  plot* made = new plot;  // 0\n  made->next = plots;\n"
    "  plots = made;\n  return made;\n}\n"
    "void plot_destroy(plot* gone) { delete gone; }\n"
    "void plot_line(plot* target, int) { target->next = nullptr; }\n"
    "void Keep(plot* target) { kept = target; }\n\n";

Fix Propose(const std::string& source) {
  GrowingCode code(Pattern::kObjectNotReleased, "plots", "plot*", source);
  code.Function("plot_create(int)").AddFrame("Save(int)").AddFrame("TestBody");
  return code.Propose();
}

TEST(ReleaseObject, OwnsItBehindItsCreation) {
  const std::string source = std::string(kLibrary) +
                             "int Save(int n) {\n  plot* drawn = plot_create(n);  // 1\n"
                             "  plot_line(drawn, 2);\n  if (drawn == nullptr) return 1;\n"
                             "  return drawn->next == nullptr;\n}\n";
  const Fix fix = Propose(source);
  ASSERT_NE(fix.diff, "") << fix.why_no_diff;
  EXPECT_NE(fix.diff.find("+  const std::unique_ptr<plot, decltype(&plot_destroy)> "
                          "drawn_owner(drawn, &plot_destroy);\n"),
            std::string::npos)
      << fix.diff;
  EXPECT_TRUE(Compiles(Patched("app.cc", source, fix.diff)));
}

TEST(ReleaseObject, KnowsAFunctionOfANamelessNamespace) {
  const std::string source = "namespace {\n" + std::string(kLibrary) +
                             "}\nvoid Save(int n) {\n  plot* drawn = plot_create(n);  // 1\n"
                             "  plot_line(drawn, 2);\n}\n";
  GrowingCode code(Pattern::kObjectNotReleased, "plots", "plot*", source);
  code.Function("(anonymous namespace)::plot_create(int)").AddFrame("Save(int)");
  EXPECT_NE(code.Propose().diff, "");
}

TEST(ReleaseObject, TakesOutTheReleaseOfOnePath) {
  const std::string source = std::string(kLibrary) +
                             "int Save(int n) {\n  auto* drawn = plot_create(n);  // 1\n"
                             "  if (n > 2) {\n    return 2;\n  }\n  plot_destroy(drawn);\n"
                             "  return 1;\n}\n";
  const Fix fix = Propose(source);
  EXPECT_NE(fix.diff.find("-  plot_destroy(drawn);\n"), std::string::npos)
      << fix.diff << fix.why_no_diff;
  EXPECT_TRUE(Compiles(Patched("app.cc", source, fix.diff)));
}

TEST(ReleaseObject, GoesOutwardWhereItIsReturned) {
  const std::string source = std::string(kLibrary) +
                             "plot* Save(int n) {\n  plot* drawn = plot_create(n);  // 1\n"
                             "  return drawn;\n}\nvoid SaveDelete(plot*);\n"
                             "void Test() {\n  Save(1);  // 2\n}\n";
  EXPECT_EQ(Propose(source).diff, "");
}

TEST(ReleaseObject, DeclinesWhereItMayHaveAnotherOwner) {
  const struct {
    const char* use;
    const char* why;
  } rows[] = {
      {"  kept = drawn;\n", "is stored"},
      {"  Keep(drawn);\n", "`Keep` may keep `drawn`"},
      {"  auto later = [drawn] { plot_line(drawn, 1); };\n  later();\n", "captures"},
      {"  Elsewhere(drawn);\n", "its code was not read"},
      {"  drawn = nullptr;\n", "another value"},
      {"  if (n > 1) plot_destroy(drawn);\n", "released within other code"},
      {"  plot_destroy(drawn);\n  Check(plots);\n", "code follows"},
  };
  for (const auto& row : rows) {
    const Fix fix = Propose(std::string(kLibrary) +
                            "void Save(int n) {\n  plot* drawn = "
                            "plot_create(n);  // 1\n" +
                            row.use + "}\n");
    EXPECT_EQ(fix.diff, "") << row.use;
    EXPECT_NE(fix.why_no_diff.find(row.why), std::string::npos) << row.use << fix.why_no_diff;
    EXPECT_NE(fix.snippet.find("plot_destroy"), std::string::npos) << row.use;
  }
}

TEST(ReleaseObject, SaysNothingWithoutACounterpart) {
  const std::string source =
      "struct plot { plot* next; };\nplot* plots;\nplot* plot_create(int) {\n  plot* made = new "
      "plot;  // 0\n  plots = made;\n  return made;\n}\nvoid Save(int n) {\n  plot* drawn = "
      "plot_create(n);  // 1\n  drawn->next = nullptr;\n}\n";
  EXPECT_EQ(Propose(source).summary, "");
}

TEST(ReleaseObject, ReturnsWhatAPoolLent) {
  const std::string source =
      "struct Page { int n; };\nstruct Pool {\n  Page* Acquire() {\n    return new Page;  // 0\n  "
      "}\n"
      "  void Release(Page* page) { delete page; }\n};\n"
      "int Use(Pool& pool) {\n  Page* page = pool.Acquire();  // 1\n  return page->n;\n}\n";
  GrowingCode code(Pattern::kObjectNotReleased, "pool.pages_", "std::vector<Page*>", source);
  code.Function("Pool::Acquire").AddFrame("Use(Pool&)");
  const Fix fix = code.Propose();
  EXPECT_NE(fix.diff.find("{ pool.Release(released); };"), std::string::npos)
      << fix.diff << fix.why_no_diff;
  EXPECT_TRUE(Compiles(Patched("app.cc", source, fix.diff)));
}

Finding RegcompIn(const std::string& caller, int line) {
  Finding finding;
  finding.kind = FindingKind::kMemoryLeak;
  finding.pattern = Pattern::kObjectNotReleased;
  finding.stack = {{"regcomp", "", 0, "", 0},
                   {caller, "app.cc", line, "", 0},
                   {"Suite_Name_Test::TestBody", "app.cc", 90, "", 0}};
  finding.location = {"app.cc", line, caller};
  return finding;
}

TEST(ReleaseObject, WhatAMemberHoldsEndsInTheDestructor) {
  const std::string code =
      "class Filter {\n public:\n  Filter(const char* text) {\n"
      "    regcomp(&compiled_, text, 0);\n  }\n private:\n  regex_t compiled_;\n};\n";
  Sources sources;
  sources.Add(SourceFile("app.cc", code));
  const auto fix = ReleaseObject(RegcompIn("app::Filter::Filter", 4), sources);
  ASSERT_TRUE(fix);
  EXPECT_EQ(fix->summary, "call `regfree` in the destructor of `Filter`");
  EXPECT_EQ(fix->snippet,
            "~Filter() { regfree(&compiled_); }\nFilter(const Filter&) = delete;\n"
            "Filter& operator=(const Filter&) = delete;\n");
  EXPECT_EQ(fix->diff, "");
}

TEST(ReleaseObject, WhatALocalHoldsEndsWithItsFunction) {
  Sources sources;
  sources.Add(SourceFile(
      "app.cc",
      "bool Has(const char* t) {\n  regex_t r;\n  regcomp(&r, t, 0);\n  return true;\n}\n"));
  const auto fix = ReleaseObject(RegcompIn("app::Has", 3), sources);
  ASSERT_TRUE(fix);
  EXPECT_EQ(fix->summary,
            "call `regfree` for what `app::Has` obtains from `regcomp`, on every way out");
  EXPECT_EQ(fix->snippet, "regfree(&r);\n");
}

}  // namespace
}  // namespace memprof
