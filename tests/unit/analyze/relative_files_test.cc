// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/relative_files.h"

#include <gtest/gtest.h>

namespace memprof {
namespace {

std::string Resolved(const std::string& file, const std::set<std::string>& known) {
  Stack stack = {{"f()", file, 3, "", 0}};
  ResolveRelativeFiles(known, &stack);
  return stack[0].file;
}

TEST(RelativeFiles, AreTheKnownFileThatEndsInThem) {
  const std::set<std::string> known = {"/home/u/src/cache.cc", "/home/u/src/other/cache.cc",
                                       "/home/u/src/main.cc"};
  struct Row {
    const char* printed;
    const char* resolved;
  };
  for (const Row& row :
       {Row{"../../src/main.cc", "/home/u/src/main.cc"}, Row{"./main.cc", "/home/u/src/main.cc"},
        Row{"src/cache.cc", "/home/u/src/cache.cc"},
        Row{"../other/cache.cc", "/home/u/src/other/cache.cc"},
        Row{"cache.cc", "cache.cc"},  // which of the two?
        Row{"ain.cc", "ain.cc"}, Row{"/abs/main.cc", "/abs/main.cc"}, Row{"../", "../"},
        Row{"", ""}}) {
    EXPECT_EQ(Resolved(row.printed, known), row.resolved) << row.printed;
  }
}

TEST(RelativeFiles, AnAbsoluteFileBehindTheBuildDirectoryIsTaken) {
  Stack stack = {{"f", "/build//src/a.cc", 1, "", 0}, {"g", "/build//else/b.cc", 2, "", 0}};
  ResolveRelativeFiles({"/src/a.cc"}, &stack);
  EXPECT_EQ(stack[0].file, "/src/a.cc");
  EXPECT_EQ(stack[1].file, "/build//else/b.cc");
}

}  // namespace
}  // namespace memprof
