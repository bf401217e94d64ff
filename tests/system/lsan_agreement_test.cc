// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What heap snapshots call lost against what LeakSanitizer calls lost, place by place.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <string>

#include "runner/analyze/call_site.h"
#include "runner/execute/evidence_file.h"
#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/parse/lsan_log.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

constexpr int kRuns = 12;  // of a suspect, in triage and under LeakSanitizer

/// A test of which the two may disagree, and why.
struct Disagreement {
  const char* program;
  const char* test;
  const char* why;
};

constexpr Disagreement kDisagreements[] = {
    {"found_held_by_hidden_pointers", "Hidden.BehindTaggedPointers",
     "LeakSanitizer takes no tagged word for a pointer; the snapshot keeps it as a weak one"},
    {"found_in_foreign_code", "Foreign.PlugIn",
     "LeakSanitizer cannot name code of a plug-in that is unloaded when it looks"},
    {"found_held_by_mapping", "Mapping.HoldsJobs",
     "LeakSanitizer does not look into anonymous mappings"},
};

std::string WhyTheyMayDisagree(const std::string& program, const std::string& test) {
  for (const Disagreement& known : kDisagreements) {
    if (program == known.program && test == known.test) return known.why;
  }
  return "";
}

/// "found_x.cc:12": the innermost frame in a program's or an example's source; empty when there is
/// none. By the file's name, since the tools spell directories differently.
std::string PlaceOf(const Stack& stack) {
  for (const Frame& frame : stack) {
    const bool is_ours = frame.file.find("tests/programs/") != std::string::npos ||
                         frame.file.find("examples/") != std::string::npos;
    if (!is_ours) continue;
    return std::filesystem::path(frame.file).lexically_normal().filename().string() + ":" +
           std::to_string(frame.line);
  }
  return "";
}

/// What LeakSanitizer says at the end of a process that has run the test so often; `tests_too`: of
/// what tests made as well.
std::set<std::string> LostByLsan(const std::string& binary, const std::string& test, bool tests_too,
                                 const std::string& out) {
  Command command;
  command.arguments = {binary, "--gtest_filter=" + test, "--gtest_repeat=" + std::to_string(kRuns)};
  command.output_path = out + "/lsan_output.txt";
  const std::string log = out + "/lsan";
  command.set_environment = {{"LD_PRELOAD", "liblsan.so.0"},
                             {"LSAN_OPTIONS",
                              "exitcode=0:max_leaks=0:fast_unwind_on_malloc=0:"
                              "malloc_context_size=60:log_path=" +
                                  log},
                             {"GTEST_RECREATE_ENVIRONMENTS_WHEN_REPEATING", "1"}};
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                               "MEMPROF"};
  command.time_limit_s = 60;
  EXPECT_TRUE(RunProcess(command).ok());
  std::set<std::string> places;
  for (const auto& entry : std::filesystem::directory_iterator(out)) {
    if (!entry.path().filename().string().starts_with("lsan.")) continue;
    Result<std::string> text = ReadFile(entry.path().string());
    if (!text) continue;
    Result<LsanLog> parsed = ParseLsanLog(*text);
    EXPECT_TRUE(parsed.ok()) << *text;
    if (!parsed) continue;
    for (const LsanLeak& leak : parsed->leaks) {
      if (tests_too || ScopeOfStack(leak.stack) != Scope::kTest) places.insert(PlaceOf(leak.stack));
    }
    std::filesystem::remove(entry.path());
  }
  places.erase("");
  return places;
}

/// What the heap snapshots of triage say of the test, and of its suite and program.
struct BySnapshot {
  std::set<std::string> known;  ///< all of which it tells
  bool has_test = false;        ///< a test that rests has no evidence, but its suite may have
  std::set<std::string> lost;
  /// Places of which a stale word may hide that they are lost.
  std::set<std::string> maybe_lost;
};

BySnapshot LostBySnapshot(const SuspectFile& suspect) {
  BySnapshot places;
  for (const TestEvidence& evidence : suspect.evidence) {
    places.has_test = places.has_test || evidence.scope == Scope::kTest;
    for (const TracedSite& site : evidence.triage.sites) {
      const std::string place = PlaceOf(site.stack);
      const SiteRetention& retention = site.retention;
      EXPECT_TRUE(retention.measured()) << place << ": " << retention.not_measured;
      EXPECT_EQ(retention.why_partial, "") << place;
      places.known.insert(place);
      if (retention.lost_blocks > 0) places.lost.insert(place);
      if (retention.stack_only_blocks > 0) places.maybe_lost.insert(place);
    }
  }
  places.known.erase("");
  places.lost.erase("");
  return places;
}

