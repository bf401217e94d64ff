// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/report_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace memprof {
namespace {

namespace fs = std::filesystem;
using Files = std::vector<std::string>;

class ReportFiles : public testing::Test {
 protected:
  ReportFiles()
      : top_(testing::TempDir() + "memprof-report-files-" +
             testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(top_);
    for (const char* part : {"a", "b/c", "all"}) Put(part);
  }
  ~ReportFiles() override { fs::remove_all(top_); }

  std::string Put(const std::string& part) {
    fs::create_directories(top_ + "/" + part);
    const std::string file = top_ + "/" + part + "/report.json";
    std::ofstream(file) << R"({"schema_version": 1, "tool": {"name": "memprof"}})";
    return file;
  }

  const std::string top_;
};

TEST_F(ReportFiles, WhatAnEarlierMergeWroteIsNoPartOfTheNext) {
  const Result<Files> found = FindReportFiles({top_}, top_ + "/b/../all/");
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(*found, (Files{top_ + "/a/report.json", top_ + "/b/c/report.json"}));
  EXPECT_EQ(FindReportFiles({top_}, "").value().size(), 3u);
  EXPECT_EQ(FindReportFiles({top_ + "/all"}, top_ + "/all").value().size(), 1u) << "it was named";
}

TEST_F(ReportFiles, ADirectoryIsTakenOnceAndLoopsOfLinksAreNotFollowed) {
  fs::create_directory_symlink("..", top_ + "/b/loop");
  fs::create_directory_symlink("self", top_ + "/self");
  const Result<Files> found = FindReportFiles({top_, top_ + "/a", top_ + "/b/../a", top_}, "");
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->size(), 3u);
}

TEST_F(ReportFiles, ADirectoryThatCannotBeLookedIntoDoesNotPassForEmpty) {
  if (geteuid() == 0) GTEST_SKIP() << "root looks into everything";
  fs::permissions(top_ + "/b", fs::perms::none);
  const Result<Files> found = FindReportFiles({top_}, "");
  fs::permissions(top_ + "/b", fs::perms::owner_all);
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.error().message.find("/b: Permission denied"), std::string::npos)
      << found.error().message;
}

}  // namespace
}  // namespace memprof
