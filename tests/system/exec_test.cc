// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// `memprof exec` and `memprof objects --pid`, on a program that is no test.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/report/json_reader.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

constexpr char kSource[] = "tests/programs/tracked_program.cc";

/// The number of the line of the program that has `mark`.
int LineOf(const std::string& mark) {
  const std::string text = ReadFile(std::string(MEMPROF_TEST_SOURCE "/") + kSource).value();
  const std::size_t at = text.find(mark);
  EXPECT_NE(at, std::string::npos) << mark;
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
}

struct Executed {
  int status = -1;
  std::string output;  ///< of the program
  std::string errors;  ///< of the program and of memprof
  bool has_report = false;
  Report report;
};

/// Runs a shell command that has $EXEC in it: memprof exec with --out.
Executed Shell(std::string command, const std::string& name = "exec") {
  const std::string out = FreshDirectory(name);
  Command run;
  run.set_environment = {{"EXEC", fmt::format("{} exec --source-root {} --out {} ",
                                              MEMPROF_TEST_CLI, MEMPROF_TEST_SOURCE, out)},
                         {"PROGRAM", ProgramPath("tracked_program")},
                         {"CLI", MEMPROF_TEST_CLI}};
  run.unset_environment = {"MEMPROF", "MEMPROF_SERVICE", "NO_COLOR"};
  run.arguments = {"/bin/sh", "-c",
                   fmt::format("({}) > {}/stdout 2> {}/stderr", command, out, out)};
  run.time_limit_s = 120;
  Executed executed;
  const Result<ProcessEnd> end = RunProcess(run);
  if (end && end->how == ProcessEnd::How::kExited) executed.status = end->code;
  executed.output = ReadFile(out + "/stdout").value();
  executed.errors = ReadFile(out + "/stderr").value();
  if (const Result<std::string> json = ReadFile(out + "/report.json"); json.ok()) {
    Result<Report> report = ReadReportJson(*json);
    EXPECT_TRUE(report.ok()) << report.error().message;
    if (report) executed.report = std::move(report).value();
    executed.has_report = report.ok();
  }
  return executed;
}

const Finding* FindingAt(const Report& report, FindingKind kind, int line) {
  for (const Finding& finding : report.findings) {
    if (finding.kind == kind && finding.location.line == line) return &finding;
  }
  return nullptr;
}

TEST(Exec, TellsWhatAProgramLostAndHeldAtItsLines) {
  const Executed executed = Shell("$EXEC -- $PROGRAM return 3");
  EXPECT_EQ(executed.status, 0);
  EXPECT_EQ(executed.output, "");
  ASSERT_TRUE(executed.has_report) << executed.errors;
  const Report& report = executed.report;
  EXPECT_NE(executed.errors.find("memprof: tracking PID "), std::string::npos);
  EXPECT_TRUE(report.tests.empty());
  const Finding* lost = FindingAt(report, FindingKind::kMemoryLeak, LineOf("// an Order"));
  ASSERT_NE(lost, nullptr) << executed.errors;
  EXPECT_EQ(lost->severity, Severity::kWarning);
  EXPECT_EQ(lost->location.file, kSource);
  EXPECT_EQ(lost->impact.total_bytes.value_or(0), 12 * 8);
  EXPECT_NE(lost->rerun.find("memprof exec -- "), std::string::npos) << lost->rerun;
  const auto held =
      std::find_if(report.findings.begin(), report.findings.end(),
                   [](const Finding& each) { return each.kind == FindingKind::kOneTimeRetention; });
  ASSERT_NE(held, report.findings.end()) << executed.errors;
  EXPECT_EQ(held->location.line, LineOf("// a Session"));
  ASSERT_TRUE(held->held_by.has_value());
  EXPECT_NE(held->held_by->symbol.find("g_sessions"), std::string::npos) << held->held_by->symbol;
  ASSERT_TRUE(report.process.has_value());
  EXPECT_EQ(report.process->end, "exited with status 0");
  ASSERT_EQ(report.process->handles.size(), 1u) << executed.errors;
  EXPECT_EQ(report.process->handles[0].targets, std::vector<std::string>{"/etc/hostname"});
  EXPECT_EQ(report.process->handles[0].at.line, LineOf("// left open"));
  EXPECT_GE(report.process->live_bytes.value_or(0), 3 << 20);
  EXPECT_GE(report.process->peak_bytes.value_or(0), report.process->live_bytes.value_or(0));
}

TEST(Exec, TheTerminalAndTheStatusAreTheProgramsOwn) {
  const Executed echo = Shell("echo hello | $EXEC --quiet -- $PROGRAM echo");
  EXPECT_EQ(echo.output, "hello\n");
  EXPECT_EQ(echo.errors, "own error\n");
  EXPECT_EQ(echo.status, 0);
  EXPECT_TRUE(echo.has_report);
}

struct EndRow {
  const char* name;
  const char* command;
  int status;
  const char* says;  ///< on standard error
};

