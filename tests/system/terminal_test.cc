// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// The driver on a real pseudo terminal: what it writes is played on a screen of one line.
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/report/plain_text.h"
#include "runner/report/progress_text.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// Lines as they stood when they were left, and as they were between; a terminal of that width.
struct Screen {
  std::vector<std::string> left;   ///< ended by a line feed
  std::vector<std::string> drawn;  ///< written over or cleared
  std::string last;                ///< where the cursor is in the end
  std::size_t widest = 0;          ///< of the drawn ones
};

Screen Play(std::string_view text) {
  Screen screen;
  std::string line;
  bool at_start = false;
  const auto over = [&] {
    if (!line.empty()) screen.drawn.push_back(line);
    screen.widest = std::max(screen.widest, TerminalColumns(line));
    line.clear();
    at_start = false;
  };
  constexpr std::string_view kErase = "\x1b[K";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      screen.left.push_back(line);
      line.clear();
      at_start = false;
    } else if (text[i] == '\r') {
      at_start = i + 1 < text.size() && text[i + 1] != '\n';
    } else if (text.substr(i).starts_with(kErase)) {
      if (at_start) over();
      i += kErase.size() - 1;
    } else {
      if (at_start) over();
      line += text[i];
    }
  }
  screen.last = line;
  return screen;
}

struct Session {
  std::string text;
  int status = -1;  ///< exit status
};

/// Runs the driver with stdin, stdout and stderr on a terminal of `columns`. With `interrupt`,
/// Ctrl-C is typed as soon as that text was written.
Session RunOnTerminal(int columns, const std::vector<std::string>& arguments,
                      const std::vector<std::pair<std::string, std::string>>& environment,
                      const std::string& interrupt = "") {
  winsize size = {};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = 24;
  int terminal = -1;
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, &size);
  if (pid == 0) {
    for (const char* name : {"NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR"}) unsetenv(name);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> pointers;
    static std::string program = MEMPROF_TEST_CLI;
    pointers.push_back(program.data());
    for (const std::string& argument : arguments) {
      pointers.push_back(const_cast<char*>(argument.c_str()));
    }
    pointers.push_back(nullptr);
    execv(program.c_str(), pointers.data());
    _exit(127);
  }
  Session session;
  bool typed = interrupt.empty();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  char buffer[4096];
  while (std::chrono::steady_clock::now() < end) {
    pollfd wait = {terminal, POLLIN, 0};
    if (poll(&wait, 1, 1000) == 0) continue;
    const ssize_t bytes = read(terminal, buffer, sizeof buffer);
    if (bytes <= 0) break;  // EIO: nobody is left on the other side
    session.text.append(buffer, static_cast<std::size_t>(bytes));
    if (!typed && session.text.find(interrupt) != std::string::npos) {
      typed = write(terminal, "\x03", 1) == 1;
    }
  }
  int status = 0;
  if (waitpid(pid, &status, WNOHANG) == 0 && poll(nullptr, 0, 1000) == 0 &&
      waitpid(pid, &status, WNOHANG) == 0) {
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
  }
  if (WIFEXITED(status)) session.status = WEXITSTATUS(status);
  close(terminal);
  return session;
}

std::vector<std::string> RunOf(const std::string& name, const std::string& program) {
  return {"run",
          "--out",
          FreshDirectory("terminal_" + name),
          "--source-root",
          MEMPROF_TEST_SOURCE,
          "--tools",
          "lsan",
          "--format",
          "json",
          "-j",
          "2",
          "--",
          program};
}

TEST(OnATerminal, TheLineNeverWrapsAndLeavesNothingBehindAndTheReportFits) {
  const Session session = RunOnTerminal(72, RunOf("narrow", ExamplePath("lost_owner_leak")),
                                        {{"TERM", "xterm-256color"}});
  EXPECT_EQ(session.status, 1) << session.text;
  const Screen screen = Play(session.text);
  EXPECT_LT(screen.widest, 72u);
  EXPECT_GT(screen.drawn.size(), 2u) << session.text;
  EXPECT_EQ(screen.last, "");
  const auto drawn = [&](std::string_view start) {
    return std::any_of(screen.drawn.begin(), screen.drawn.end(),
                       [&](const std::string& line) { return line.starts_with(start); });
  };
  EXPECT_TRUE(drawn("[1/4] screen")) << session.text;
  EXPECT_TRUE(drawn("[2/4] triage")) << session.text;
  for (const std::string& line : screen.left) {
    EXPECT_FALSE(line.starts_with("[")) << line << ": a line that was to be written over";
  }
  EXPECT_NE(session.text.find("\x1b[1;31mCRITICAL"), std::string::npos);
  for (const std::string& left : screen.left) {
    const std::string line = StripAnsi(left);
    // Commands are not broken, so that they can be copied, and neither are lines of a diff.
    const bool text = line.starts_with("  ") && !line.starts_with("            ");
    if (!text || line.starts_with("  rerun")) continue;
    EXPECT_LE(DisplayWidth(line), 72u) << line;
  }
}

TEST(OnATerminal, ADumbOneGetsPlainLines) {
  const Session session =
      RunOnTerminal(80, RunOf("dumb", ExamplePath("lost_owner_fixed")), {{"TERM", "dumb"}});
  EXPECT_EQ(session.status, 0) << session.text;
  EXPECT_EQ(session.text.find('\x1b'), std::string::npos) << session.text;
  EXPECT_NE(session.text.find("memprof: [1/4] screen: running"), std::string::npos);
}

TEST(OnATerminal, QuietSaysNothingButTheReport) {
  std::vector<std::string> arguments = RunOf("quiet", ExamplePath("lost_owner_fixed"));
  arguments.insert(arguments.begin() + 1, "-q");
  const Session session = RunOnTerminal(80, arguments, {{"TERM", "xterm"}, {"NO_COLOR", "1"}});
  EXPECT_TRUE(session.text.starts_with("memprof: ")) << session.text;
  EXPECT_EQ(session.text.find("memprof: ["), std::string::npos) << session.text;
  EXPECT_EQ(session.text.find("reports are in"), std::string::npos);
  EXPECT_EQ(session.text.find('\x1b'), std::string::npos);
}

TEST(OnATerminal, CtrlCInAStageTakesTheLineAway) {
  const Session session = RunOnTerminal(80, RunOf("interrupt", ProgramPath("hostile_hang")),
                                        {{"TERM", "xterm"}, {"NO_COLOR", "1"}}, "Hang.");
  EXPECT_EQ(session.status, 130) << session.text;
  const Screen screen = Play(session.text);
  EXPECT_EQ(screen.last, "");
  for (const std::string& line : screen.left) {
    EXPECT_FALSE(line.starts_with("[1/4]")) << line;
  }
  EXPECT_NE(session.text.find("nterrupted"), std::string::npos);
}

}  // namespace
}  // namespace memprof
