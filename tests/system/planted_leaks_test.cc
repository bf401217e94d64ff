// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leaks at random places of tests that nobody of us wrote: GoogleTest's own samples and tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/system/compiled_test.h"
#include "tests/system/memprof_run.h"
#include "tests/system/planted_source.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGoogleTest = "/usr/src/googletest/googletest";
constexpr std::size_t kLeaks = 50;

struct Program {
  const char* source;  ///< below GoogleTest's directory
  const char* beside;  ///< another source file of it, or empty
};

/// Those with many tests, which pass when they are repeated.
constexpr Program kPrograms[] = {
    {"samples/sample1_unittest.cc", "samples/sample1.cc"},
    {"samples/sample2_unittest.cc", "samples/sample2.cc"},
    {"samples/sample3_unittest.cc", ""},
    {"samples/sample4_unittest.cc", "samples/sample4.cc"},
    {"samples/sample5_unittest.cc", "samples/sample1.cc"},
    {"samples/sample6_unittest.cc", ""},
    {"samples/sample7_unittest.cc", ""},
    {"samples/sample8_unittest.cc", ""},
    {"test/googletest-filepath-test.cc", ""},
    {"test/googletest-message-test.cc", ""},
    {"test/googletest-options-test.cc", ""},
    {"test/googletest-test-part-test.cc", ""},
};

std::string ReadText(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool IsMemory(FindingKind kind) {
  return kind == FindingKind::kMemoryLeak || kind == FindingKind::kMemoryGrowth;
}

bool Shows(const Finding& finding, const PlantedLeak& leak) {
  return finding.location.file == leak.file && finding.location.line == leak.line &&
         (finding.kind == leak.kind || (IsMemory(finding.kind) && IsMemory(leak.kind)));
}

/// What kinds to plant in each program: `kLeaks` in all, four of them in turn, spread by how many
/// places a program has.
std::vector<std::vector<FindingKind>> Spread(const std::vector<PlantedSource>& sources,
                                             std::mt19937* random) {
  constexpr FindingKind kKinds[] = {FindingKind::kMemoryLeak, FindingKind::kMemoryGrowth,
                                    FindingKind::kFdLeak, FindingKind::kMemoryLeak,
                                    FindingKind::kThreadLeak};
  std::vector<std::size_t> owner_of_place;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    owner_of_place.insert(owner_of_place.end(), sources[i].places(), i);
  }
  std::vector<std::vector<FindingKind>> kinds(sources.size());
  for (std::size_t i = 0; i < kLeaks;) {
    const std::size_t owner = owner_of_place[(*random)() % owner_of_place.size()];
    if (kinds[owner].size() == sources[owner].places()) continue;
    kinds[owner].push_back(kKinds[i++ % std::size(kKinds)]);
  }
  return kinds;
}

class PlantedLeaks : public testing::TestWithParam<int> {};

TEST_P(PlantedLeaks, AreFoundAtTheirLinesAndNothingElseIs) {
  if (!fs::exists(kGoogleTest)) GTEST_SKIP() << "GoogleTest's sources are not installed";
  std::mt19937 random(static_cast<std::uint32_t>(GetParam()));
  std::vector<PlantedSource> sources;
  for (const Program& program : kPrograms) {
    const fs::path path = fs::path(kGoogleTest) / program.source;
    sources.emplace_back(path.stem().string() + ".cc", ReadText(path));
  }
  const std::vector<std::vector<FindingKind>> kinds = Spread(sources, &random);
  const std::string directory = FreshDirectory("planted" + std::to_string(GetParam()));
  std::size_t found = 0;
  std::string missed;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (kinds[i].empty()) continue;
    const std::string name = fs::path(kPrograms[i].source).stem().string();
    const std::vector<PlantedLeak> planted = sources[i].Plant(kinds[i], &random);
    std::ofstream(directory + "/" + name + ".cc") << sources[i].text();
    const std::string root = kGoogleTest;
    const std::string beside = kPrograms[i].beside;
    const std::string failed = CompileTest(
        directory, name, name + ".cc" + (beside.empty() ? "" : " " + root + "/" + beside),
        "-w -I" + root + " -I" + root + "/samples");
    ASSERT_EQ(failed, "");
    const MemprofRun run =
        RunMemprof(directory + "/" + name,
                   {"--source-root", directory, "--max-runs", "48", "--ignore-test-failures"});
    ASSERT_TRUE(run.has_report) << run.output;
    const std::vector<const Finding*> findings = run.Findings(Severity::kWarning);
    for (const PlantedLeak& leak : planted) {
      const bool is_found = std::any_of(findings.begin(), findings.end(),
                                        [&](const Finding* each) { return Shows(*each, leak); });
      found += is_found ? 1 : 0;
      if (!is_found)
        missed += leak.file + ":" + std::to_string(leak.line) + ": " + leak.code + "\n";
    }
    for (const Finding* finding : findings) {
      const bool is_planted =
          std::any_of(planted.begin(), planted.end(),
                      [&](const PlantedLeak& leak) { return Shows(*finding, leak); });
      EXPECT_TRUE(is_planted) << "not planted: " << finding->location.file << ":"
                              << finding->location.line << ": " << finding->title << "\n"
                              << Describe(run);
    }
  }
  EXPECT_GE(found, kLeaks * 95 / 100 + 1) << "missed:\n" << missed;
  RecordProperty("found", std::to_string(found));
}

INSTANTIATE_TEST_SUITE_P(Seed, PlantedLeaks, testing::Values(1));
// By hand, with --gtest_also_run_disabled_tests: some minutes each.
INSTANTIATE_TEST_SUITE_P(DISABLED_MoreSeeds, PlantedLeaks, testing::Values(2, 3, 4, 5));

}  // namespace
}  // namespace memprof
