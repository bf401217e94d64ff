// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/terminal_choice.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace memprof {
namespace {

using Variables = std::map<std::string, std::string>;

TerminalFacts Facts(bool is_terminal, const Variables& variables) {
  return {is_terminal, [variables](const char* name) {
            const auto found = variables.find(name);
            return found == variables.end() ? std::string() : found->second;
          }};
}

TEST(TerminalChoice, ColorAsTheEnvironmentHasIt) {
  struct Row {
    const char* choice;
    bool is_terminal;
    Variables variables;
    bool wanted;
  };
  for (const Row& row : {
           Row{"auto", true, {{"TERM", "xterm"}}, true},
           Row{"auto", false, {{"TERM", "xterm"}}, false},
           Row{"auto", true, {{"TERM", "dumb"}}, false},
           Row{"auto", true, {{"NO_COLOR", "1"}, {"TERM", "xterm"}}, false},
           Row{"auto", true, {{"NO_COLOR", ""}, {"TERM", "xterm"}}, true},
           Row{"auto", true, {}, false},
           Row{"auto", true, {{"CLICOLOR", "0"}, {"TERM", "xterm"}}, false},
           Row{"auto", false, {{"CLICOLOR_FORCE", "1"}}, true},
           Row{"auto", false, {{"CLICOLOR_FORCE", "0"}}, false},
           Row{"auto", false, {{"FORCE_COLOR", "1"}}, true},
           Row{"auto", false, {{"FORCE_COLOR", "1"}, {"NO_COLOR", "1"}}, false},
           Row{"always", false, {{"NO_COLOR", "1"}}, true},
           Row{"never", true, {{"FORCE_COLOR", "1"}}, false},
       }) {
    EXPECT_EQ(ColorFor(row.choice, Facts(row.is_terminal, row.variables)), row.wanted)
        << row.choice << row.is_terminal
        << (row.variables.empty() ? "" : row.variables.begin()->first);
  }
}

TEST(TerminalChoice, HyperlinksWhereTheTerminalIsKnown) {
  struct Row {
    Variables variables;
    bool wanted;
  };
  for (const Row& row : {
           Row{{{"TERM", "xterm-256color"}}, false},
           Row{{{"VTE_VERSION", "7006"}}, true},
           Row{{{"VTE_VERSION", "5000"}}, false},
           Row{{{"TERM_PROGRAM", "iTerm.app"}}, true},
           Row{{{"TERM_PROGRAM", "vscode"}}, true},
           Row{{{"TERM_PROGRAM", "WezTerm"}}, true},
           Row{{{"TERM_PROGRAM", "Apple_Terminal"}}, false},
           Row{{{"KITTY_WINDOW_ID", "1"}}, true},
           Row{{{"WT_SESSION", "guid"}}, true},
           Row{{{"DOMTERM", "v"}}, true},
           Row{{{"VTE_VERSION", "7006"}, {"TERM", "screen-256color"}}, false},
           Row{{{"VTE_VERSION", "7006"}, {"TERM", "dumb"}}, false},
           Row{{{"FORCE_HYPERLINK", "1"}}, true},
           Row{{{"FORCE_HYPERLINK", "0"}, {"WT_SESSION", "guid"}}, false},
       }) {
    EXPECT_EQ(HyperlinksFor("auto", Facts(true, row.variables)), row.wanted)
        << row.variables.begin()->first << "=" << row.variables.begin()->second;
  }
  EXPECT_FALSE(HyperlinksFor("auto", Facts(false, {{"WT_SESSION", "guid"}})));
  EXPECT_TRUE(HyperlinksFor("always", Facts(false, {})));
  EXPECT_FALSE(HyperlinksFor("never", Facts(true, {{"WT_SESSION", "guid"}})));
}

TEST(TerminalChoice, DumbTerminalsTakeNoLiveLine) {
  EXPECT_TRUE(TakesLiveLine(Facts(true, {{"TERM", "xterm"}})));
  EXPECT_FALSE(TakesLiveLine(Facts(true, {{"TERM", "dumb"}})));
  EXPECT_FALSE(TakesLiveLine(Facts(true, {})));
  EXPECT_FALSE(TakesLiveLine(Facts(false, {{"TERM", "xterm"}})));
}

TEST(TerminalChoice, ReportsStayReadableOnOddTerminals) {
  EXPECT_EQ(WithinReportColumns(20), 60u);
  EXPECT_EQ(WithinReportColumns(80), 80u);
  EXPECT_EQ(WithinReportColumns(400), 120u);
}

}  // namespace
}  // namespace memprof
