// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/report/sample_report.h"

#include <string>
#include <utility>

#include "tests/unit/report/sample_profile.h"

namespace memprof {
namespace {

TestReport Test(std::string suite, std::string name, std::string file, int line) {
  TestReport test;
  test.suite = std::move(suite);
  test.name = std::move(name);
  test.file = std::move(file);
  test.line = line;
  return test;
}

IterationStats Stats(std::int64_t kept_bytes, std::int64_t kept_blocks) {
  IterationStats stats;
  stats.kept_bytes = kept_bytes;
  stats.kept_blocks = kept_blocks;
  stats.allocations = 1234;
  stats.allocated_bytes = 98'304;
  stats.peak_bytes = 40'000;
  stats.fds = 0;
  stats.threads = 0;
  stats.mapped_bytes = 0;
  stats.wall_ns = 1'500'000;
  return stats;
}

Finding CacheFinding() {
  Finding finding;
  finding.fingerprint = "8f2c91d0a1b2c3d4";
  finding.severity = Severity::kCritical;
  finding.kind = FindingKind::kMemoryGrowth;
  finding.pattern = Pattern::kCacheWithoutEviction;
  finding.pattern_confidence = Confidence::kHigh;
  finding.decided_by = {"keys are looked up before they are inserted", "the holder is a std::map",
                        "nothing in its file erases from it"};
  finding.title = "memory grows: +17.2 KiB per run, no bound seen in 192 runs";
  finding.tests = {"Cache.Lookup", "Cache.Refresh", "Cache.Warm"};
  finding.location = {"src/consolidation.cpp", 88, "alma::consolidate(int)",
                      "return consolidation_cache[key] = Compute(key);"};
  finding.stack = {
      {"operator new(unsigned long)", "", 0, "/usr/lib/libstdc++.so.6"},
      {"std::map<int, Result>::operator[](int&&)", "/usr/include/c++/12/bits/stl_map.h", 511, ""},
      {"alma::consolidate(int)", "src/consolidation.cpp", 88, ""},
      {"alma::Report::Build(std::vector<int> const&)", "src/report.cpp", 31, ""},
      {"Cache_Lookup_Test::TestBody()", "tests/cache_test.cpp", 52, ""},
      {"testing::Test::Run()", "/usr/src/gtest.cc", 2687, ""}};
  finding.impact.bytes_per_iteration = 17'613;
  finding.impact.blocks_per_iteration = 100;
  finding.impact.total_bytes = 3'381'696;
  GrowthSeries growth;
  growth.growth_class = "linear";
  growth.confidence = 1;
  for (std::int64_t run = 0; run < 192; ++run) growth.series.push_back(17'613 * run);
  finding.growth = growth;
  finding.held_by = HeldBy{"alma::consolidation_cache", "std::map<int, Result>",
                           "src/consolidation.cpp", 12, HolderKind::kStatic};
  finding.held_by->retained_bytes = {70'452, 1'127'232, 3'381'696};
  finding.held_by->runs = {4, 64, 192};
  finding.retention_path = {
      {"", "std::_Rb_tree_node<std::pair<int const, Result>>", 1'075'200, 19'200, 100},
      {"rows", "Result", 2'306'496, 19'200, 100, "result.cpp:31"}};
  finding.cause = "every call inserts into a static map, and nothing erases";
  finding.evidence = {{"trace", "grew in 191 of 191 runs"},
                      {"lsan", "nothing unreachable (it is still referenced)"},
                      {"massif", "94 % of the peak at this call"}};
  Fix fix;
  fix.summary = "give the map a capacity and drop the entry that was used longest ago";
  fix.diff =
      "--- a/src/consolidation.cpp\n"
      "+++ b/src/consolidation.cpp\n"
      "@@ -12,1 +12,1 @@\n"
      "-  static std::map<int, Result> consolidation_cache;\n"
      "+  static LruCache<int, Result> consolidation_cache{1000};\n";
  fix.why = "an entry beyond the capacity takes the place of another";
  fix.expected_reduction_bytes = 17'613;
  fix.expected_peak_reduction_bytes = 3'381'696;
  fix.trade_off = "a key that was dropped is computed again";
  fix.effort = "about an hour";
  Solution clear;
  clear.summary = "clear the map at the end of each consolidation";
  clear.snippet = "consolidation_cache.clear();";
  clear.why_no_diff = "the end of a consolidation is in another file";
  clear.why = "an empty map holds nothing";
  clear.trade_off = "the next one computes all keys again";
  clear.effort = "minutes";
  fix.alternatives = {clear};
  finding.fix = fix;
  finding.rerun = "memprof run --filter 'Cache.Lookup' -- build/cache_test";
  return finding;
}

Finding LostFinding() {
  Finding finding;
  finding.fingerprint = "11aa22bb33cc44dd";
  finding.severity = Severity::kCritical;
  finding.kind = FindingKind::kMemoryLeak;
  finding.pattern = Pattern::kLostOwner;
  finding.pattern_confidence = Confidence::kMedium;
  finding.decided_by = {"the function returns before it frees"};
  finding.sub_cause = "early return";
  finding.title = "lost memory: +33 B in 1 block per run";
  finding.tests = {"Cache.Lookup"};
  finding.location = {"src/core/name.cpp", 42, "alma::copy_name(char const*)"};
  finding.stack = {{"malloc", "", 0, "/usr/lib/libc.so.6"},
                   {"alma::copy_name(char const*)", "src/core/name.cpp", 42, ""},
                   {"Cache_Lookup_Test::TestBody()", "tests/cache_test.cpp", 47, ""}};
  finding.impact.bytes_per_iteration = 33;
  finding.impact.blocks_per_iteration = 1;
  finding.impact.total_bytes = 396;
  finding.cause =
      "the copy is returned as a raw pointer, and the caller returns early without free";
  finding.evidence = {{"lsan", "12 blocks unreachable after 12 runs"}};
  Fix fix;
  fix.summary = "own the copy with std::unique_ptr";
  fix.snippet =
      "std::unique_ptr<char, decltype(&std::free)> copy(strdup(name), &std::free);\n"
      "if (*name == 0) return nullptr;\n"
      "return copy.release();";
  fix.why_no_diff = "`copy_name` is declared in a header that was not read";
  fix.why = "the owner frees it on every way out";
  fix.expected_reduction_bytes = 33;
  fix.effort = "minutes";
  finding.fix = fix;
  finding.rerun = "memprof run --filter 'Cache.Lookup' -- build/cache_test";
  return finding;
}

Finding DescriptorFinding() {
  Finding finding;
  finding.fingerprint = "5566778899aabbcc";
  finding.severity = Severity::kCritical;
  finding.kind = FindingKind::kFdLeak;
  finding.pattern = Pattern::kHandleNotClosed;
  finding.title = "descriptors not closed: +1 epoll per run";
  finding.scope_label = "suite Poller (SetUpTestSuite)";
  finding.impact.count = 1;
  finding.growth = GrowthSeries{"linear", {4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, 1};
  finding.evidence = {{"listener", "12 descriptors of the same identity (anon_inode:[eventpoll])"}};
  finding.rerun = "memprof run --filter 'Poller.*' -- build/cache_test";
  return finding;
}

Finding CycleFinding() {
  Finding finding;
  finding.fingerprint = "deadbeef00000001";
  finding.severity = Severity::kWarning;
  finding.kind = FindingKind::kMemoryLeak;
  finding.pattern = Pattern::kReferenceCycle;
  finding.title = "reference cycle: 96 B in 2 blocks, lost in one run only";
  finding.tests = {"Graph.Build"};
  finding.location = {"src/graph.cpp", 7, "alma::Node::Link()"};
  finding.impact.total_bytes = 96;
  finding.cycle = {"alma::Node.out", "closure at graph.cpp:9", "alma::Edge.from"};
  finding.cycle_count = 12;
  finding.weaken = Weaken{"alma::Edge::from", "std::shared_ptr<alma::Node>", "src/graph.h", 17};
  finding.evidence = {{"lsan", "indirect leak without a direct one"}};
  finding.rerun = "memprof run --filter 'Graph.Build' -- build/cache_test";
  return finding;
}

Finding ConcatenationFinding() {
  Finding finding;
  finding.fingerprint = "0123456789abcdef";
  finding.severity = Severity::kOptimization;
  finding.kind = FindingKind::kOptimization;
  finding.pattern = Pattern::kStringConcatenation;
  finding.title = "string grown in a loop: 1.2 MiB allocated for a result of 48 KiB";
  finding.tests = {"Format.Join"};
  finding.location = {"src/join.cpp", 19, "alma::join(std::vector<std::string> const&)"};
  finding.impact.peak_bytes = 98'304;
  finding.cause = "s = s + x copies all of s each time";
  finding.waste = Waste{1'258'291, 1'024, 0.62, 0.083};
  return finding;
}

}  // namespace

Report SampleReport() {
  Report report;
  report.tool_version = "0.1.0";
  report.binary = "build/cache_test";
  report.stages = {"screen: 8 tests in 1.2 s", "triage: 3 tests, 12 to 192 runs, in 4.0 s",
                   "confirm: 3 tests in 6.5 s"};
  report.peak_error_bytes = 65'536;

  TestReport lookup = Test("Cache", "Lookup", "tests/cache_test.cpp", 45);
  lookup.verdict = TestVerdict::kCritical;
  lookup.iterations = {Stats(17'680, 101), Stats(17'646, 101)};
  TestReport refresh = Test("Cache", "Refresh", "tests/cache_test.cpp", 60);
  refresh.verdict = TestVerdict::kCritical;
  refresh.status = TestStatus::kFailed;
  refresh.iterations = {Stats(17'613, 100)};
  TestReport warm = Test("Cache", "Warm", "tests/cache_test.cpp", 71);
  warm.verdict = TestVerdict::kCritical;
  warm.iterations = {Stats(17'613, 100)};
  TestReport build = Test("Graph", "Build", "tests/graph_test.cpp", 12);
  build.verdict = TestVerdict::kWarning;
  build.iterations = {Stats(96, 2)};
  TestReport walk = Test("Graph", "Walk", "tests/graph_test.cpp", 30);
  walk.iterations = {Stats(0, 0)};
  TestReport join = Test("Format", "Join", "tests/format_test.cpp", 5);
  join.verdict = TestVerdict::kOptimization;
  join.iterations = {Stats(0, 0)};
  TestReport locale = Test("Format", "Locale", "tests/format_test.cpp", 21);
  locale.status = TestStatus::kSkipped;
  TestReport wide = Test("Format", "Wide/2", "tests/format_test.cpp", 33);
  wide.verdict = TestVerdict::kNotMeasured;
  report.tests = {lookup, refresh, warm, build, walk, join, locale, wide};

  report.findings = {CacheFinding(), LostFinding(), DescriptorFinding(), CycleFinding(),
                     ConcatenationFinding()};
  report.summary.tests = 8;
  report.summary.critical = 3;
  report.summary.warning = 1;
  report.summary.optimization = 1;
  report.summary.reduction_possible_bytes = 17'646;
  report.summary.waste_possible_bytes = 1'258'291;
  for (const Finding& finding : report.findings) {
    report.summary.priorities.push_back(finding.fingerprint);
  }
  report.summary.patterns = {{"cache-without-eviction", 1, {"src/consolidation.cpp:88"}},
                             {"lost-owner", 1, {"src/core/name.cpp:42"}},
                             {"reference-cycle", 1, {"src/graph.cpp:7"}}};
  report.summary.systemic = {{SystemicPattern::By::kFunction,
                              "alma::consolidate",
                              "3 tests leak through `alma::consolidate`",
                              {"8f2c91d0a1b2c3d4"},
                              3}};
  report.not_measured = {{"massif", "", "valgrind is not installed"},
                         {"lsan", "Format.Wide/2", "the test ends by _exit under LeakSanitizer"},
                         {"lsan", "Cache.Refresh", "the test cannot run twice"},
                         {"lsan", "Cache.Warm", "the test cannot run twice"}};
  report.profiles = SampleProfiles();
  report.sources = SampleSources();
  return report;
}

Report PolicyReport() {
  Report report = SampleReport();
  report.findings[0].baseline = BaselineState::kKnown;
  report.findings[1].baseline = BaselineState::kNew;
  report.findings[2].baseline = BaselineState::kKnown;
  report.findings[3].baseline = BaselineState::kWorse;
  report.findings[4].baseline = BaselineState::kNew;
  report.baseline = BaselineUse{"ci/baseline.json", 6, 2};
  report.summary.known = 2;
  report.summary.suppressed = 3;
  report.suppressions = {
      {"ci/memprof.supp", 3, "leak:libfoo.so", "reported to its author", 3, false, false, {}},
      {"ci/memprof.supp",
       4,
       "fd:OpenLog max_count=2",
       "",
       0,
       false,
       false,
       {"+3 descriptors per run, allowed 2"}},
      {"ci/memprof.supp", 5, "growth:Old", "", 0, true, false, {}},
      {"ci/memprof.supp", 6, "any:Legacy expires=2026-01-01", "#4711", 0, false, true, {}}};
  return report;
}

Report CleanReport() {
  Report report;
  report.tool_version = "0.1.0";
  report.binary = "build/ring_test";
  report.stages = {"screen: 3 tests in 0.1 s"};
  report.tests = {Test("Ring", "Wraps", "tests/ring_test.cpp", 4),
                  Test("Ring", "Clears", "tests/ring_test.cpp", 15),
                  Test("Ring", "Moves", "tests/ring_test.cpp", 26)};
  for (TestReport& test : report.tests) test.iterations = {Stats(0, 0)};
  report.summary.tests = 3;
  return report;
}

Report BrokenReport() {
  Report report = CleanReport();
  report.crash = "killed by SIGSEGV in Ring.Moves";
  report.interrupted = true;
  report.tests[1].status = TestStatus::kTimedOut;
  report.tests[1].verdict = TestVerdict::kNotMeasured;
  report.tests[2].status = TestStatus::kCrashed;
  report.tests[2].verdict = TestVerdict::kNotMeasured;
  report.tests[2].iterations.clear();
  report.not_measured = {{"triage", "Ring.Clears", "it took longer than 60 s"},
                         {"triage", "Ring.Moves", "it crashed"}};
  return report;
}

std::string HostileText() {
  using namespace std::string_literals;
  return "\"quoted\" <b> & 'x'\n\x1b[31mred\x1b[0m ]]> \xff\xc3 \x01 caf\xc3\xa9"
         " </script> --> `tick` | ::error::stop\r\n::error::%0A%25 \xe2\x80\xa8 \0 ;a;b 7"s;
}

Report HostileReport(const std::string& text) {
  Report report;
  report.tool_version = "0.1.0";
  report.binary = text;
  report.stages = {text};
  report.crash = text;
  TestReport test = Test("Suite" + text, "Name" + text, "dir/" + text + ".cpp", 3);
  test.verdict = TestVerdict::kCritical;
  report.tests = {test};
  Finding finding;
  finding.fingerprint = "00000000000000ff";
  finding.severity = Severity::kCritical;
  finding.title = text;
  finding.tests = {test.FullName()};
  finding.location = {"dir/" + text + ".cpp", 3, text};
  finding.stack = {{text, "dir/" + text + ".cpp", 3, text}, {text, text, 4, text}};
  finding.growth = GrowthSeries{text, {INT64_MIN, 0, INT64_MAX}, 0.5};
  finding.held_by = HeldBy{text, text, text, 1};
  finding.held_by->function = text;
  finding.held_by->thread = text;
  finding.retention_path = {{text, text, 1, 1, 1, text}};
  finding.cycle = {text};
  finding.weaken = Weaken{text, text, text, 1};
  finding.cause = text;
  finding.evidence = {{"scan", text}};
  finding.decided_by = {text};
  finding.sub_cause = text;
  finding.location.text = text;
  finding.fix.emplace();
  static_cast<Solution&>(*finding.fix) = {text, text, text, text, text, text, text};
  finding.fix->alternatives = {*finding.fix};
  finding.rerun = text;
  report.findings = {finding};
  report.summary.tests = 1;
  report.summary.critical = 1;
  report.summary.priorities = {finding.fingerprint};
  report.summary.patterns = {{text, 1, {text}}};
  report.not_measured = {{text, text, text}};
  report.summary.systemic = {{SystemicPattern::By::kHolder, text, text, {finding.fingerprint}, 1}};
  report.suppressions = {{text, 1, text, text, 1, false, false, {text}}};
  report.baseline = BaselineUse{text, 1, 1};
  report.profiles = {ProfileOf(text)};
  report.sources = {{"dir/" + text + ".cpp", 1, {text, text, text}}};
  report.conflicts = {text};
  return report;
}

Report LargeReport(int tests, int iterations) {
  Report report = CleanReport();
  report.tests.clear();
  for (int i = 0; i < tests; ++i) {
    report.tests.push_back(Test("Suite" + std::to_string(i / 100), "Test" + std::to_string(i),
                                "tests/large_test.cpp", i + 1));
    for (int run = 0; run < iterations; ++run) {
      report.tests.back().iterations.push_back(Stats(48'000 + run, 120));
    }
  }
  report.summary.tests = tests;
  return report;
}

}  // namespace memprof
