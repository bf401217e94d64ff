// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_DIAGNOSE_FIXED_CODE_H_
#define MEMPROF_TESTS_UNIT_DIAGNOSE_FIXED_CODE_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "runner/diagnose/fix/fix_template.h"
#include "tests/unit/source/compiles.h"

namespace memprof {

/// What the template proposes for a finding at the line of `code` that has "// LOST".
inline std::optional<Fix> FixOf(FixTemplate make, const std::string& code, Finding finding = {},
                                const std::string& path = "src/a.cc") {
  Sources sources;
  sources.Add(SourceFile(path, code));
  finding.location.file = path;
  const SourceFile& file = *sources.Find(path);
  for (int line = 1; line <= file.lines(); ++line) {
    if (file.Line(line).find("// LOST") != std::string_view::npos) finding.location.line = line;
  }
  return make(finding, sources);
}

/// `code` with the diff of that fix, applied by patch; empty, and the test fails, without a diff.
inline std::string FixedCode(FixTemplate make, const std::string& code) {
  const std::optional<Fix> fix = FixOf(make, code);
  if (!fix || fix->diff.empty()) {
    ADD_FAILURE() << code << '\n' << (fix ? fix->why_no_diff : "no fix");
    return {};
  }
  EXPECT_EQ(fix->snippet, "");
  EXPECT_EQ(fix->why_no_diff, "");
  EXPECT_NE(fix->summary, "");
  EXPECT_NE(fix->why, "");
  return Patched("src/a.cc", code, fix->diff);
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_DIAGNOSE_FIXED_CODE_H_
