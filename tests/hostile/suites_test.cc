// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <tinyxml2.h>

#include <filesystem>
#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "tests/hostile/hostile_case.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

class Suites : public testing::TestWithParam<HostileCase> {};

TEST_P(Suites, EndAsTheRowSays) {
  const MemprofRun run = ExpectOutcome(GetParam());
  // What tests print and are called never reaches the terminal as it is.
  EXPECT_EQ(run.output.find('\x1b'), std::string::npos);
  EXPECT_EQ(run.output.find('\a'), std::string::npos);
  if (!run.has_report) return;
  tinyxml2::XMLDocument junit;
  EXPECT_EQ(junit.LoadFile((run.out + "/junit.xml").c_str()), tinyxml2::XML_SUCCESS);
  // Nor does it fill the disk.
  for (const fs::directory_entry& file : fs::recursive_directory_iterator(run.out)) {
    if (file.is_regular_file()) {
      EXPECT_LE(file.file_size(), 64u << 20) << file.path();
    }
  }
}

HostileCase Filtered(std::string name, const std::string& filter, Lines critical) {
  HostileCase row;
  row.name = std::move(name);
  row.program = "hostile_suites";
  row.options = {"--tools", "none", "--max-runs", "96"};
  if (!filter.empty()) row.options.insert(row.options.end(), {"--filter", filter});
  row.exit_code = critical.empty() ? 0 : 1;
  row.critical = std::move(critical);
  return row;
}

HostileCase Unlinked(HostileCase row) {
  row.name += "Unlinked";
  row.program += "_plain";
  return row;
}

HostileCase TenThousandTests() {
  HostileCase row;
  row.name = "TenThousandTests";
  row.program = "many_tests";
  row.options = {"--only", "screen"};
  row.tests_on_record = 10000;
  return row;
}

HostileCase LongNames() {
  return Filtered("NamesAndParametersOf4KiB", "Long/*",
                  {"Long/Names.Loses/" + std::string(4096, 'n')});
}

HostileCase ForeignNames() { return Filtered("NamesInUtf8", "Größe.*", {"Größe.Überlauf/日本語"}); }

HostileCase Threads() {
  return Filtered("TwoHundredThreads", "Threads.*", {"Threads.TwoHundredLoseEach"});
}

/// With all tools: each of them goes through the whole heap.
HostileCase SparseHeap() {
  HostileCase row = Filtered("SparseHeapOf20GiB", "Sparse.*", {"Sparse.LosesBesideIt"});
  row.options = {"--filter", "Sparse.*", "--tools", "lsan", "--max-runs", "96"};
  return row;
}

HostileCase Flood() { return Filtered("OutputOf120MB", "Output.Floods", {}); }

HostileCase Bytes() {
  HostileCase row =
      Filtered("OutputThatIsNoText", "Output.IsNoText:Output.FailsWithBytes", {"Output.IsNoText"});
  row.tests = {{"Output.FailsWithBytes", TestStatus::kFailed}};
  return row;
}

HostileCase Stdout() {
  return Filtered("StdoutGoesElsewhere", "Changes.*", {"Changes.LosesAfterIt"});
}

HostileCase Locale() { return Filtered("AnotherLocale", "Locale.*", {"Locale.LosesInIt"}); }

/// A new handler, a read of stdin, tests that do not run, typed ones, in any order.
HostileCase Shuffled() {
  HostileCase row =
      Filtered("Shuffled", "NewHandler.*:Stdin.*:*Disabled*:DISABLED*:Skipped.*:Typed/*",
               {"Typed/1.Loses, Typed/0.Loses"});
  row.arguments = {"--gtest_shuffle", "--gtest_random_seed=7"};
  row.tests = {{"Stdin.HasNothing", TestStatus::kPassed},
               {"NewHandler.IsAsked", TestStatus::kPassed},
               {"Skipped.IsNotRun", TestStatus::kSkipped}};
  return row;
}

HostileCase FilterOfGtest() {
  HostileCase row = Filtered("FilterOfGoogleTest", "", {"Typed/1.Loses"});
  row.arguments = {"--gtest_filter=Typed/1*"};
  row.tests_on_record = 1;
  return row;
}

