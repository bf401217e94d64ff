// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// `memprof dump` on records that the real plugin wrote.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

struct Dumped {
  int exit_code = -1;
  std::vector<nlohmann::json> lines;
  std::string error;  ///< stderr

  std::map<std::string, int> CountOfTypes() const {
    std::map<std::string, int> counts;
    for (const auto& line : lines) ++counts[line.value("type", "")];
    return counts;
  }
};

/// Runs a line of shell in `out`, `$memprof` being the driver. -1 where it did not exit.
int Shell(const std::string& out, const std::string& line) {
  Command command;
  command.arguments = {"/bin/sh", "-c", "cd \"$out\" && " + line};
  command.output_path = out + "/shell.txt";
  command.set_environment = {{"out", out}, {"memprof", MEMPROF_TEST_CLI}};
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                               "MEMPROF"};
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  EXPECT_TRUE(end.ok());
  return end.ok() && end->how == ProcessEnd::How::kExited ? end->code : -1;
}

/// Records a run of a program in `out`/a.rec.
void Record(const std::string& out, const std::string& program, const std::string& flags = "") {
  Shell(out, fmt::format("MEMPROF_RECORD=\"$out/a.rec\" '{}' {}", ProgramPath(program), flags));
  ASSERT_TRUE(std::filesystem::exists(out + "/a.rec"));
}

Dumped Dump(const std::string& out, const std::string& file) {
  Dumped dumped;
  dumped.exit_code = Shell(out, fmt::format("\"$memprof\" dump {} > lines 2> error", file));
  dumped.error = ReadFile(out + "/error").value();
  std::istringstream lines(ReadFile(out + "/lines").value());
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
    dumped.lines.push_back(nlohmann::json::parse(line, nullptr, false));
  }
  return dumped;
}

TEST(Dump, OfARunHasALineForEachTestThatEnded) {
  const std::string out = FreshDirectory("dump_whole");
  Record(out, "clean_param_typed", "--gtest_repeat=3");
  const Dumped dumped = Dump(out, "a.rec");
  EXPECT_EQ(dumped.exit_code, 0) << dumped.error;
  EXPECT_EQ(dumped.error, "");
  ASSERT_GT(dumped.lines.size(), 2u);
  EXPECT_EQ(dumped.lines[0]["type"], "file_header");
  EXPECT_EQ(dumped.lines[0]["schema_version"], 1);
  EXPECT_EQ(dumped.lines[1]["type"], "hello");
  EXPECT_EQ(dumped.lines[1]["executable"], ProgramPath("clean_param_typed"));
  std::map<std::string, int> counts = dumped.CountOfTypes();
  EXPECT_GT(counts["test_info"], 0);
  EXPECT_EQ(counts["test_start"], 3 * counts["test_info"]);
  EXPECT_EQ(counts["test_end"], 3 * counts["test_info"]);
  EXPECT_EQ(counts["iteration_end"], 3);
  EXPECT_EQ(counts["program_end"], 1);
}

TEST(Dump, OfAFullTraceHasEveryOriginBeforeItsSurvivors) {
  const std::string out = FreshDirectory("dump_trace");
  ASSERT_EQ(Shell(out, fmt::format("MEMPROF_TRACE=1 MEMPROF_RECORD=\"$out/a.rec\" '{}' "
                                   "--gtest_repeat=2",
                                   ProgramPath("clean_param_typed"))),
            0);
  const Dumped dumped = Dump(out, "a.rec");
  EXPECT_EQ(dumped.exit_code, 0) << dumped.error;
  ASSERT_GT(dumped.lines.size(), 1u);
  EXPECT_EQ(dumped.lines[1].value("trace_mode", ""), "full_trace");
  std::set<int> origins;
  for (const auto& line : dumped.lines) {
    if (line["type"] == "origin") origins.insert(line["id"].get<int>());
    if (line["type"] != "survivors") continue;
    EXPECT_FALSE(line["amounts"].empty());
    for (const auto& amount : line["amounts"]) {
      EXPECT_EQ(origins.count(amount["origin"].get<int>()), 1u) << amount;
    }
  }
  std::map<std::string, int> counts = dumped.CountOfTypes();
  EXPECT_GT(counts["stack"], 0);
  EXPECT_GT(counts["survivors"], 0);
  EXPECT_EQ(counts["trace_state"], 2);
}

