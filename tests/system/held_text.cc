// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/system/held_text.h"

#include <algorithm>
#include <regex>
#include <sstream>
#include <string_view>
#include <vector>

namespace memprof {
namespace {

constexpr std::size_t kLabelEnd = 12;  // where a label's text begins

/// "held by" of "  held by   static …"; empty for lines that go on with the one before.
std::string LabelOf(const std::string& line) {
  if (line.size() <= kLabelEnd || line.compare(0, 2, "  ") != 0 || line[2] == ' ') return "";
  std::string label = line.substr(2, kLabelEnd - 2);
  label.erase(label.find_last_not_of(' ') + 1);
  return label;
}

std::string WithoutRuns(const std::string& line) {
  static const std::regex kRetains("( +retains ).*");
  static const std::regex kCount("×[0-9,]+");
  static const std::regex kSize(R"([0-9][0-9.,]* ([KMGT]i)?B\b)");
  if (std::regex_match(line, kRetains)) return std::regex_replace(line, kRetains, "$1…");
  // As many more each run, however many there are.
  if (line.find(" per run") != std::string::npos) return line;
  return std::regex_replace(std::regex_replace(line, kCount, "×N"), kSize, "N B");
}

}  // namespace

std::string HeldText(const std::string& report) {
  std::vector<std::string> blocks;
  std::istringstream lines(report);
  std::string line, owner, block;
  bool is_told = false;
  const auto end_finding = [&] {
    if (!block.empty()) blocks.push_back(owner + block);
    owner.clear();
    block.clear();
    is_told = false;
  };
  while (std::getline(lines, line)) {
    if (line.empty() || line[0] != ' ') {
      end_finding();
      continue;
    }
    const std::string label = LabelOf(line);
    if (label == "test" || label == "scope") owner += line + "\n";
    if (!label.empty()) is_told = label == "held by" || label == "cycle" || label == "weaken";
    if (is_told) block += WithoutRuns(line) + "\n";
  }
  end_finding();
  std::sort(blocks.begin(), blocks.end());
  std::string text;
  for (const std::string& each : blocks) text += each + "\n";
  return text;
}

}  // namespace memprof