HostileCase FilterOfEnvironment() {
  HostileCase row = Filtered("FilterInTheEnvironment", "", {"Typed/0.Loses"});
  row.environment = {{"GTEST_FILTER", "Typed/0*"}};
  row.tests_on_record = 1;
  return row;
}

HostileCase Shard() {
  HostileCase row = Filtered("OneShardOfTwo", "Typed*", {"Typed/1.Loses"});
  row.environment = {{"GTEST_TOTAL_SHARDS", "2"}, {"GTEST_SHARD_INDEX", "1"}};
  row.tests_on_record = 1;
  return row;
}

/// Four tests that cannot run at the same time, four at once.
HostileCase SharedName() {
  HostileCase row;
  row.name = "TestsThatShareAPort";
  row.program = "hostile_shared_name";
  row.options = {"-j", "4", "--tools", "none", "--max-runs", "96"};
  row.environment = {{"SHARED_NAME", "memprof hostile suites"}};
  row.exit_code = 1;
  row.critical = {"Shared.A, Shared.B, Shared.C, Shared.D"};
  for (const char* const name : {"Shared.A", "Shared.B", "Shared.C", "Shared.D"}) {
    row.tests.emplace_back(name, TestStatus::kPassed);
  }
  return row;
}

/// What the replaced delete of arrays takes, free does not.
HostileCase ArrayOperators() {
  HostileCase row;
  row.name = "OperatorsOfArraysReplaced";
  row.program = "hostile_array_operators";
  row.options = {"--tools", "none", "--no-waste", "--max-runs", "48"};
  row.exit_code = 1;
  row.critical = {"ArrayOperators.LosesOneArray"};
  row.tests = {{"ArrayOperators.AreCalledByTheOthers", TestStatus::kPassed}};
  return row;
}

/// Alone, one crashes and one fails: neither has a leak.
HostileCase Isolated() {
  HostileCase row;
  row.name = "OrderDependentAlone";
  row.program = "waste_hostile";
  row.options = {"--isolate", "--tools", "none", "--no-waste"};
  row.exit_code = 3;
  row.tests = {{"Waste.Plain", TestStatus::kPassed},
               {"Waste.CrashesAlone", TestStatus::kCrashed},
               {"Waste.FailsAlone", TestStatus::kFailed}};
  return row;
}

/// One test frees what another made: together they keep nothing.
HostileCase Dependent() {
  HostileCase row;
  row.name = "OneClosesWhatAnotherOpens";
  row.program = "order_dependent";
  row.options = {"--tools", "none"};
  row.tests_on_record = 2;
  return row;
}

HostileCase NoTests() {
  HostileCase row;
  row.name = "NoTests";
  row.program = "hostile_without_tests";
  row.exit_code = 3;
  row.says = {"no test ran"};
  return row;
}

HostileCase NothingSelected() {
  HostileCase row = Filtered("NothingSelected", "Nobody.*", {});
  row.exit_code = 3;
  row.says = {"the filter matches none"};
  return row;
}

INSTANTIATE_TEST_SUITE_P(Row, Suites,
                         testing::Values(TenThousandTests(), LongNames(), ForeignNames(),
                                         Unlinked(ForeignNames()), Threads(), SparseHeap(), Flood(),
                                         Bytes(), Stdout(), Unlinked(Stdout()), Locale(),
                                         Unlinked(Locale()), Shuffled(), FilterOfGtest(),
                                         FilterOfEnvironment(), Shard(), SharedName(),
                                         ArrayOperators(), Isolated(), Dependent(), NoTests(),
                                         NothingSelected()),
                         [](const auto& row) { return row.param.name; });

struct NoProgramCase {
  const char* name;
  void (*make)(const std::string& path);
  int exit_code;
  const char* says;
};

void WriteBytes(const std::string& path, const std::string& bytes, mode_t mode) {
  ASSERT_TRUE(WriteFile(path, bytes).ok());
  ASSERT_EQ(chmod(path.c_str(), mode), 0);
}