TEST(Dump, OfATruncatedFilePrintsWhatIsThereAndFails) {
  const std::string out = FreshDirectory("dump_cut");
  Record(out, "clean_param_typed");
  const Dumped whole = Dump(out, "a.rec");
  ASSERT_EQ(Shell(out, "head -c 700 a.rec > cut.rec"), 0);
  const Dumped cut = Dump(out, "cut.rec");
  EXPECT_EQ(cut.exit_code, 3);
  EXPECT_NE(cut.error.find("cut.rec: "), std::string::npos) << cut.error;
  EXPECT_NE(cut.error.find(fmt::format("the {} records before it", cut.lines.size() - 1)),
            std::string::npos)
      << cut.error;
  ASSERT_GT(cut.lines.size(), 2u);
  ASSERT_LT(cut.lines.size(), whole.lines.size());
  for (std::size_t i = 0; i < cut.lines.size(); ++i) EXPECT_EQ(cut.lines[i], whole.lines[i]);
}

TEST(Dump, OfAProcessThatWasKilledIsWhole) {
  const std::string out = FreshDirectory("dump_killed");
  Record(out, "hostile_kill_self");
  const Dumped dumped = Dump(out, "a.rec");
  EXPECT_EQ(dumped.exit_code, 0) << dumped.error;
  std::map<std::string, int> counts = dumped.CountOfTypes();
  EXPECT_EQ(counts["test_start"], counts["test_end"] + 1);
  EXPECT_EQ(counts["program_end"], 0);
}

TEST(Dump, OfWhatIsNoRecordSaysSo) {
  const std::string out = FreshDirectory("dump_none");
  std::ofstream(out + "/text.rec") << std::string(100, 'x');
  const Dumped text = Dump(out, "text.rec");
  EXPECT_EQ(text.exit_code, 3);
  EXPECT_TRUE(text.lines.empty());
  EXPECT_EQ(text.error,
            "memprof: text.rec: the file is no memprof record: its first bytes are others\n"
            "         name the .rec file that `memprof run` wrote\n");
  const Dumped missing = Dump(out, "missing.rec");
  EXPECT_EQ(missing.exit_code, 3);
  EXPECT_NE(missing.error.find("missing.rec"), std::string::npos) << missing.error;
  const Dumped unnamed = Dump(out, "");
  EXPECT_EQ(unnamed.exit_code, 2);
  EXPECT_NE(unnamed.error.find("memprof dump --help"), std::string::npos) << unnamed.error;
}

TEST(Dump, OfANewerMajorVersionIsRefused) {
  const std::string out = FreshDirectory("dump_newer");
  Record(out, "clean_param_typed");
  ASSERT_EQ(Shell(out, "printf '\\002' | dd of=a.rec bs=1 seek=8 conv=notrunc 2> dd.txt"), 0);
  const Dumped dumped = Dump(out, "a.rec");
  EXPECT_EQ(dumped.exit_code, 3);
  EXPECT_NE(dumped.error.find("a.rec: the record has format 2."), std::string::npos)
      << dumped.error;
  EXPECT_TRUE(dumped.lines.empty());
}

TEST(Dump, EndsQuietlyWhenItsReaderHasSeenEnough) {
  const std::string out = FreshDirectory("dump_pipe");
  Record(out, "clean_param_typed", "--gtest_repeat=300");
  EXPECT_EQ(Shell(out, "\"$memprof\" dump a.rec 2> error | head -n 1 > lines"), 0);
  EXPECT_EQ(ReadFile(out + "/error").value(), "");
  EXPECT_EQ(Shell(out,
                  "(trap '' PIPE; \"$memprof\" dump a.rec 2> error; echo $? > status) | "
                  "head -n 1 > lines"),
            0);
  EXPECT_EQ(ReadFile(out + "/error").value(), "") << "where the parent ignores SIGPIPE";
  EXPECT_EQ(ReadFile(out + "/status").value(), "0\n");
}

TEST(Dump, WorksBesideAConfigurationOfRun) {
  const std::string out = FreshDirectory("dump_config");
  std::ofstream(out + "/memprof.toml") << "[run]\nfail-on = \"warning\"\n";
  Record(out, "clean_param_typed");
  const Dumped dumped = Dump(out, "a.rec");
  EXPECT_EQ(dumped.exit_code, 0) << dumped.error;
  EXPECT_EQ(dumped.CountOfTypes()["program_end"], 1);
}

}  // namespace
}  // namespace memprof
