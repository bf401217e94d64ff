// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/xml_text.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "runner/report/plain_text.h"

namespace memprof {
namespace {

using namespace std::string_literals;

#define BAD "\xEF\xBF\xBD"  // U+FFFD

TEST(XmlText, WhatXmlForbidsIsReplaced) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"plain", "plain"},
      {"tab\tand\nline\r\nend", "tab\tand\nline\r\nend"},
      {"markup <b> & \"q\" ]]>", "markup <b> & \"q\" ]]>"},  // escaped by the writer, later
      {"nul\0byte"s, "nul" BAD "byte"},
      {"\x01\x0b\x1f", BAD BAD BAD},
      {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x9b", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x9b"},
      {"lone \x80 \xff", "lone " BAD " " BAD},
      {"cut \xe2\x82", "cut " BAD BAD},
      {"overlong \xc0\xaf", "overlong " BAD BAD},
      {"surrogate \xed\xa0\x80", "surrogate " BAD BAD BAD},
      {"beyond \xf4\x90\x80\x80", "beyond " BAD BAD BAD BAD},
      {"nonchar \xef\xbf\xbe \xef\xbf\xbf", "nonchar " BAD " " BAD},
      {"", ""},
  };
  for (const auto& [in, out] : rows) EXPECT_EQ(XmlText(in), out);
}

TEST(XmlText, EscapesOfTerminalsAreGone) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"\x1b[31mred\x1b[0m", "red"},
      {"\x1b[1;38;5;200mx\x1b[K", "x"},
      {"\x1b]0;title\ax", "x"},
      {"\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "link"},
      {"\x1b(Bx\x1b"
       "7y",
       "xy"},
      {"never closed \x1b]title\nnext", "never closed \nnext"},
      {"cut \x1b", "cut "},
      {"cut \x1b[31", "cut "},
      {"\x1b[3\nx", "\nx"},
  };
  for (const auto& [in, out] : rows) EXPECT_EQ(XmlText(in), out);
}

TEST(XmlText, AttributesAreOneLine) {
  EXPECT_EQ(XmlAttribute(" a\n\tb\x01 c\x1b[0m \n"), "a b  c");
  EXPECT_EQ(XmlAttribute("\n\n"), "");
  EXPECT_EQ(XmlAttribute("x\xffy"), "x" BAD "y");
}

TEST(PlainText, LinesKeepTheirIndentation) {
  EXPECT_EQ(PlainLines("-  a\n\tb\n\n    c\x1b[0m"),
            (std::vector<std::string>{"-  a", "    b", "", "    c"}));
  EXPECT_TRUE(PlainLines("").empty());
}

TEST(PlainText, ShorteningCountsCharactersAndNotBytes) {
  EXPECT_EQ(Shortened("caf\xc3\xa9", 4), "caf\xc3\xa9");
  EXPECT_EQ(Shortened("caf\xc3\xa9s", 4), "caf…");
  EXPECT_EQ(DisplayWidth("caf\xc3\xa9"), 4u);
}

}  // namespace
}  // namespace memprof