/// The beginning of an ELF file: of that class (1: 32 bits, 2: 64), type and machine.
std::string ElfHeader(char bits, char type, char machine) {
  std::string bytes(
      "\x7f"
      "ELF",
      4);
  bytes += {bits, 1, 1};
  bytes.resize(16);
  bytes += {type, 0, machine, 0, 1, 0, 0, 0};
  bytes.resize(64);
  return bytes;
}

class NoProgram : public testing::TestWithParam<NoProgramCase> {};

TEST_P(NoProgram, IsSaidInASentence) {
  const std::string path = FreshDirectory("no_program_" + std::string(GetParam().name)) + "/it";
  GetParam().make(path);
  const MemprofRun run = RunMemprof(path);
  EXPECT_EQ(run.exit_code, GetParam().exit_code) << run.output;
  EXPECT_FALSE(run.has_report);
  EXPECT_NE(run.output.find(GetParam().says), std::string::npos) << run.output;
}

INSTANTIATE_TEST_SUITE_P(
    File, NoProgram,
    testing::Values(
        NoProgramCase{
            "AScript",
            [](const std::string& path) { WriteBytes(path, "#!/bin/sh\necho all good\n", 0755); },
            3, "no GoogleTest test of it was seen"},
        NoProgramCase{"AnEmptyFile", [](const std::string& path) { WriteBytes(path, "", 0755); }, 3,
                      "cannot be started"},
        NoProgramCase{"ADirectory", [](const std::string& path) { fs::create_directory(path); }, 3,
                      "cannot be started"},
        NoProgramCase{"ACoreFile",
                      [](const std::string& path) { WriteBytes(path, ElfHeader(2, 4, 62), 0755); },
                      3, "cannot be started"},
        NoProgramCase{"A32BitProgram",
                      [](const std::string& path) { WriteBytes(path, ElfHeader(1, 2, 3), 0755); },
                      3, "32"},
        NoProgramCase{"WithoutPermission",
                      [](const std::string& path) { WriteBytes(path, "#!/bin/sh\n", 0644); }, 3,
                      "ermission denied"}),
    [](const auto& row) { return std::string(row.param.name); });

struct DiskCase {
  const char* name;
  const char* mount;  ///< at $0, in a namespace of its own
  int exit_code;
  const char* says;
};

class Disk : public testing::TestWithParam<DiskCase> {};

/// The output directory on a disk that takes no more: what is not there is told, with the cure.
TEST_P(Disk, TakesNoMore) {
  const std::string directory = FreshDirectory("disk_" + std::string(GetParam().name));
  Command command;
  command.arguments = {"unshare", "-rm", "bash", "-c", "mount -t tmpfs -o size=4m none $0",
                       directory};
  command.time_limit_s = 120;
  const Result<ProcessEnd> can = RunProcess(command);
  if (!can || can->code != 0) GTEST_SKIP() << "nothing can be mounted here";
  command.arguments[4] = std::string(GetParam().mount) +
                         " && exec $1 run --quiet --tools none --no-waste --filter 'Changes.*' "
                         "--out $0/out -- $2";
  command.arguments.insert(command.arguments.end(),
                           {MEMPROF_TEST_CLI, ProgramPath("hostile_suites")});
  command.output_path = directory + ".txt";
  const Result<ProcessEnd> end = RunProcess(command);
  ASSERT_TRUE(end.ok());
  const std::string output = ReadFile(command.output_path).value();
  EXPECT_EQ(end->how, ProcessEnd::How::kExited) << output;
  EXPECT_EQ(end->code, GetParam().exit_code) << output;
  EXPECT_NE(output.find(GetParam().says), std::string::npos) << output;
}

INSTANTIATE_TEST_SUITE_P(
    Row, Disk,
    testing::Values(DiskCase{"ThatIsReadOnly",
                             "mount -t tmpfs -o size=4m none $0 && mount -o remount,ro none $0", 3,
                             "Read-only file system"},
                    DiskCase{"WithoutRoomForARecord", "mount -t tmpfs -o size=40k none $0", 3,
                             "is full: the test process could not write its record"},
                    DiskCase{"WithoutRoomForReports", "mount -t tmpfs -o size=340k none $0", 3,
                             "No space left on device"},
                    DiskCase{"WhereFilesAreLimited", "ulimit -f 300", 3, "File too large"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace memprof
