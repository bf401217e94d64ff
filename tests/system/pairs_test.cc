// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// The pair table in the plugin: what records say of programs that are run with one.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/parse/record_file.h"
#include "tests/system/memprof_run.h"
#include "tests/system/source_marks.h"

namespace memprof {
namespace {

constexpr const char* kFigures =
    "figure\tacquire\tfigure_new\treturn\n"
    "figure\tacquire\tfigure_named\treturn\n"
    "figure\tacquire\tfigure_of\treturn\n"
    "figure\tacquire\tfigure_or_null\treturn\n"
    "figure\tacquire\tfigure_or_throw\treturn\n"
    "figure\tacquire\tfigure_or_jump\treturn\n"
    "figure\tacquire\tfigure_wrapped\treturn\n"
    "figure\tacquire\tfigure_open\t*arg3\n"
    "figure\tacquire\tfigure_open_result\t*arg2\tzero\n"
    "figure\tacquire\tfigure_reference\targ1\n"
    "figure\trelease\tfigure_free\targ1\n"
    "figure\trelease\tfigure_close\targ1\tzero\n"
    "figure\trelease\tfigure_clear\t*arg1\n"
    "nothing\tacquire\tnobody_calls_this\treturn\n"
    "nothing\trelease\tnobody_calls_that\targ1\n";

struct PairsRun {
  ProcessEnd end;
  std::string output;
  RecordFile record;
};

/// Runs a program alone with a pair table. `variables` come beside MEMPROF_RECORD and
/// MEMPROF_PAIRS.
PairsRun RunWithPairs(const std::string& program, const std::string& table,
                      std::vector<std::string> flags = {},
                      std::vector<std::pair<std::string, std::string>> variables = {}) {
  static int runs = 0;
  const std::string out = FreshDirectory("pairs_" + program + std::to_string(++runs));
  EXPECT_TRUE(WriteFile(out + "/pairs", table).ok());
  Command command;
  command.arguments = {ProgramPath(program)};
  command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
  command.output_path = out + "/output.txt";
  command.set_environment = std::move(variables);
  command.set_environment.emplace_back("MEMPROF_RECORD", out + "/a.rec");
  command.set_environment.emplace_back("MEMPROF_PAIRS", out + "/pairs");
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                               "MEMPROF"};
  command.time_limit_s = 60;
  PairsRun run;
  const Result<ProcessEnd> end = RunProcess(command);
  EXPECT_TRUE(end.ok());
  if (end.ok()) run.end = *end;
  if (Result<std::string> output = ReadFile(command.output_path); output.ok()) {
    run.output = std::move(output).value();
  }
  Result<std::string> bytes = ReadFile(out + "/a.rec");
  EXPECT_TRUE(bytes.ok()) << run.output;
  if (!bytes.ok()) return run;
  Result<RecordFile> record = ParseRecord(bytes.value());
  EXPECT_TRUE(record.ok());
  if (record.ok()) run.record = std::move(record).value();
  EXPECT_EQ(run.record.damage, "");
  return run;
}

std::uint32_t GaugeNamed(const RecordFile& record, const std::string& name) {
  for (std::uint32_t i = 0; i < record.gauges.size(); ++i) {
    if (record.gauges[i].name == name) return i;
  }
  ADD_FAILURE() << "no gauge " << name;
  return 0;
}

/// By test's name, how many objects of the kind its run left behind; -1000 where it is not
/// measured.
std::map<std::string, long> KeptByTests(const RecordFile& record, const std::string& kind) {
  std::map<std::string, long> kept;
  const std::uint32_t gauge = GaugeNamed(record, kind);
  for (const RecordedRun& run : record.runs) {
    long& of_test = kept[record.tests[run.test].FullName()];
    for (const RecordedGaugeValue& value : run.gauges) {
      if (value.gauge != gauge) continue;
      of_test += value.is_measured != 0 ? static_cast<long>(value.value - value.before) : -1000;
    }
  }
  return kept;
}

/// By test's name, how many objects its window has made that were there at the end.
std::map<std::string, long> ResourcesByTests(const RecordFile& record) {
  std::map<std::string, long> kept;
  if (!record.trace) return kept;
  std::set<std::pair<std::string, std::uint64_t>> there;
  for (const RecordedResource& resource : record.trace->resources) {
    if (resource.what.kind != record::kPairedObject) continue;
    const record::Origin& origin = record.trace->origins[resource.what.origin];
    const RecordedWindow& window = record.trace->windows[origin.window];
    std::string test = "outside";
    if (window.test != record::kNoTest) test = record.tests[window.test].FullName();
    kept[test] += resource.what.is_there != 0 ? 1 : -1;
    const std::pair key(resource.target, resource.what.id);
    const bool is_new = resource.what.is_there != 0;
    EXPECT_TRUE(is_new ? there.insert(key).second : there.erase(key) == 1) << "an id stands twice";
  }
  std::erase_if(kept, [](const auto& each) { return each.second == 0; });
  return kept;
}

/// What pairs_calls.cc says that each of its calls keeps.
const std::map<std::string, long> kKeptFigures = {
    {"All/Calls.AreAnsweredAsEver/LeaksOne", 1},
    {"All/Calls.AreAnsweredAsEver/ReleasesAll", 0},
    {"All/Calls.AreAnsweredAsEver/LeaksAReference", 1},
    {"All/Calls.AreAnsweredAsEver/ReleasesEachReference", 0},
    {"All/Calls.AreAnsweredAsEver/LeaksANamedOne", 1},
    {"All/Calls.AreAnsweredAsEver/LeaksALargeOne", 1},
    {"All/Calls.AreAnsweredAsEver/FailsToMakeOne", 0},
    {"All/Calls.AreAnsweredAsEver/IsThrownThrough", 0},
    {"All/Calls.AreAnsweredAsEver/IsJumpedOver", 0},
    {"All/Calls.AreAnsweredAsEver/LeaksAWrappedOne", 1},
    {"All/Calls.AreAnsweredAsEver/ReleasesAWrappedOne", 0},
    {"All/Calls.AreAnsweredAsEver/OpensIntoAPointer", 1},
    {"All/Calls.AreAnsweredAsEver/OpensByResult", 0},
    {"All/Calls.AreAnsweredAsEver/IsTooBusyToClose", 1},
    {"All/Calls.AreAnsweredAsEver/ClearsThePointer", 0},
    {"All/Calls.AreAnsweredAsEver/KeepsOneWithin", 0},
    {"All/Calls.AreAnsweredAsEver/CallsByPointers", 1},
    {"All/Calls.AreAnsweredAsEver/CallsOnThreads", 4000},
    {"PlugIn.LeaksOneByItsPath", 2},
    {"PlugIn.LeaksOneByItsName", 2},
    {"PlugIn.ThatIsNotThereIsSaidToBe", 0},
};

class PairTable : public testing::TestWithParam<const char*> {};

TEST_P(PairTable, SeesEachCallAndChangesNone) {
  const PairsRun run = RunWithPairs(GetParam(), kFigures, {"--gtest_repeat=3"});
  EXPECT_EQ(run.end.code, 0) << run.output;
  std::map<std::string, long> expected = kKeptFigures;
  for (auto& [test, kept] : expected) kept *= 3;
  EXPECT_EQ(KeptByTests(run.record, "figure"), expected);
  ASSERT_EQ(run.record.iterations.size(), 3u);
  long sum = 0;
  for (const auto& [test, kept] : kKeptFigures) sum += kept;
  const std::uint32_t figure = GaugeNamed(run.record, "figure");
  for (const RecordedIteration& iteration : run.record.iterations) {
    for (const RecordedGaugeValue& value : iteration.gauges) {
      EXPECT_EQ(value.is_measured, value.gauge == figure ? 1u : 0u);
      if (value.gauge == figure) {
        EXPECT_EQ(value.value - value.before, sum);
      }
    }
  }
}

TEST_P(PairTable, KnowsWhichTestsMadeThem) {
  const PairsRun run =
      RunWithPairs(GetParam(), kFigures, {"--gtest_repeat=2"}, {{"MEMPROF_TRACE", "1"}});
  EXPECT_EQ(run.end.code, 0) << run.output;
  std::map<std::string, long> expected;
  for (const auto& [test, kept] : kKeptFigures) {
    if (kept != 0) expected[test] = 2 * kept;
  }
  EXPECT_EQ(ResourcesByTests(run.record), expected);
}

INSTANTIATE_TEST_SUITE_P(Bindings, PairTable,
                         testing::Values("pairs_lazy", "pairs_no_pie", "pairs_no_plt"),
                         [](const testing::TestParamInfo<const char*>& row) {
                           return std::string(row.param);
                         });

TEST(PairTable, ThatCannotBeReadIsSaidToBeSo) {
  const PairsRun run = RunWithPairs("pairs_lazy", "", {"--gtest_filter=PlugIn.*"});
  EXPECT_EQ(run.end.code, 0);
  EXPECT_NE(run.output.find("no pairs are measured"), std::string::npos) << run.output;
  EXPECT_TRUE(run.record.gauges.empty());
}

TEST(PairTable, TellsByWhichModulesItsFunctionsAreCalled) {
  const PairsRun run = RunWithPairs("pairs_lazy", kFigures, {"--gtest_filter=PlugIn.*"});
  std::map<std::string, std::uint32_t> callers;
  for (const RecordedPairFunction& function : run.record.pair_functions) {
    callers[function.name] = function.what.callers;
  }
  EXPECT_EQ(callers["figure_new"], 2u);  // the program and pairs_wrapper; the plug-in is gone
  EXPECT_EQ(callers["figure_free"], 1u);
  EXPECT_EQ(callers["nobody_calls_this"], 0u);
  EXPECT_EQ(callers.size(), 15u);
}

/// What a record says of one gauge in one window: "100 to 103", or "not measured".
std::string Text(const RecordedGaugeValue& value) {
  if (value.is_measured == 0) return "not measured";
  return std::to_string(value.before) + " to " + std::to_string(value.value);
}

TEST(Gauges, AreMeasuredInTestsAndIterations) {
  const PairsRun run = RunWithPairs("gauge_values", kFigures);
  EXPECT_EQ(run.end.code, 0) << run.output;
  std::map<std::string, std::string> of_tests;
  for (const RecordedRun& each : run.record.runs) {
    for (const RecordedGaugeValue& value : each.gauges) {
      const std::string test = run.record.tests[each.test].FullName();
      of_tests[test + ": " + run.record.gauges[value.gauge].name] = Text(value);
    }
  }
  const std::map<std::string, std::string> expected_of_tests = {
      {"Values.Grow: textures", "100 to 103"},
      {"Values.Grow: queued", "5 to 6"},
      {"Values.AreNotMeasuredWhereTheyFail: textures", "not measured"},
      {"Values.AreNotKnownWhereTheyFailedBefore: textures", "not measured"},
      {"Values.BeginWhereTheyCome: textures", "103 to 101"},
      {"Values.BeginWhereTheyCome: late", "103 to 101"},
      {"Values.OfOneNameAddUp: late", "107 to 111"},
      {"Values.OfOneNameAddUp: queued", "6 to 10"},
      {"Values.OfAGaugeThatIsGoneAreNotMeasured: gone", "not measured"},
      {"Pairs.LeakOne: figure", "0 to 1"},
  };
  EXPECT_EQ(of_tests, expected_of_tests);
  std::map<std::string, std::string> of_iteration;
  ASSERT_EQ(run.record.iterations.size(), 1u);
  for (const RecordedGaugeValue& value : run.record.iterations[0].gauges) {
    of_iteration[run.record.gauges[value.gauge].name] = Text(value);
  }
  const std::map<std::string, std::string> expected_of_iteration = {
      {"textures", "100 to 101"}, {"queued", "not measured"}, {"late", "not measured"},
      {"gone", "not measured"},   {"figure", "0 to 1"},       {"nothing", "not measured"},
  };
  EXPECT_EQ(of_iteration, expected_of_iteration);
}

TEST(Gauges, AllocateAtNoTestsExpense) {
  const PairsRun run = RunWithPairs("gauge_values", kFigures, {"--gtest_filter=Values.Stay*"});
  ASSERT_EQ(run.record.runs.size(), 1u);
  EXPECT_LT(run.record.runs[0].window.allocated_bytes, 4000u);
}

TEST(Gauges, WithoutATrackerAreNoOps) {
  Command command;
  command.arguments = {PlainPath("gauge_values")};
  command.output_path = FreshDirectory("gauges_plain") + "/output.txt";
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->code, 0);
}

