// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// `memprof doctor` on this machine as it is, and on what can be spoilt of it for one process.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

using Environment = std::vector<std::pair<std::string, std::string>>;

struct Seen {
  std::string state;
  std::string seen;
  std::string advice;
};

struct Doctor {
  int exit_code = -1;
  std::string output;
  bool works = false;
  std::map<std::string, Seen> checks;

  std::string State(const std::string& id) const {
    const auto found = checks.find(id);
    return found != checks.end() ? found->second.state : "not checked";
  }
};

/// Runs the doctor, behind `before` (a command that starts another), and reads its JSON.
Doctor RunDoctor(std::vector<std::string> arguments, const Environment& environment = {},
                 const std::vector<std::string>& before = {}) {
  const std::string directory = FreshDirectory("doctor");
  Command command;
  command.arguments = before;
  command.arguments.insert(command.arguments.end(), {MEMPROF_TEST_CLI, "doctor"});
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.set_environment = environment;
  command.unset_environment = {"MEMPROF", "GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "LD_PRELOAD"};
  for (const auto& [name, value] : environment) std::erase(command.unset_environment, name);
  command.output_path = directory + "/doctor.txt";
  command.time_limit_s = 120;
  Doctor doctor;
  const Result<ProcessEnd> end = RunProcess(command);
  if (end && end->how == ProcessEnd::How::kExited) doctor.exit_code = end->code;
  const Result<std::string> output = ReadFile(command.output_path);
  if (output) doctor.output = output.value();
  const auto json = nlohmann::json::parse(doctor.output, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return doctor;
  doctor.works = json.at("works");
  for (const auto& check : json.at("checks")) {
    doctor.checks[check.at("id")] = {check.at("state"), check.at("seen"), check.at("do").dump()};
  }
  return doctor;
}

Doctor RunJson(std::vector<std::string> arguments, const Environment& environment = {},
               const std::vector<std::string>& before = {}) {
  arguments.insert(arguments.begin(), {"--format", "json"});
  return RunDoctor(std::move(arguments), environment, before);
}

TEST(Doctor, FindsNothingWrongWithThisMachineAndALinkedProgram) {
  const Doctor doctor = RunJson({ProgramPath("clean_lru_1000")});
  EXPECT_EQ(doctor.exit_code, 0);
  EXPECT_TRUE(doctor.works);
  for (const char* id :
       {"plugin", "output", "temporary", "ptrace", "lsan", "valgrind.massif", "valgrind.dhat",
        "valgrind.fds", "proc", "ld-preload", "ctest", "program", "malloc", "stream",
        "debug-information", "stacks", "program.lsan", "program.valgrind"}) {
    EXPECT_EQ(doctor.State(id), "ok") << id << "\n" << doctor.output;
  }
}

TEST(Doctor, FollowsAProgramWithoutMemprofByItsStream) {
  const Doctor doctor = RunJson({PlainPath("clean_lru_1000")});
  EXPECT_EQ(doctor.State("program"), "ok") << doctor.output;
  EXPECT_NE(doctor.checks.at("program").seen.find("preloaded"), std::string::npos);
  EXPECT_EQ(doctor.checks.at("stream").seen, "it is used");
}

struct SpoiltCase {
  const char* name;
  std::vector<std::string> arguments;
  Environment environment;
  std::vector<std::string> before;
  bool works;
  const char* id;
  const char* state;
  const char* seen;
  const char* advice;
};

TEST(Doctor, SaysOfEachThingThatIsMissingWhatWasSeenAndWhatToDo) {
  const SpoiltCase cases[] = {
      {"no Valgrind",
       {},
       {{"PATH", "/nowhere"}},
       {},
       true,
       "valgrind.massif",
       "missing",
       "valgrind is not installed",
       "apt-get install valgrind"},
      {"no CTest",
       {},
       {{"PATH", "/nowhere"}},
       {},
       true,
       "ctest",
       "missing",
       "not in PATH",
       "install cmake"},
      {"no liblsan",
       {"--lsan-library", "liblsan.so.none"},
       {},
       {},
       true,
       "lsan",
       "missing",
       "liblsan.so.none was not loaded",
       "liblsan0"},
      {"no ptrace: LeakSanitizer",
       {},
       {},
       {ProgramPath("no_ptrace")},
       true,
       "lsan",
       "missing",
       "could not check",
       "SYS_PTRACE"},
      {"no ptrace",
       {},
       {},
       {ProgramPath("no_ptrace")},
       true,
       "ptrace",
       "missing",
       "seccomp filter",
       "SYS_PTRACE"},
      {"no plugin",
       {"--plugin", "/nowhere.so"},
       {},
       {},
       false,
       "plugin",
       "missing",
       "/nowhere.so",
       "--plugin"},
      {"a plugin that is none",
       {"--plugin", "/etc/hostname"},
       {},
       {},
       false,
       "plugin",
       "missing",
       "cannot be preloaded",
       "this machine"},
      {"an output directory that cannot be made",
       {"--out", "/proc/memprof/out"},
       {},
       {},
       false,
       "output",
       "missing",
       "/proc",
       "--out"},
      {"few descriptors",
       {},
       {},
       {"/bin/sh", "-c", "ulimit -n 64; exec \"$0\" \"$@\""},
       true,
       "limits",
       "limited",
       "open files: 64",
       "ulimit -n"},
      {"LD_PRELOAD is set",
       {},
       {{"LD_PRELOAD", "libm.so.6"}},
       {},
       true,
       "ld-preload",
       "limited",
       "libm.so.6",
       "unset"},
      {"no GoogleTest program",
       {"/bin/ls"},
       {},
       {},
       false,
       "program",
       "missing",
       "was not started",
       "test binary"},
      {"no program",
       {"/nowhere/foo_test"},
       {},
       {},
       false,
       "program",
       "missing",
       "there is no",
       "build it"},
  };
  for (const SpoiltCase& row : cases) {
    SCOPED_TRACE(row.name);
    Environment environment = row.environment;
    // Where Valgrind is not found it takes no time.
    if (environment.empty()) environment = {{"PATH", "/nowhere"}};
    const Doctor doctor = RunJson(row.arguments, environment, row.before);
    EXPECT_EQ(doctor.exit_code, row.works ? 0 : 3) << doctor.output;
    EXPECT_EQ(doctor.works, row.works);
    ASSERT_EQ(doctor.State(row.id), row.state) << doctor.output;
    EXPECT_NE(doctor.checks.at(row.id).seen.find(row.seen), std::string::npos)
        << doctor.checks.at(row.id).seen;
    EXPECT_NE(doctor.checks.at(row.id).advice.find(row.advice), std::string::npos)
        << doctor.checks.at(row.id).advice;
  }
}

struct BuildCase {
  const char* name;
  const char* flags;  ///< of the linker
  bool works;
  std::vector<std::pair<std::string, std::string>> states;
  const char* id;
  const char* seen;
};

TEST(Doctor, TellsHowAProgramWasBuilt) {
  const std::string directory = FreshDirectory("doctor_builds");
  std::ofstream(directory + "/a.cc") << "#include <gtest/gtest.h>\nTEST(A, B) {}\n";
  const auto shell = [&](const std::string& line) {
    return std::system(fmt::format("cd '{}' && {} >> log 2>&1", directory, line).c_str());
  };
  ASSERT_EQ(shell(std::string(MEMPROF_TEST_CXX) + " -g -gsplit-dwarf -c a.cc"), 0);
  const BuildCase cases[] = {
      {"split", "", true, {{"debug-information", "ok"}, {"stacks", "ok"}}, "malloc", "libc.so"},
      {"stripped",
       "-s",
       true,
       {{"debug-information", "limited"}, {"stacks", "ok"}},
       "debug-information",
       "none in the file"},
      {"static", "-static", false, {{"malloc", "not checked"}}, "program", "statically linked"},
      {"jemalloc",
       "-Wl,--no-as-needed -ljemalloc",
       true,
       {{"malloc", "ok"}},
       "malloc",
       "libjemalloc.so.2"},
  };
  for (const BuildCase& row : cases) {
    SCOPED_TRACE(row.name);
    // Without the static library, or Debian's libjemalloc-dev.
    if (shell(fmt::format("{} a.o -o {} -lgtest -lgtest_main {}", MEMPROF_TEST_CXX, row.name,
                          row.flags)) != 0) {
      fmt::print("{} is left out: it cannot be linked here\n", row.name);
      continue;
    }
    const Doctor doctor = RunJson({fmt::format("{}/{}", directory, row.name)});
    EXPECT_EQ(doctor.works, row.works) << doctor.output;
    for (const auto& [id, state] : row.states) {
      EXPECT_EQ(doctor.State(id), state) << id << "\n" << doctor.output;
    }
    ASSERT_TRUE(doctor.checks.contains(row.id)) << doctor.output;
    EXPECT_NE(doctor.checks.at(row.id).seen.find(row.seen), std::string::npos)
        << doctor.checks.at(row.id).seen;
  }
  fs::remove(directory + "/a.dwo");
  const Doctor doctor = RunJson({directory + "/split"});
  EXPECT_EQ(doctor.State("debug-information"), "limited") << doctor.output;
}

TEST(Doctor, PaintsOnlyWhereThatIsWanted) {
  const Environment none = {{"NO_COLOR", "1"}, {"PATH", "/nowhere"}};
  const Environment forced = {{"FORCE_COLOR", "1"}, {"PATH", "/nowhere"}};
  EXPECT_EQ(RunDoctor({}, none).output.find('\x1b'), std::string::npos);
  EXPECT_NE(RunDoctor({}, forced).output.find("\x1b["), std::string::npos);
}

TEST(Doctor, LeavesNothingBehind) {
  const std::string directory = FreshDirectory("doctor_tmp");
  const std::string out = directory + "/out";
  fs::create_directory(directory + "/tmp");
  EXPECT_EQ(RunDoctor({"--out", out}, {{"TMPDIR", directory + "/tmp"}}).exit_code, 0);
  EXPECT_TRUE(fs::is_empty(directory + "/tmp"));
  EXPECT_FALSE(fs::exists(out));
}

}  // namespace
}  // namespace memprof
