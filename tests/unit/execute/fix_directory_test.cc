// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/fix_directory.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include "gtest/gtest.h"
#include "runner/execute/files.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

class FixDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "memprof_fixes_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    out_ = name;
  }

  void TearDown() override { fs::remove_all(out_); }

  bool Has(const std::string& name) const { return fs::exists(FixDirectory(out_) + "/" + name); }

  static Report ReportWith(const std::string& fingerprint) {
    Report report;
    report.findings.resize(1);
    report.findings[0].fingerprint = fingerprint;
    report.findings[0].fix.emplace();
    report.findings[0].fix->diff = "--- a/x.cc\n+++ b/x.cc\n";
    return report;
  }

  std::string out_;
};

TEST_F(FixDirectoryTest, HasTheFixesOfThisRunAlone) {
  ASSERT_TRUE(WriteFixFiles(ReportWith("8f2c91d0a1b2c3d4"), out_).ok());
  EXPECT_TRUE(Has("8f2c91d0.patch"));
  ASSERT_TRUE(WriteFile(FixDirectory(out_) + "/mine.patch", "the user's").ok());
  ASSERT_TRUE(WriteFixFiles(ReportWith("11aa22bb33cc44dd"), out_).ok());
  EXPECT_FALSE(Has("8f2c91d0.patch"));
  EXPECT_TRUE(Has("11aa22bb.patch"));
  EXPECT_TRUE(Has("mine.patch"));
  ASSERT_TRUE(WriteFixFiles(Report(), out_).ok());
  EXPECT_FALSE(Has("11aa22bb.patch"));
  EXPECT_TRUE(Has("mine.patch"));
}

TEST_F(FixDirectoryTest, PatchesApplyWhereTheirFilesAre) {
  ASSERT_TRUE(MakeDirectory(out_ + "/build/tests").ok());
  ASSERT_TRUE(WriteFile(out_ + "/x.cc", "int x;").ok());
  const Report report = ReportWith("8f2c91d0a1b2c3d4");
  const fs::path before = fs::current_path();
  fs::current_path(out_);
  EXPECT_EQ(PatchDirectory(report, "memprof-out", ""), "");
  fs::current_path(out_ + "/build/tests");
  EXPECT_EQ(PatchDirectory(report, "memprof-out", ""), "../..");
  // Whoever reads the command of CTest's results stands elsewhere.
  EXPECT_EQ(PatchDirectory(report, out_ + "/build/memprof", ""), fs::canonical(out_).string());
  fs::current_path("/");
  EXPECT_EQ(PatchDirectory(report, "/tmp", out_), out_);
  EXPECT_EQ(PatchDirectory(report, "/tmp", "/nowhere"), "");
  EXPECT_EQ(PatchDirectory(Report(), "/tmp", out_), "");
  fs::current_path(before);
}

TEST_F(FixDirectoryTest, IsNotMadeForNothing) {
  ASSERT_TRUE(WriteFixFiles(Report(), out_).ok());
  EXPECT_FALSE(fs::exists(FixDirectory(out_)));
}

}  // namespace
}  // namespace memprof
