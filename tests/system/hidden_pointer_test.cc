// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Memory that no plain pointer refers to is not called lost with certainty.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// All that a finding says in words.
std::string WordsOf(const Finding& finding) {
  std::string words = finding.title + "\n" + finding.cause + "\n";
  for (const Evidence& each : finding.evidence) words += each.source + ": " + each.text + "\n";
  return words;
}

bool IsOf(const Finding& finding, const std::string& test) {
  return std::find(finding.tests.begin(), finding.tests.end(), test) != finding.tests.end();
}

TEST(HiddenPointers, ThatAreTaggedAreSeen) {
  const MemprofRun run = RunMemprof(ProgramPath("found_held_by_hidden_pointers"));
  bool is_told = false;
  for (const Finding* finding : run.Findings(Severity::kWarning)) {
    if (!IsOf(*finding, "Hidden.BehindTaggedPointers")) continue;
    is_told = true;
    EXPECT_FALSE(finding->kind == FindingKind::kMemoryLeak &&
                 finding->severity == Severity::kCritical)
        << Describe(run);
    EXPECT_NE(WordsOf(*finding).find("tag"), std::string::npos) << WordsOf(*finding);
  }
  EXPECT_TRUE(is_told) << Describe(run);
}

TEST(HiddenPointers, ThatAreXoredOrCompressedAreSaidToBePossible) {
  const MemprofRun run = RunMemprof(ProgramPath("found_held_by_hidden_pointers"));
  for (const std::string test : {"Hidden.BehindXoredPointers", "Hidden.BehindCompressedPointers"}) {
    bool is_told = false;
    for (const Finding* finding : run.Findings(Severity::kWarning)) {
      if (!IsOf(*finding, test)) continue;
      is_told = true;
      const std::string words = WordsOf(*finding);
      EXPECT_NE(words.find("XORed"), std::string::npos) << words;
      EXPECT_NE(words.find("later free would prove"), std::string::npos) << words;
    }
    EXPECT_TRUE(is_told) << test << "\n" << Describe(run);
  }
}

TEST(HiddenPointers, AreProvedByALaterFree) {
  for (const std::string& binary :
       {ProgramPath("clean_hidden_pointers"), PlainPath("clean_hidden_pointers")}) {
    const MemprofRun run = RunMemprof(binary);
    ASSERT_TRUE(run.has_report) << run.output;
    EXPECT_TRUE(run.Findings(Severity::kWarning).empty()) << Describe(run);
    EXPECT_EQ(run.exit_code, 0);
  }
}

}  // namespace
}  // namespace memprof
