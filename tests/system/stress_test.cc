// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// stress_threads under the full trace: what the record says was kept against what the program
// itself counted.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/parse/record_file.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

constexpr std::uint32_t kRuns = 4;

struct Amount {
  std::int64_t blocks = 0;
  std::int64_t bytes = 0;
  bool operator==(const Amount&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Amount& amount) {
  return out << amount.blocks << " blocks, " << amount.bytes << " bytes";
}

/// What one run of a test kept, as the program counted it.
struct Told {
  std::string test;
  std::uint32_t iteration = 0;
  Amount kept;
  Amount freed;  ///< of what the test's last run had kept
  int descriptors = 0;
  int threads = 0;
  int mappings = 0;
  std::int64_t mapped_bytes = 0;
};

/// Where functions lie.
struct Section {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool HasReturnAddress(std::uint64_t address) const { return address > begin && address <= end; }
};

struct Ledger {
  Section keeps;         ///< the functions that keep
  Section plugin_keeps;  ///< the one that keeps for plug-ins
  std::vector<Told> runs;
};

Ledger ReadLedger(const std::string& path) {
  Ledger ledger;
  Result<std::string> text = ReadFile(path);
  EXPECT_TRUE(text.ok());
  std::istringstream lines(text.ok() ? text.value() : "");
  std::map<std::string, std::uint32_t> runs;
  std::string name;
  while (lines >> name) {
    if (name == "sections") {
      for (Section* section : {&ledger.keeps, &ledger.plugin_keeps}) {
        lines >> section->begin >> section->end;
      }
      continue;
    }
    Told told;
    told.test = name;
    told.iteration = runs[name]++;
    lines >> told.kept.blocks >> told.kept.bytes >> told.freed.blocks >> told.freed.bytes >>
        told.descriptors >> told.threads >> told.mappings >> told.mapped_bytes;
    ledger.runs.push_back(told);
  }
  return ledger;
}

/// One run of the program for all that is expected of it, for it takes a while.
class TracedStress : public testing::Test {
 protected:
  void SetUp() override {
    const std::string out = FreshDirectory("stress");
    Command command;
    command.arguments = {ProgramPath("stress_threads"), "--gtest_repeat=" + std::to_string(kRuns)};
    command.output_path = out + "/output.txt";
    command.set_environment = {{"MEMPROF_TRACE", "1"},
                               {"MEMPROF_RECORD", out + "/a.rec"},
                               {"MEMPROF_STRESS_LEDGER", out + "/ledger.txt"}};
    if (std::getenv("MEMPROF_STRESS_SECONDS") == nullptr) {
      command.set_environment.emplace_back("MEMPROF_STRESS_SECONDS", "2");
    }
    command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                                 "MEMPROF"};
    command.time_limit_s = 360;
    const Result<ProcessEnd> end = RunProcess(command);
    ASSERT_TRUE(end.ok());
    ASSERT_EQ(end->Text(), "exited with status 0") << "see " << command.output_path;
    Result<std::string> bytes = ReadFile(out + "/a.rec");
    ASSERT_TRUE(bytes.ok());
    Result<RecordFile> record = ParseRecord(bytes.value());
    ASSERT_TRUE(record.ok());
    record_ = std::move(record).value();
    ASSERT_TRUE(record_.trace.has_value());
    ledger_ = ReadLedger(out + "/ledger.txt");
  }

  void ExpectRecordIsWholeAndNothingWasLost();
  void ExpectWindowsOfTestsAreExact();
  void ExpectSurvivorsOfEachOwnerAreExactAtTheEndOfEachIteration();
  void ExpectResourcesAreKeptByWhoOpenedThem();
  void ExpectStacksThroughPluginsNameThePluginThatWasLoadedThen();

  const RecordedTrace& Trace() const { return *record_.trace; }

  const RecordedRun* RunOf(const Told& told) const {
    for (const RecordedRun& run : record_.runs) {
      if (run.iteration == told.iteration && record_.tests[run.test].FullName() == told.test) {
        return &run;
      }
    }
    return nullptr;
  }

