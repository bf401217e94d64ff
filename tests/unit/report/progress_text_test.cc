// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/progress_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "runner/report/plain_text.h"

namespace memprof {
namespace {

ProgressState Triage() {
  ProgressState state;
  state.stage = "triage";
  state.number = 2;
  state.stages = 4;
  state.done = 37;
  state.total = 60;
  state.current = "Gallery.ShowsNewUploads";
  state.elapsed_s = 12.4;
  state.left_s = 18;
  return state;
}

TEST(ProgressText, LineLeavesOutWhatHasNoRoom) {
  struct Row {
    std::size_t columns;
    const char* line;
  };
  for (const Row& row : {
           Row{80, "[2/4] triage  37/60  0:12, about 20 s left  Gallery.ShowsNewUploads"},
           Row{60, "[2/4] triage  37/60  0:12, about 20 s left  Gallery…wUploads"},
           Row{54, "[2/4] triage  37/60  0:12, about 20 s left  Gall…loads"},
           Row{53, "[2/4] triage  37/60  0:12, about 20 s left"},
           Row{41, "[2/4] triage  37/60  0:12"},
           Row{20, "[2/4] triage  37/60"},
           Row{18, "[2/4] triage"},
           Row{6, "[2…age"},
           Row{1, "…"},
           Row{0, ""},
       }) {
    EXPECT_EQ(ProgressLine(Triage(), row.columns), row.line) << row.columns;
    EXPECT_LE(TerminalColumns(ProgressLine(Triage(), row.columns)), row.columns);
  }
}

TEST(ProgressText, LineSaysOnlyWhatIsKnown) {
  ProgressState state;
  state.stage = "screen";
  EXPECT_EQ(ProgressLine(state, 80), "screen  0:00");
  state.elapsed_s = 3723;
  state.done = 5;
  state.step = "one by one";
  EXPECT_EQ(ProgressLine(state, 80), "screen, one by one  5  1:02:03");
}

TEST(ProgressText, HostileNamesStayOneLineOfValidText) {
  for (const std::string_view name :
       {std::string_view("A.b\nc\x1b[2J"), std::string_view("A.\xff\xfe\xc3"),
        std::string_view("A.日本語日本語日本語日本語日本語日本語日本語"),
        std::string_view("A.\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600")}) {
    for (std::size_t columns = 0; columns < 80; ++columns) {
      ProgressState state = Triage();
      state.current = name;
      const std::string line = ProgressLine(state, columns);
      EXPECT_LE(TerminalColumns(line), columns);
      EXPECT_EQ(RepairUtf8(line), line);
      EXPECT_EQ(line.find_first_of("\n\r\x1b"), std::string::npos);
    }
  }
}

TEST(ProgressText, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(TerminalColumns("aé─日😀"), 7u);
  EXPECT_EQ(ShortenedInMiddle("日本語日本語", 7), "日…語");
  EXPECT_EQ(ShortenedInMiddle("日本語", 6), "日本語");
}

TEST(ProgressText, TimeLeftIsTooCoarseToFlicker) {
  struct Row {
    double seconds;
    const char* text;
  };
  for (const Row& row :
       {Row{0, "a few seconds left"}, Row{10, "a few seconds left"}, Row{10.1, "about 10 s left"},
        Row{11, "about 15 s left"}, Row{54.9, "about 55 s left"}, Row{55, "about 1 min left"},
        Row{89, "about 1 min left"}, Row{91, "about 2 min left"}, Row{3599, "about 1 h 0 min left"},
        Row{5400, "about 1 h 30 min left"}, Row{1e300, "about 100 h 0 min left"}}) {
    EXPECT_EQ(TimeLeftText(row.seconds), row.text) << row.seconds;
  }
}

TEST(ProgressText, NoteForLogsIsASentence) {
  ProgressState state = Triage();
  EXPECT_EQ(ProgressNote(state),
            "37 of 60 tests after 12 s, about 20 s left; now Gallery.ShowsNewUploads");
  state.step = "one by one";
  state.total = 0;
  state.left_s.reset();
  state.current.clear();
  EXPECT_EQ(ProgressNote(state), "one by one, 37 tests after 12 s");
}

}  // namespace
}  // namespace memprof
