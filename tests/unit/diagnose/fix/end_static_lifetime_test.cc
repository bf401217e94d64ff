// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/diagnose/fix/growing_code.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

std::string Registry(const std::string& name_type, const std::string& more) {
  return "#include <string>\n\nstruct Codec {\n  Codec* next = nullptr;\n  " + name_type +
         " name;\n  int level = 0;\n};\nCodec* codecs = nullptr;\nint level = 3;\n\n"
         "void Register(const std::string& name) {\n  auto* codec = new Codec;  // 0\n" +
         more + "  codec->next = codecs;\n  codecs = codec;\n}\n";
}

Fix Propose(const std::string& source) {
  return GrowingCode(Pattern::kStaticLifetime, "codecs", "Codec*", source).Propose();
}

TEST(EndStaticLifetime, RegistersEachNameOnce) {
  const std::string source = Registry("std::string", "  codec->name = name;\n");
  const Fix fix = Propose(source);
  ASSERT_NE(fix.diff, "") << fix.why_no_diff;
  EXPECT_TRUE(Compiles(Patched("app.cc", source, fix.diff))) << fix.diff;
  ASSERT_EQ(fix.alternatives.size(), 1u);
  EXPECT_TRUE(Compiles(source + fix.alternatives[0].snippet));
}

TEST(EndStaticLifetime, DeclinesWhereASecondEntryMayDiffer) {
  const Fix fix =
      Propose(Registry("std::string", "  codec->name = name;\n  codec->level = level;\n"));
  EXPECT_EQ(fix.diff, "");
  EXPECT_EQ(fix.why_no_diff, "what `Register` registers depends on `level` too");
  EXPECT_NE(fix.snippet, "");
}

TEST(EndStaticLifetime, ComparesNoPointersToText) {
  EXPECT_EQ(Propose(Registry("const char*", "  codec->name = name;\n")).diff, "");
}

TEST(EndStaticLifetime, ShowsHowAnEntryLeavesAStaticContainer) {
  const Fix fix = GrowingCode(Pattern::kStaticLifetime, "codecs", "std::map<int, int>",
                              "std::map<int, int> codecs;\nvoid Register(int id) {\n"
                              "  codecs.emplace(id, 1);  // 0\n}\n")
                      .Propose();
  EXPECT_EQ(fix.snippet, "codecs.erase(key);  // the key that `Register` put in\n");
  EXPECT_NE(fix.why_no_diff, "");
}

}  // namespace
}  // namespace memprof