  /// Whether a function of the section made it, whether or not operator new lies between.
  bool IsMadeIn(const Section& section, const record::Origin& origin) const {
    const std::vector<std::uint64_t>& frames = Trace().stacks[origin.stack].addresses;
    for (std::size_t i = 0; i < frames.size() && i < 2; ++i) {
      if (section.HasReturnAddress(frames[i])) return true;
    }
    return false;
  }
  bool IsKept(const record::Origin& origin) const {
    return IsMadeIn(ledger_.keeps, origin) || IsMadeIn(ledger_.plugin_keeps, origin);
  }

  /// (test, iteration of the window) → what is live of it; tests by full name, "" for all else.
  using ByOwner = std::map<std::pair<std::string, std::uint32_t>, Amount>;

  std::pair<std::string, std::uint32_t> OwnerOf(const record::Origin& origin) const {
    const RecordedWindow& window = Trace().windows[origin.window];
    if (window.kind != record::kWithinTest) return {"", 0};
    return {record_.tests[window.test].FullName(), window.iteration};
  }

  RecordFile record_;
  Ledger ledger_;
};

void TracedStress::ExpectRecordIsWholeAndNothingWasLost() {
  EXPECT_EQ(record_.damage, "");
  EXPECT_TRUE(record_.program_ended);
  EXPECT_EQ(record_.lost_records, 0u);
  ASSERT_EQ(Trace().states.size(), kRuns);
  for (const record::TraceState& state : Trace().states) {
    EXPECT_EQ(state.untracked_blocks, 0u);
    EXPECT_EQ(state.unknown_frees, 0u);
    EXPECT_EQ(state.lost_stacks, 0u);
    EXPECT_EQ(state.lost_resources, 0u);
  }
}

void TracedStress::ExpectWindowsOfTestsAreExact() {
  ASSERT_EQ(ledger_.runs.size(), record_.runs.size());
  for (const Told& told : ledger_.runs) {
    SCOPED_TRACE(told.test + ", run " + std::to_string(told.iteration));
    const RecordedRun* const run = RunOf(told);
    ASSERT_NE(run, nullptr);
    const record::Window& window = run->window;
    EXPECT_EQ(window.descriptors, told.descriptors);
    EXPECT_EQ(window.threads, told.threads);
    EXPECT_EQ(window.mappings, told.mappings);
    EXPECT_EQ(window.mapped_bytes, told.mapped_bytes);
    // glibc keeps a block for each thread that lives on.
    if (told.threads != 0) continue;
    EXPECT_EQ((Amount{window.kept_blocks, window.kept_bytes}),
              (Amount{told.kept.blocks - told.freed.blocks, told.kept.bytes - told.freed.bytes}));
  }
}

void TracedStress::ExpectSurvivorsOfEachOwnerAreExactAtTheEndOfEachIteration() {
  std::map<std::uint32_t, Amount> live;  // by origin
  ASSERT_EQ(Trace().survivor_changes.size(), kRuns);
  for (std::uint32_t iteration = 0; iteration < kRuns; ++iteration) {
    SCOPED_TRACE("iteration " + std::to_string(iteration));
    for (const RecordedAmount& change : Trace().survivor_changes[iteration]) {
      live[change.origin] = {static_cast<std::int64_t>(change.blocks),
                             static_cast<std::int64_t>(change.bytes)};
    }
    ByOwner kept;
    Amount all;
    for (const auto& [origin, amount] : live) {
      all.blocks += amount.blocks;
      all.bytes += amount.bytes;
      if (amount == Amount{} || !IsKept(Trace().origins[origin])) continue;
      Amount& sum = kept[OwnerOf(Trace().origins[origin])];
      sum.blocks += amount.blocks;
      sum.bytes += amount.bytes;
    }
    ByOwner wanted;
    wanted[{"", 0}] = {10, 10 * 5000 + 45};  // by the static initialiser
    for (const Told& told : ledger_.runs) {
      if (told.iteration > iteration) continue;
      wanted[{told.test, told.iteration}] = told.kept;
      if (told.freed == Amount{}) continue;
      Amount& before = wanted[{told.test, told.iteration - 1}];
      before.blocks -= told.freed.blocks;
      before.bytes -= told.freed.bytes;
    }
    EXPECT_EQ(kept, wanted);
    const record::TraceState& state = Trace().states[iteration];
    EXPECT_EQ((Amount{static_cast<std::int64_t>(state.live_blocks),
                      static_cast<std::int64_t>(state.live_bytes)}),
              all);
    const record::Totals& totals = record_.iterations[iteration].totals;
    EXPECT_EQ((Amount{totals.live_blocks, totals.live_bytes}), all);
  }
}