TEST(Acquired, AndNotReleasedIsInTheTraceWithItsTest) {
  const PairsRun run =
      RunWithPairs("gauge_values", kFigures, {"--gtest_repeat=2"}, {{"MEMPROF_TRACE", "1"}});
  const std::map<std::string, long> expected = {{"Pairs.LeakOne", 2}};
  EXPECT_EQ(ResourcesByTests(run.record), expected);
}

std::string Filter(const std::map<std::string, int>& tests) {
  std::string filter;
  for (const auto& [test, line] : tests) filter += (filter.empty() ? "" : ":") + test;
  return filter;
}

/// The tests with a marked line, and no others, leave an object of the marked line behind. Both are
/// run apart: what one test gives back, a library may keep, and another not release.
void ExpectFoundAtMarks(const std::string& program, const std::string& table) {
  const std::string pairs = FreshDirectory("pairs_of_" + program) + "/table";
  ASSERT_TRUE(WriteFile(pairs, table).ok());
  const std::vector<std::string> options = {
      "--pairs", pairs, "--tools", "none", "--triage-runs", "48", "--max-runs", "48", "--filter"};
  const std::string file = "tests/programs/" + program + ".cc";
  const std::map<std::string, int> lines = LinesInTests(file, "// HERE");
  ASSERT_FALSE(lines.empty());
  for (const std::string& binary : {ProgramPath(program), PlainPath(program)}) {
    std::vector<std::string> with_filter = options;
    with_filter.push_back(Filter(lines));
    const MemprofRun run = RunMemprof(binary, with_filter);
    ASSERT_TRUE(run.has_report) << run.output;
    std::map<std::string, int> found;
    for (const Finding* finding : run.Findings(Severity::kWarning)) {
      if (finding->pattern != Pattern::kObjectNotReleased) continue;
      EXPECT_EQ(finding->severity, Severity::kCritical) << Describe(run);
      EXPECT_EQ(finding->location.file, file);
      for (const std::string& test : finding->tests) {
        EXPECT_TRUE(found.emplace(test, finding->location.line).second) << test << " has two";
      }
    }
    EXPECT_EQ(found, lines) << Describe(run);
  }
  std::vector<std::string> without_filter = options;
  without_filter.push_back("-" + Filter(lines));
  const MemprofRun run = RunMemprof(ProgramPath(program), without_filter);
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_EQ(run.exit_code, 0) << Describe(run);
  EXPECT_TRUE(run.Findings(Severity::kWarning).empty()) << Describe(run);
  EXPECT_GE(run.report.tests.size(), 2u);
  EXPECT_EQ(run.WhyNot("pairs"), "");
}

