// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/fix_files.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

TEST(FixFiles, OneForEachFixThatIsADiff) {
  const Report report = SampleReport();
  const std::vector<FixFile> files = FixFiles(report);
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].name, "8f2c91d0.patch");
  EXPECT_EQ(files[0].content,
            "memprof 8f2c91d0a1b2c3d4: cache without eviction: +17.2 KiB per run, no bound seen in "
            "192 runs\n" +
                report.findings[0].fix->diff);
}

TEST(FixFiles, KeepEveryByteOfTheDiff) {
  Report report = SampleReport();
  report.findings[0].fix->diff = "--- a/x\r\n+++ b/x\r\n@@ -1 +1 @@\r\n-\ta\r\n+\tb \r\n";
  EXPECT_TRUE(FixFiles(report)[0].content.ends_with(report.findings[0].fix->diff));
  report.findings[0].fix->diff = "+no line end";
  EXPECT_TRUE(FixFiles(report)[0].content.ends_with("+no line end\n"));
}

TEST(FixFiles, WorseOfTwoThatBeginAlikeKeepsTheName) {
  Report report = SampleReport();
  report.findings.push_back(report.findings[0]);
  report.findings.back().fingerprint = "8f2c91d0ffffffff";
  report.findings.back().fix->diff = "other";
  ASSERT_EQ(FixFiles(report).size(), 1u);
  EXPECT_EQ(FixFiles(report)[0].content.find("other"), std::string::npos);
}

TEST(FixFiles, NamesNeverLeaveTheirDirectory) {
  Report report = SampleReport();
  for (const char* print : {"../../x", "", "8f2c", "8F2C91D0", "/etc/passwd"}) {
    report.findings[0].fingerprint = print;
    EXPECT_TRUE(FixFiles(report).empty()) << print;
  }
  for (const char* name : {"notes.txt", "8f2c91d0.patch.orig", "mine.patch", "8f2c91d01.patch"}) {
    EXPECT_FALSE(IsFixFileName(name)) << name;
  }
  EXPECT_TRUE(IsFixFileName("8f2c91d0.patch"));
}

}  // namespace
}  // namespace memprof