class ExecEnd : public testing::TestWithParam<EndRow> {};

TEST_P(ExecEnd, IsSaidPlainly) {
  const EndRow& row = GetParam();
  const Executed executed = Shell(row.command);
  EXPECT_EQ(executed.status, row.status) << executed.errors;
  EXPECT_NE(executed.errors.find(row.says), std::string::npos) << executed.errors;
}

INSTANTIATE_TEST_SUITE_P(
    All, ExecEnd,
    testing::Values(
        EndRow{"OwnStatus", "$EXEC -- $PROGRAM exit7", 7, "exited with status 7"},
        EndRow{"FailOnLost", "$EXEC --fail-on warning -- $PROGRAM exit7", 1, "WARNING"},
        EndRow{"Crash", "$EXEC -- $PROGRAM crash", 128 + SIGSEGV, "was killed by SIGSEGV"},
        EndRow{"Killed", "$EXEC -- $PROGRAM killed", 128 + SIGKILL, "was killed by SIGKILL"},
        EndRow{"Interrupted", "$EXEC -- $PROGRAM interrupt", 128 + SIGINT, "was killed by SIGINT"},
        EndRow{"Hang", "$EXEC --timeout 1 -- $PROGRAM hang", 3, "was stopped after 1 s"},
        EndRow{"Fork", "$EXEC -- $PROGRAM fork", 0, "1 process that it made by fork"},
        EndRow{"Daemon", "$EXEC -- $PROGRAM daemon", 0, "it became a daemon"},
        EndRow{"Static", "$EXEC -- /sbin/ldconfig --version", 3, "is statically linked"},
        // Of another user where we may make it so, else one that is there.
        EndRow{"Setuid",
               "f=$(mktemp); cp $PROGRAM $f; if [ $(id -u) = 0 ]; then chown 65534 $f; "
               "chmod 4755 $f; else f=/usr/bin/passwd; fi; $EXEC -- $f",
               3, "runs with other privileges"},
        EndRow{"Missing", "$EXEC -- ./no_such_program", 3, "cannot be started: No such file"},
        EndRow{"Script", "printf '#!/bin/sh\\nexit 5\\n' > s.sh; chmod +x s.sh; $EXEC -- ./s.sh", 5,
               "is a script: what is tracked is its interpreter, /bin/sh"},
        EndRow{"Nothing", "$EXEC", 2, "name the program: memprof exec -- ./program"}),
    [](const auto& row) { return row.param.name; });

TEST(Exec, AProgramThatIsStoppedForItsTimeToldBeforeWhatItHeld) {
  const Executed executed = Shell("$EXEC --timeout 1 -- $PROGRAM hang 3");
  ASSERT_TRUE(executed.has_report) << executed.errors;
  EXPECT_NE(FindingAt(executed.report, FindingKind::kMemoryLeak, LineOf("// an Order")), nullptr)
      << executed.errors;
  EXPECT_GE(executed.report.process->live_bytes.value_or(0), 3 << 20);
  EXPECT_TRUE(executed.report.process->paused_ns.has_value());
}

TEST(Exec, AProgramThatASignalEndsToldBeforeWhatItHeld) {
  const Executed executed = Shell(
      "r=$(mktemp); f=$(mktemp -u); mkfifo $f; exec 3<>$f; rm $f; "
      "$EXEC -- $PROGRAM serve 3 <&3 > $r & "
      "for i in $(seq 100); do grep -q ready $r && break; sleep 0.1; done; rm $r; "
      "kill -TERM $!; wait $!");
  EXPECT_EQ(executed.status, 128 + SIGTERM);
  ASSERT_TRUE(executed.has_report) << executed.errors;
  EXPECT_EQ(executed.report.process->end, "was killed by SIGTERM");
  EXPECT_GE(executed.report.process->live_bytes.value_or(0), 3 << 20);
  EXPECT_TRUE(executed.report.process->paused_ns.has_value());
  EXPECT_TRUE(executed.report.not_measured.empty()) << executed.errors;
}

/// The program at work under memprof exec, with pipes to it.
class Served {
 public:
  explicit Served(const std::string& mebibytes) {
    int input[2];
    int output[2];
    if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0) return;
    const std::string out = FreshDirectory("served");
    const std::string program = ProgramPath("tracked_program");
    pid_ = fork();
    if (pid_ == 0) {
      dup2(input[0], STDIN_FILENO);
      dup2(output[1], STDOUT_FILENO);
      setenv("LD_PRELOAD", MEMPROF_TEST_PLUGIN, 1);
      setenv("MEMPROF_TRACE", "1", 1);
      setenv("MEMPROF_SERVICE", "1", 1);
      unsetenv("MEMPROF");
      execl(program.c_str(), program.c_str(), "serve", mebibytes.c_str(), nullptr);
      _exit(99);
    }
    close(input[0]);
    close(output[1]);
    to_ = input[1];
    from_ = output[0];
    ready_ = Line() == "ready";
  }
  ~Served() {
    close(to_);
    close(from_);
    int status = 0;
    if (pid_ > 0) waitpid(pid_, &status, 0);
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  bool Works() const { return write(to_, "\n", 1) == 1 && Line() == "worked 100"; }
  bool ready() const { return ready_; }
  pid_t pid() const { return pid_; }

 private:
  std::string Line() const {
    std::string line;
    for (char c = 0; line.size() < 100;) {
      pollfd waiting = {from_, POLLIN, 0};
      if (poll(&waiting, 1, 60000) <= 0 || read(from_, &c, 1) != 1 || c == '\n') break;
      line += c;
    }
    return line;
  }

  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  bool ready_ = false;
};

