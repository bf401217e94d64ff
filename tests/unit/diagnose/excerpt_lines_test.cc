// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/excerpt_lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

/// "1\n2\n…"
std::string Numbered(int lines) {
  std::string text;
  for (int line = 1; line <= lines; ++line) text += std::to_string(line) + "\n";
  return text;
}

/// "3-11 20-21" of the excerpts, which must have Numbered() lines.
std::string RangesOf(const std::vector<SourceExcerpt>& excerpts) {
  std::string text;
  for (const SourceExcerpt& excerpt : excerpts) {
    int line = excerpt.first_line;
    for (const std::string& each : excerpt.lines) EXPECT_EQ(each, std::to_string(line++));
    text += (text.empty() ? "" : " ") + std::to_string(excerpt.first_line) + "-" +
            std::to_string(line - 1);
  }
  return text;
}

TEST(ExcerptLines, FourLinesAroundEachAreShown) {
  struct Row {
    std::set<int> lines;
    int of;
    std::string ranges;
  };
  const std::vector<Row> rows = {
      {{}, 20, ""},
      {{7}, 20, "3-11"},
      {{1}, 20, "1-5"},
      {{20}, 20, "16-20"},
      {{21}, 20, ""},         // the file was longer once
      {{7, 16}, 30, "3-20"},  // they touch
      {{7, 17}, 30, "3-21"},  // a gap of one line is closed
      {{7, 18}, 30, "3-11 14-22"},
      {{7, 8, 9}, 30, "3-13"},
      {{1}, 0, ""},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<SourceExcerpt> excerpts;
    std::size_t bytes_left = 1000;
    CutExcerpts({"a.cc", rows[i].lines}, Numbered(rows[i].of), &bytes_left, &excerpts);
    EXPECT_EQ(RangesOf(excerpts), rows[i].ranges) << "row " << i;
  }
}

TEST(ExcerptLines, TextThatFindsNoRoomIsLeftOut) {
  std::vector<SourceExcerpt> excerpts;
  std::size_t bytes_left = 10;  // five lines of one digit
  CutExcerpts({"a.cc", {5}}, Numbered(20), &bytes_left, &excerpts);
  EXPECT_EQ(RangesOf(excerpts), "1-5");
  EXPECT_EQ(bytes_left, 0u);
}

TEST(ExcerptLines, LongLinesAreCutBetweenCharactersAndLineEndsAreTakenOff) {
  std::vector<SourceExcerpt> excerpts;
  std::size_t bytes_left = 10'000;
  const std::string tail = "\xc3\xa9\xc3\xa9";  // two bytes each
  const std::string start(kLongestExcerptLine - 1, 'x');
  CutExcerpts({"a.cc", {1}}, start + tail + "\r\nend\r\n", &bytes_left, &excerpts);
  ASSERT_EQ(excerpts.size(), 1u);
  EXPECT_EQ(excerpts[0].lines, (std::vector<std::string>{start, "end"}));
}

TEST(ExcerptLines, FilesOfFindingsComeBeforeThoseOfFigures) {
  std::vector<std::string> files;
  std::set<int> consolidation;
  for (const NamedLines& named : LinesToShow(SampleReport())) {
    files.push_back(named.file);
    if (named.file == "src/consolidation.cpp") consolidation = named.lines;
  }
  EXPECT_EQ(files, (std::vector<std::string>{"src/consolidation.cpp", "src/report.cpp",
                                             "tests/cache_test.cpp", "src/core/name.cpp",
                                             "src/graph.cpp", "src/graph.h", "src/join.cpp",
                                             "tests/format_test.cpp", "tests/main.cpp"}));
  EXPECT_EQ(consolidation, (std::set<int>{12, 83, 88})) << "holder, figures, finding";
}

TEST(ExcerptLines, PartsOfOneFileAreJoined) {
  std::vector<SourceExcerpt> excerpts = {{"a.cc", 1, {"1", "2", "3"}}, {"b.cc", 1, {"1"}}};
  AddExcerpts({{"a.cc", 3, {"other", "4"}}, {"a.cc", 9, {"9"}}, {"c.cc", 2, {"2"}}}, &excerpts);
  const std::vector<SourceExcerpt> expected = {{"a.cc", 1, {"1", "2", "3", "4"}},
                                               {"a.cc", 9, {"9"}},
                                               {"b.cc", 1, {"1"}},
                                               {"c.cc", 2, {"2"}}};
  EXPECT_EQ(excerpts, expected);
}

}  // namespace
}  // namespace memprof