void TracedStress::ExpectResourcesAreKeptByWhoOpenedThem() {
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> there;  // (kind, iteration)
  std::int64_t mapped = 0;
  for (const RecordedResource& resource : Trace().resources) {
    const record::Origin& origin = Trace().origins[resource.what.origin];
    if (!IsKept(origin)) continue;
    EXPECT_EQ(resource.what.is_there, 1u);
    EXPECT_EQ(OwnerOf(origin), (std::pair<std::string, std::uint32_t>("Stress.ResourcesAreKept",
                                                                      resource.what.iteration)));
    ++there[{resource.what.kind, resource.what.iteration}];
    if (resource.what.kind == record::kMapping) {
      mapped += static_cast<std::int64_t>(resource.what.bytes);
    }
  }
  for (const Told& told : ledger_.runs) {
    if (told.test != "Stress.ResourcesAreKept") continue;
    EXPECT_EQ((there[{record::kDescriptor, told.iteration}]), told.descriptors);
    EXPECT_EQ((there[{record::kThread, told.iteration}]), told.threads);
    EXPECT_EQ((there[{record::kMapping, told.iteration}]), told.mappings);
    mapped -= told.mapped_bytes;
  }
  EXPECT_EQ(mapped, 0);
}

/// The module that the address lies in, in this epoch.
const RecordedModule* ModuleAt(const RecordedTrace& trace, std::uint64_t address,
                               std::uint32_t epoch) {
  const RecordedModule* found = nullptr;
  for (const RecordedModule& module : trace.modules) {
    if (address < module.begin || address >= module.end) continue;
    if (epoch < module.first_epoch || epoch > module.last_epoch) continue;
    // Of two that an epoch has seen at one place, the later.
    if (found == nullptr || module.first_epoch > found->first_epoch) found = &module;
  }
  return found;
}

void TracedStress::ExpectStacksThroughPluginsNameThePluginThatWasLoadedThen() {
  std::map<std::uint32_t, RecordedAmount> live;
  for (const std::vector<RecordedAmount>& changes : Trace().survivor_changes) {
    for (const RecordedAmount& change : changes) live[change.origin] = change;
  }
  std::uint64_t right = 0;
  std::uint64_t wrong = 0;
  for (const auto& [id, amount] : live) {
    const record::Origin& origin = Trace().origins[id];
    if (amount.blocks == 0 || !IsMadeIn(ledger_.plugin_keeps, origin)) continue;
    // All of a plug-in have one size, which says which it is.
    const std::uint64_t size = amount.bytes / amount.blocks;
    ASSERT_EQ(size * amount.blocks, amount.bytes);
    const RecordedStack& stack = Trace().stacks[origin.stack];
    const RecordedModule* module = nullptr;
    for (std::size_t i = 1; i < stack.addresses.size() && i < 3; ++i) {
      module = ModuleAt(Trace(), stack.addresses[i], stack.epoch);
      if (module != nullptr && module->path.find("stress_plugin") != std::string::npos) break;
      module = nullptr;
    }
    const std::string name = "libstress_plugin_" + std::to_string(size - 1000) + ".so";
    const bool is_right = module != nullptr && module->path.ends_with(name);
    (is_right ? right : wrong) += amount.blocks;
  }
  RecordProperty("right", std::to_string(right));
  EXPECT_GT(right, 1000u);
  EXPECT_EQ(wrong, 0u);
}

TEST_F(TracedStress, WhateverThreadsDoTheRecordIsExactAtEveryEnd) {
  ExpectRecordIsWholeAndNothingWasLost();
  ExpectWindowsOfTestsAreExact();
  ExpectSurvivorsOfEachOwnerAreExactAtTheEndOfEachIteration();
  ExpectResourcesAreKeptByWhoOpenedThem();
  ExpectStacksThroughPluginsNameThePluginThatWasLoadedThen();
}

}  // namespace
}  // namespace memprof
