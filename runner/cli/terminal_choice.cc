// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/cli/terminal_choice.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace memprof {
namespace {

constexpr std::size_t kFewestColumns = 60;
constexpr std::size_t kMostColumns = 120;

/// VTE 0.50.0 took links and crashed at some.
constexpr int kVteWithLinks = 5001;

bool IsOn(const std::string& value) { return !value.empty() && value != "0"; }

bool IsDumb(const TerminalFacts& facts) { return facts.variable("TERM") == "dumb"; }

/// One that says nothing of itself may show our control sequences as text.
bool MovesCursor(const TerminalFacts& facts) {
  return facts.is_terminal && !IsDumb(facts) && !facts.variable("TERM").empty();
}

bool IsKnownToTakeLinks(const TerminalFacts& facts) {
  const std::string term = facts.variable("TERM");
  // Multiplexers hand on the variables of the terminal around them, and not always the links.
  if (term.starts_with("screen") || term.starts_with("tmux")) return false;
  constexpr std::array kPrograms = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"};
  const std::string program = facts.variable("TERM_PROGRAM");
  const auto is_program = [&program](const char* name) { return program == name; };
  if (std::any_of(kPrograms.begin(), kPrograms.end(), is_program)) return true;
  constexpr std::array kOwnVariables = {"KITTY_WINDOW_ID", "WT_SESSION", "DOMTERM"};
  const auto is_set = [&facts](const char* name) { return !facts.variable(name).empty(); };
  if (std::any_of(kOwnVariables.begin(), kOwnVariables.end(), is_set)) return true;
  if (term == "xterm-kitty" || term == "alacritty" || term.starts_with("foot")) return true;
  return std::atoi(facts.variable("VTE_VERSION").c_str()) >= kVteWithLinks;
}

}  // namespace

TerminalFacts FactsOf(int descriptor) {
  return {isatty(descriptor) != 0, [](const char* name) {
            const char* value = std::getenv(name);
            return std::string(value == nullptr ? "" : value);
          }};
}

bool ColorFor(const std::string& choice, const TerminalFacts& facts) {
  if (choice != "auto") return choice == "always";
  if (!facts.variable("NO_COLOR").empty()) return false;
  if (IsOn(facts.variable("CLICOLOR_FORCE")) || IsOn(facts.variable("FORCE_COLOR"))) return true;
  return MovesCursor(facts) && facts.variable("CLICOLOR") != "0";
}

bool HyperlinksFor(const std::string& choice, const TerminalFacts& facts) {
  if (choice != "auto") return choice == "always";
  const std::string forced = facts.variable("FORCE_HYPERLINK");
  if (!forced.empty()) return IsOn(forced);
  return facts.is_terminal && !IsDumb(facts) && IsKnownToTakeLinks(facts);
}

bool TakesLiveLine(const TerminalFacts& facts) { return MovesCursor(facts); }

std::size_t WithinReportColumns(std::size_t columns) {
  return std::clamp(columns, kFewestColumns, kMostColumns);
}

std::size_t ReportColumns(std::size_t otherwise) {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return otherwise;
  return WithinReportColumns(size.ws_col);
}

}  // namespace memprof
