// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Writes, copies, lists, reads and removes files of its own. One test makes a string for each line
// that it compares, and has a twin that does without.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "clean_files_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { fs::remove_all(directory_); }

  fs::path directory_;
};

TEST_F(Files, LinesWrittenAndReadAgain) {
  const fs::path path = directory_ / "lines.txt";
  {
    std::ofstream out(path);
    for (int i = 0; i < 20000; ++i) out << "line " << i << " of the file\n";
  }
  std::ifstream in(path);
  std::string line;
  int lines = 0;
  while (std::getline(in, line)) {
    ASSERT_EQ(line,
              "line " + std::to_string(lines) + " of the file");  // WASTE: temporary-allocation
    ++lines;
  }
  EXPECT_EQ(lines, 20000);
}

TEST_F(Files, LinesWrittenAndReadAgainRewritten) {
  const fs::path path = directory_ / "lines.txt";
  {
    std::ofstream out(path);
    for (int i = 0; i < 20000; ++i) out << "line " << i << " of the file\n";
  }
  std::ifstream in(path);
  std::string line;
  std::string expected;
  int lines = 0;
  while (std::getline(in, line)) {
    expected.assign("line ").append(std::to_string(lines)).append(" of the file");
    ASSERT_EQ(line, expected);
    ++lines;
  }
  EXPECT_EQ(lines, 20000);
}

TEST_F(Files, WholeContents) {
  const fs::path path = directory_ / "whole.bin";
  const std::string contents(300000, 'c');
  for (int i = 0; i < 10; ++i) {
    std::ofstream(path, std::ios::binary) << contents;
    std::ifstream in(path, std::ios::binary);
    std::string read(fs::file_size(path), '\0');
    in.read(read.data(), static_cast<std::streamsize>(read.size()));
    ASSERT_EQ(read, contents);
  }
}

TEST_F(Files, TreeOfDirectories) {
  for (int i = 0; i < 10; ++i) {
    for (int k = 0; k < 10; ++k) {
      const fs::path inner = directory_ / std::to_string(i) / std::to_string(k);
      fs::create_directories(inner);
      std::ofstream(inner / "leaf.txt") << i * k;
    }
  }
  std::vector<std::string> found;
  found.reserve(100);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory_)) {
    if (entry.is_regular_file()) found.push_back(entry.path().lexically_relative(directory_));
  }
  std::sort(found.begin(), found.end());
  ASSERT_EQ(found.size(), 100u);
  EXPECT_EQ(found.front(), "0/0/leaf.txt");
}

TEST_F(Files, CopiedInPieces) {
  const fs::path from = directory_ / "from";
  const fs::path to = directory_ / "to";
  std::ofstream(from) << std::string(1 << 20, 'x');
  std::unique_ptr<FILE, int (*)(FILE*)> in(std::fopen(from.c_str(), "rb"), std::fclose);
  std::unique_ptr<FILE, int (*)(FILE*)> out(std::fopen(to.c_str(), "wb"), std::fclose);
  std::vector<char> piece(16 << 10);
  while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), in.get())) {
    ASSERT_EQ(std::fwrite(piece.data(), 1, got, out.get()), got);
  }
  out.reset();
  EXPECT_EQ(fs::file_size(to), std::uintmax_t{1} << 20);
}

}  // namespace
