// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/source_excerpts.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "runner/diagnose/excerpt_lines.h"
#include "runner/execute/files.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

class SourceExcerptsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "memprof excerpts XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    Write("program", "");
  }

  void TearDown() override { fs::remove_all(root_); }

  std::string PathOf(const std::string& file) const { return root_ + "/" + file; }

  /// Written an hour before the program, or `hours_after` it.
  void Write(const std::string& file, const std::string& text, int hours_after = -1) {
    ASSERT_TRUE(WriteFile(PathOf(file), text));
    if (file == "program") return;
    fs::last_write_time(PathOf(file),
                        fs::last_write_time(PathOf("program")) + std::chrono::hours(hours_after));
  }

  /// A report of one finding, whose stack is the first lines of `files`.
  Report Of(const std::vector<std::string>& files) const {
    Report report;
    Finding& finding = report.findings.emplace_back();
    for (const std::string& file : files) {
      finding.stack.push_back({"f", file, 1, PathOf("program")});
    }
    return report;
  }

  std::vector<std::string> FilesShown(Report report) const {
    ReadSourceExcerpts(root_, &report);
    std::vector<std::string> files;
    for (const SourceExcerpt& excerpt : report.sources) files.push_back(excerpt.file);
    return files;
  }

  std::string root_;
};

using Files = std::vector<std::string>;

TEST_F(SourceExcerptsTest, LeavesOutWhatIsNotWhatRanOrNotTheUsers) {
  Write("old.cc", "int a;\n");
  Write("newer.cc", "int b;\n", 1);
  Write("binary.cc", std::string("a\0b", 3));
  EXPECT_EQ(
      FilesShown(Of({"newer.cc", "gone.cc", "../old.cc", "binary.cc", PathOf("old.cc"), "old.cc"})),
      Files{"old.cc"});
}

TEST_F(SourceExcerptsTest, AHoldersFileMustBeOlderThanTheTestBinary) {
  Write("held.cc", "int a;\n");
  Write("edited.cc", "int b;\n", 1);
  Report report = Of({});
  report.findings[0].held_by = HeldBy{"a", "int", "held.cc", 1};
  report.findings.push_back(report.findings[0]);
  report.findings[1].held_by->file = "edited.cc";
  report.binary = PathOf("program");
  EXPECT_EQ(FilesShown(report), Files{"held.cc"});
}

TEST_F(SourceExcerptsTest, ThousandsOfFilesStayWithinTheLimit) {
  Files files;
  for (int i = 0; i < 400; ++i) {
    files.push_back("f" + std::to_string(i) + ".cc");
    std::string text;
    for (int line = 0; line < 5; ++line) text += std::string(2 * kLongestExcerptLine, 'x') + "\n";
    Write(files.back(), text);
  }
  Report report = Of(files);
  ReadSourceExcerpts(root_, &report);
  std::size_t bytes = 0;
  for (const SourceExcerpt& excerpt : report.sources) {
    for (const std::string& line : excerpt.lines) bytes += line.size();
  }
  EXPECT_LE(bytes, kMostExcerptBytes);
  EXPECT_GT(bytes, kMostExcerptBytes / 2);
  EXPECT_EQ(report.sources.front().file, "f0.cc");
}

}  // namespace
}  // namespace memprof