#if defined(MEMPROF_TEST_PAIRS_SQLITE)
TEST(Sqlite, ConnectionsThatAreNeverClosedAreFoundAndClosedOnesAreNot) {
  ExpectFoundAtMarks("pairs_sqlite",
                     "database: sqlite3_open(*2)|sqlite3_open_v2(*2) sqlite3_close==0\n");
}
#endif

#if defined(MEMPROF_TEST_PAIRS_CAIRO)
TEST(Cairo, ContextsThatAreNeverDestroyedAreFoundAndDestroyedOnesAreNot) {
  ExpectFoundAtMarks("pairs_cairo",
                     "context: cairo_create|cairo_reference(1) cairo_destroy\n"
                     "surface: cairo_image_surface_create cairo_surface_destroy\n");
}

// Cairo hands on the memory of a context that was destroyed: made by one test, kept by another.
TEST(Cairo, WhoDestroysItsContextIsNotBlamedForWhatTheNextTestKeeps) {
  const MemprofRun run =
      RunMemprof(ProgramPath("pairs_cairo"),
                 {"--pairs", "known", "--tools", "none", "--no-waste", "--max-runs", "48"});
  ASSERT_TRUE(run.has_report) << run.output;
  bool is_told = false;
  for (const Finding* finding : run.Findings(Severity::kWarning)) {
    for (const std::string& test : finding->tests) {
      EXPECT_NE(test, "Cairo.DestroysItsContext") << Describe(run);
      is_told = is_told || test == "Cairo.NeverDestroysItsContext";
    }
  }
  EXPECT_TRUE(is_told) << Describe(run);
}
#endif

}  // namespace
}  // namespace memprof