std::string ObjectsOf(pid_t pid, const std::string& options, int* status) {
  const std::string out = FreshDirectory("objects");
  Command command;
  command.arguments = {"/bin/sh", "-c",
                       fmt::format("{} objects --pid {} --source-root {} {}", MEMPROF_TEST_CLI, pid,
                                   MEMPROF_TEST_SOURCE, options)};
  command.output_path = out + "/output";
  command.time_limit_s = 120;
  const Result<ProcessEnd> end = RunProcess(command);
  *status = end && end->how == ProcessEnd::How::kExited ? end->code : -1;
  return ReadFile(command.output_path).value();
}

TEST(ObjectsPid, ARunningProcessTellsItsObjectsAndWorksOn) {
  const Served served("64");
  ASSERT_TRUE(served.ready());
  const std::string out = FreshDirectory("kept");
  int status = -1;
  const std::string text = ObjectsOf(served.pid(), "--out " + out, &status);
  EXPECT_EQ(status, 0) << text;
  EXPECT_NE(text.find("Session"), std::string::npos) << text;
  EXPECT_NE(text.find(fmt::format("{}:{}", kSource, LineOf("// a Session"))), std::string::npos)
      << text;
  EXPECT_TRUE(served.Works());
  const Result<std::string> json = ReadFile(out + "/report.json");
  ASSERT_TRUE(json.ok());
  const Result<Report> report = ReadReportJson(*json);
  ASSERT_TRUE(report.ok()) << report.error().message;
  ASSERT_TRUE(report->process.has_value());
  EXPECT_LT(report->process->paused_ns.value_or(1e18), 3e9);
  // 65,536 Sessions of 1 KiB and their vector, and what is told sums up to what is alive.
  ASSERT_EQ(report->profiles.size(), 1u);
  const Profile& profile = report->profiles[0];
  std::uint64_t sum = profile.other.kept_bytes;
  if (profile.left_out) sum += profile.left_out->kept_bytes;
  std::uint64_t sessions = 0;
  for (const ProfileSite& site : profile.sites) {
    sum += site.figures.kept_bytes;
    const bool is_session = site.type < profile.types.size() &&
                            profile.types[site.type].find("Session") != std::string::npos &&
                            site.figures.kept_blocks == 65536;
    if (is_session) sessions += site.figures.kept_bytes;
  }
  EXPECT_EQ(sessions, 64u << 20);
  EXPECT_EQ(static_cast<std::int64_t>(sum), report->process->live_bytes.value_or(0));
}

TEST(ObjectsPid, AnotherUserCannotConnect) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to be another user";
  const Served served("1");
  ASSERT_TRUE(served.ready());
  const std::string socket = fmt::format("/tmp/memprof-0/{}.sock", served.pid());
  struct stat status = {};
  ASSERT_EQ(stat(socket.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const pid_t other = fork();
  if (other == 0) {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(90);
    execl(MEMPROF_TEST_CLI, "memprof", "objects", "--pid", std::to_string(served.pid()).c_str(),
          nullptr);
    _exit(91);
  }
  int ended = 0;
  ASSERT_EQ(waitpid(other, &ended, 0), other);
  // Where that user may not even start our build, nothing is shown.
  if (WIFEXITED(ended) && WEXITSTATUS(ended) == 91) GTEST_SKIP() << "no other user may run memprof";
  EXPECT_EQ(WEXITSTATUS(ended), 3);
  EXPECT_TRUE(served.Works());
}

struct RefusedRow {
  const char* name;
  const char* command;  ///< prints what is to be asked
  const char* says;
};

class ObjectsPidRefused : public testing::TestWithParam<RefusedRow> {};

TEST_P(ObjectsPidRefused, SaysWhatWasSeen) {
  const Executed executed = Shell(GetParam().command);
  EXPECT_EQ(executed.status, 3) << executed.errors;
  EXPECT_NE(executed.errors.find(GetParam().says), std::string::npos) << executed.errors;
}

INSTANTIATE_TEST_SUITE_P(All, ObjectsPidRefused,
                         testing::Values(RefusedRow{"NoSuchProcess",
                                                    "$CLI objects --pid 2147483646",
                                                    "there is no process"},
                                         RefusedRow{"NotTracked", "$CLI objects --pid $$",
                                                    "has no tracker of memprof in it"}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace memprof