/// Returns how many places there are to agree on.
std::size_t ExpectAgreement(const SuspectFile& suspect, const std::string& program,
                            const std::string& plain, const std::string& out) {
  const std::string test = suspect.test().FullName();
  SCOPED_TRACE(test);
  const BySnapshot snapshot = LostBySnapshot(suspect);
  const std::set<std::string> lsan = LostByLsan(plain, test, snapshot.has_test, out);
  std::set<std::string> only_lsan, only_snapshot;
  std::set_difference(lsan.begin(), lsan.end(), snapshot.lost.begin(), snapshot.lost.end(),
                      std::inserter(only_lsan, only_lsan.end()));
  std::set_difference(snapshot.lost.begin(), snapshot.lost.end(), lsan.begin(), lsan.end(),
                      std::inserter(only_snapshot, only_snapshot.end()));
  for (const std::string& place : snapshot.maybe_lost) only_lsan.erase(place);
  const std::string why = WhyTheyMayDisagree(program, test);
  EXPECT_EQ(only_lsan.empty() && only_snapshot.empty(), why.empty())
      << "lost by LeakSanitizer alone: " << testing::PrintToString(only_lsan)
      << "\nlost by snapshots alone: " << testing::PrintToString(only_snapshot)
      << (why.empty() ? "" : "\nthey agree now, although ") << why;
  return snapshot.known.size();
}

class LsanAgreement : public testing::TestWithParam<const char*> {};

TEST_P(LsanAgreement, OnWhatIsLost) {
  const std::string name = GetParam();
  const bool is_example = std::filesystem::exists(ExamplePath(name));
  const std::string binary = is_example ? ExamplePath(name) : ProgramPath(name);
  const std::string out = FreshDirectory("lsan_agreement_" + name);
  Command command;
  command.arguments = {
      MEMPROF_TEST_CLI,  "run", "--quiet", "--out",  out,  "--source-root", MEMPROF_TEST_SOURCE,
      "--growth-budget", "2",   "--stage", "screen", "--", binary};
  command.output_path = out + "/output.txt";
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                               "MEMPROF"};
  command.time_limit_s = 120;
  const Result<ProcessEnd> end = RunProcess(command);
  ASSERT_TRUE(end.ok());
  ASSERT_EQ(end->Text(), "exited with status 0") << command.output_path;
  std::size_t places = 0;
  for (const auto& entry : std::filesystem::directory_iterator(out + "/suspects")) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".json") || path.ends_with(".screen.json")) continue;
    Result<std::string> text = ReadFile(path);
    ASSERT_TRUE(text.ok());
    Result<SuspectFile> suspect = ParseSuspect(*text);
    ASSERT_TRUE(suspect.ok()) << path;
    places += ExpectAgreement(*suspect, name, PlainPath(name), out);
  }
  // Every one of these keeps something.
  EXPECT_GT(places, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Program, LsanAgreement,
    testing::Values("buffer_accumulation_leak", "cache_without_eviction_leak",
                    "closure_capture_leak", "listener_not_removed_leak", "lost_owner_leak",
                    "object_not_released_leak", "reference_cycle_leak", "static_lifetime_leak",
                    "thread_not_joined_leak", "unbounded_collection_leak", "clean_fixed_key_cache",
                    "clean_lru_1000", "environment_leak", "found_cycle_of_classes",
                    "found_cycle_through_closure", "found_every_third",
                    "found_held_by_hidden_pointers", "found_held_by_main", "found_held_by_mapping",
                    "found_held_by_variables", "found_held_in_containers",
                    "found_held_through_members", "found_in_foreign_code", "found_inline_method",
                    "found_one_byte", "found_outside_tests", "found_rests_every_fourth",
                    "found_shared_ptr_cycle", "found_two_vectors", "found_vector_of_strings",
                    "found_vector_stepwise", "found_while_failing", "one_time_retention",
                    "suite_setup_leak"),
    [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace memprof
