// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_TERMINAL_CHOICE_H_
#define MEMPROF_RUNNER_CLI_TERMINAL_CHOICE_H_

#include <cstddef>
#include <functional>
#include <string>

namespace memprof {

/// What a stream is written to, as far as that decides how text may look.
struct TerminalFacts {
  bool is_terminal = false;
  /// The value of an environment variable; empty where it is not set. Must not be null.
  std::function<std::string(const char*)> variable;
};

/// Of one of this process's own descriptors.
TerminalFacts FactsOf(int descriptor);

/// Whether text gets colours. `choice` is "always", "never" or "auto"; that means none with
/// NO_COLOR (no-color.org), always with CLICOLOR_FORCE (bixense.com/clicolors) or FORCE_COLOR
/// (force-color.org), else on terminals other than TERM=dumb, unless CLICOLOR is 0.
bool ColorFor(const std::string& choice, const TerminalFacts& facts);

/// Whether text gets links (OSC 8). "auto" means on terminals that are known to take them: the
/// others may print what they do not know. FORCE_HYPERLINK says 1 or 0 to that.
bool HyperlinksFor(const std::string& choice, const TerminalFacts& facts);

/// Whether a line may be written over there.
bool TakesLiveLine(const TerminalFacts& facts);

/// Columns of stdout's terminal, within what a report can be read in; `otherwise` where it is none.
std::size_t ReportColumns(std::size_t otherwise);

/// What a terminal of `columns` columns can be given: 60 at least, or figures and places fall
/// apart, and 120 at most, as longer lines are hard to read.
std::size_t WithinReportColumns(std::size_t columns);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_TERMINAL_CHOICE_H_
