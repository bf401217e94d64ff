// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Searches texts with regular expressions, formats tables with streams, and builds long strings
// whose size is known beforehand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <iomanip>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::string LogText(int lines) {
  std::ostringstream out;
  for (int i = 0; i < lines; ++i) {
    out << "2024-05-" << std::setw(2) << std::setfill('0') << 1 + i % 28 << " host" << i % 7
        << " request " << i << " took " << i * 37 % 900 << " ms\n";
  }
  return out.str();
}

TEST(Regex, TimesInALog) {
  const std::string log = LogText(400);
  const std::regex took("request ([0-9]+) took ([0-9]+) ms");
  long total = 0;
  for (std::sregex_iterator match(log.begin(), log.end(), took), end; match != end; ++match) {
    total += std::stol((*match)[2]);
  }
  EXPECT_EQ(total, 176100);
}

TEST(Regex, HostsAreReplaced) {
  const std::string log = LogText(300);
  const std::string replaced = std::regex_replace(log, std::regex("host[0-9]"), "server");
  EXPECT_EQ(replaced.find("host"), std::string::npos);
}

TEST(Words, CountedOnce) {
  std::istringstream in(LogText(1000));
  std::map<std::string, int> counts;
  std::string word;
  while (in >> word) ++counts[word];
  EXPECT_EQ(counts.at("took"), 1000);
}

TEST(Words, SplitIntoViews) {
  const std::string log = LogText(2000);
  std::vector<std::string_view> lines;
  lines.reserve(static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n')));
  for (std::size_t at = 0; at < log.size();) {
    const std::size_t end = log.find('\n', at);
    lines.push_back(std::string_view(log).substr(at, end - at));
    at = end + 1;
  }
  EXPECT_EQ(lines.size(), 2000u);
}

TEST(Text, BuiltWithAReserve) {
  constexpr std::string_view kPiece = "a piece of some length; ";
  for (int round = 0; round < 20; ++round) {
    std::string text;
    text.reserve(2000 * kPiece.size());
    for (int i = 0; i < 2000; ++i) text += kPiece;
    ASSERT_EQ(text.size(), 2000 * kPiece.size());
  }
}

TEST(Text, ParagraphsInCapitals) {
  std::string text = LogText(3000);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  EXPECT_NE(text.find("REQUEST 2999 TOOK"), std::string::npos);
}

TEST(Tables, FormattedByStreams) {
  std::ostringstream table;
  table << std::fixed << std::setprecision(3);
  for (int row = 0; row < 1500; ++row) {
    table << std::left << std::setw(20) << "row" << std::right;
    for (int column = 0; column < 8; ++column) table << std::setw(12) << row * 0.25 * column;
    table << '\n';
  }
  EXPECT_EQ(table.str().size(), 1500u * (20 + 8 * 12 + 1));
}

TEST(Tables, ACellAtATime) {
  std::size_t characters = 0;
  for (int i = 0; i < 4000; ++i) {
    std::ostringstream cell;
    cell << "cell " << std::hex << i << ": " << std::setw(8) << i % 97;
    characters += cell.str().size();
  }
  EXPECT_GT(characters, 60000u);
}

}  // namespace
