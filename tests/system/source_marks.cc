// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/system/source_marks.h"

#include <fstream>
#include <regex>

namespace memprof {
namespace {

std::ifstream Open(const std::string& file) {
  return std::ifstream(std::string(MEMPROF_TEST_SOURCE) + "/" + file);
}

}  // namespace

int LineOf(const std::string& file, const std::string& text) {
  std::ifstream source = Open(file);
  std::string line;
  for (int number = 1; std::getline(source, line); ++number) {
    if (line.find(text) != std::string::npos) return number;
  }
  return 0;
}

std::map<std::string, int> LinesInTests(const std::string& file, const std::string& text) {
  static const std::regex kHead(R"(^TEST(?:_F)?\((\w+), (\w+)\))");
  std::map<std::string, int> lines;
  std::ifstream source = Open(file);
  std::string line, test;
  std::smatch head;
  for (int number = 1; std::getline(source, line); ++number) {
    if (std::regex_search(line, head, kHead)) test = head.str(1) + "." + head.str(2);
    if (!test.empty() && line.find(text) != std::string::npos) lines.emplace(test, number);
  }
  return lines;
}

}  // namespace memprof
