// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/source_reader.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "runner/execute/files.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

class SourceReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "memprof sources XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    parent_ = name;
    root_ = parent_ + "/root";
    fs::create_directory(root_);
  }

  void TearDown() override { fs::remove_all(parent_); }

  void Write(const std::string& file, const std::string& text) {
    const fs::path path = fs::path(root_) / file;
    fs::create_directories(path.parent_path());
    ASSERT_TRUE(WriteFile(path.string(), text));
  }

  std::set<std::string> Read(const std::set<std::string>& files) const {
    std::set<std::string> read;
    const Sources sources = ReadSources(files, root_);
    for (const auto& [path, file] : sources.files()) read.insert(path);
    return read;
  }

  std::string parent_;
  std::string root_;
};

using Files = std::set<std::string>;

TEST_F(SourceReaderTest, ReadsIncludesBesideTheFileAndBelowTheRoot) {
  Write("lib/app/a.cc",
        "#include \"a.h\"\n#include \"app/b.h\"\n#include \"project/c.h\"\n#include <d.h>\n"
        "extern \"C\" {\n#include \"../e.h\"\n}\n#include \"missing.h\"\n");
  Write("lib/app/a.h", "#include \"deeper.h\"\n");
  Write("lib/app/b.h", "");
  Write("include/project/c.h", "");
  Write("lib/app/d.h", "");
  Write("lib/e.h", "");
  Write("lib/app/deeper.h", "");
  Write("a.h", "of another\n");
  EXPECT_EQ(Read({"lib/app/a.cc"}), (Files{"include/project/c.h", "lib/app/a.cc", "lib/app/a.h",
                                           "lib/app/b.h", "lib/e.h"}));
}

TEST_F(SourceReaderTest, ReadsTheSourceOfAHeader) {
  Write("test/a_test.cc", "#include \"../app/log.h\"\n#include \"project/net.h\"\n");
  Write("app/log.h", "");
  Write("app/log.cpp", "#include \"other.h\"\n");
  Write("app/other.h", "");
  Write("include/project/net.h", "");
  Write("src/net.cc", "");
  Write("on_stack.hpp", "");
  Write("on_stack.cc", "");
  EXPECT_EQ(Read({"test/a_test.cc", "on_stack.hpp"}),
            (Files{"app/log.cpp", "app/log.h", "include/project/net.h", "on_stack.cc",
                   "on_stack.hpp", "src/net.cc", "test/a_test.cc"}));
}

TEST_F(SourceReaderTest, LeavesOutWhatIsNoTextOfTheUsers) {
  ASSERT_TRUE(WriteFile(parent_ + "/outside.h", "int outside;\n"));
  Write("binary.cc", std::string("int a;\0int b;\n", 14));
  Write("huge.cc", std::string((4 << 20) + 1, ' '));
  Write("limit.cc", std::string(4 << 20, ' '));
  fs::create_directory(root_ + "/directory.cc");
  fs::create_symlink("../outside.h", root_ + "/link.h");
  fs::create_symlink("nowhere", root_ + "/dangling.cc");
  Write("with blank.cc", "#include \"../outside.h\"\n#include \"link.h\"\n");
  EXPECT_EQ(Read({"binary.cc", "huge.cc", "limit.cc", "directory.cc", "dangling.cc", "../outside.h",
                  "with blank.cc", "missing.cc"}),
            (Files{"limit.cc", "with blank.cc"}));
}

TEST_F(SourceReaderTest, ReadsOneFileOnceThoughALinkNamesIt) {
  Write("real/a.h", "struct A {};\n");
  fs::create_symlink("real", root_ + "/link");
  Write("a.cc", "#include \"link/a.h\"\n#include \"real/a.h\"\n");
  EXPECT_EQ(Read({"a.cc"}).size(), 2u);
}

TEST_F(SourceReaderTest, ReadsTwoHundredIncludesAtMost) {
  std::string text;
  for (int i = 0; i < 230; ++i) {
    const std::string name = "h" + std::to_string(i) + ".h";
    Write(name, "");
    text += "#include \"" + name + "\"\n";
  }
  Write("a.cc", text);
  EXPECT_EQ(Read({"a.cc"}).size(), 201u);
}

TEST_F(SourceReaderTest, SaysWhereAFileIsNewerThanTheProgram) {
  Write("app", "");
  Write("a.cc", "int Leak(int n) {\n  return Make(n);\n}\n");
  Report report;
  Finding finding;
  finding.location = {"a.cc", 2, "Leak"};
  finding.stack = {{"Other(int)", "a.cc", 2, root_ + "/app", 0}};
  report.findings = {finding};
  AdviseFromDisk(root_, &report);
  ASSERT_EQ(report.findings[0].evidence.size(), 1u);
  EXPECT_EQ(report.findings[0].location.text, "");

  // The word of the call counts only where the file is newer.
  finding.stack = {{"Take(int)", "a.cc", 1, root_ + "/app", 0},
                   {"Leak(int)", "a.cc", 2, root_ + "/app", 0}};
  finding.stack[0].function = "operator new(unsigned long)";
  const auto now = fs::last_write_time(root_ + "/app");
  for (const int minutes : {-1, 1}) {
    fs::last_write_time(root_ + "/a.cc", now + std::chrono::minutes(minutes));
    report.findings = {finding};
    AdviseFromDisk(root_, &report);
    EXPECT_EQ(report.findings[0].evidence.size(), minutes > 0 ? 1u : 0u) << minutes;
  }
}

}  // namespace
}  // namespace memprof
