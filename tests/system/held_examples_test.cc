// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Who holds what the examples keep.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "tests/system/held_text.h"
#include "tests/system/holder_marks.h"
#include "tests/system/memprof_run.h"
#include "tests/system/source_marks.h"
#include "tests/unit/report/golden.h"

namespace memprof {
namespace {

/// An example whose memory is held, by this variable.
struct HeldExample {
  const char* name;
  const char* symbol;
  const char* type;         ///< how it begins
  const char* declaration;  ///< text of its line
};

/// massif says nothing of holders. Twelve runs have three snapshots; to follow growth takes long.
const std::vector<std::string> kQuick = {
    "--tools", "lsan", "--max-runs", "12", "--min-runs-for-critical", "12"};

std::string HeldTextOf(const MemprofRun& run) {
  Result<std::string> text = ReadFile(run.out + "/report.txt");
  return HeldText(text.ok() ? *text : run.output);
}

std::string FileOf(const std::string& example) { return "examples/" + example + "/leak_test.cc"; }

class HeldExamples : public testing::TestWithParam<HeldExample> {};

TEST_P(HeldExamples, NameTheVariable) {
  const HeldExample& expected = GetParam();
  const std::string name = expected.name;
  const MemprofRun run = RunMemprof(ExamplePath(name + "_leak"), kQuick);
  const auto findings = run.Findings(Severity::kCritical);
  EXPECT_FALSE(findings.empty()) << Describe(run);
  for (const Finding* finding : findings) {
    ASSERT_TRUE(finding->held_by.has_value()) << Describe(run);
    EXPECT_EQ(finding->held_by->symbol, expected.symbol);
    EXPECT_EQ(finding->held_by->type.substr(0, std::string(expected.type).size()), expected.type);
    EXPECT_EQ(finding->held_by->file, FileOf(name));
    EXPECT_EQ(finding->held_by->line, LineOf(FileOf(name), expected.declaration));
    EXPECT_FALSE(finding->retention_path.empty());
  }
  ExpectGolden("held/example_" + name + ".txt", HeldTextOf(run));
}

INSTANTIATE_TEST_SUITE_P(
    Pattern, HeldExamples,
    testing::Values(
        HeldExample{"buffer_accumulation", "training::SharedTrainer()::trainer.losses_",
                    "std::vector<training::Tensor>", "static Trainer trainer;"},
        HeldExample{"cache_without_eviction", "gallery::Thumbnails()::cache.thumbnails_",
                    "std::map<int, gallery::Thumbnail>", "static ThumbnailCache cache;"},
        HeldExample{"closure_capture", "viewer::AppTimers()::timers.callbacks_",
                    "std::list<std::function<bool", "static Timers timers;"},
        HeldExample{"listener_not_removed", "desktop::Bus()::bus.listeners_",
                    "std::vector<std::function<void", "static EventBus bus;"},
        HeldExample{"object_not_released", "open_figures", "figure", "figure* open_figures"},
        HeldExample{"static_lifetime", "media::registered_codecs", "media::CodecDescriptor",
                    "CodecDescriptor* registered_codecs"},
        HeldExample{"unbounded_collection", "gateway::History()::history.records_",
                    "std::deque<gateway::RequestRecord>", "static RequestHistory history;"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(HeldExamples, NameTheCycleAndTheMemberToWeaken) {
  const MemprofRun run = RunMemprof(ExamplePath("reference_cycle_leak"), kQuick);
  const auto findings = run.Findings(Severity::kCritical);
  ASSERT_EQ(findings.size(), 1u) << Describe(run);
  EXPECT_TRUE(IsCycleThrough(findings[0]->cycle, {"chat::Session", "chat::Connection"}))
      << testing::PrintToString(findings[0]->cycle);
  ASSERT_TRUE(findings[0]->weaken.has_value()) << Describe(run);
  EXPECT_EQ(findings[0]->weaken->member, "chat::Connection::session");
  EXPECT_TRUE(IsSameType(findings[0]->weaken->type, "std::shared_ptr<chat::Session>"))
      << findings[0]->weaken->type;
  EXPECT_EQ(findings[0]->weaken->file, FileOf("reference_cycle"));
  ExpectGolden("held/example_reference_cycle.txt", HeldTextOf(run));
}

}  // namespace
}  // namespace memprof
