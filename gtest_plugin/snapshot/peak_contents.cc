// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/peak_contents.h"

#include <string.h>
#include <unistd.h>

#include "gtest_plugin/snapshot/content_scan.h"
#include "gtest_plugin/snapshot/stopped_world.h"
#include "gtest_plugin/trace/trace.h"

namespace memprof {
namespace {

constexpr int kLongestScanMs = 30000;
// Within an allocation of a test: longer than one scan takes, and short for who waits.
constexpr int kLongestPauseMs = 2000;

int Scan(const StoppedWorld&, void* plan) { return ScanContents(static_cast<ContentPlan*>(plan)); }

}  // namespace

void PeakContents::Prepare(const char* wanted) noexcept {
  on_ = wanted != nullptr && strcmp(wanted, "1") == 0;
  process_ = getpid();
}

void PeakContents::Take(const char* record_path) noexcept {
  if (getpid() != process_) return;  // a child of the program's, whose peak nobody asked for
  taken_ = true;
  why_not_ = nullptr;
  if (!Await(kLongestPauseMs)) {
    why_not_ = "those of another test were still being looked at";
    return;
  }
  // What was just allocated holds what somebody else left there.
  const void* const unfilled = t_trace != nullptr ? t_trace->last_block : nullptr;
  ContentPlan* const plan = MakeContentPlan(number_, __atomic_load_n(&g_window, __ATOMIC_RELAXED),
                                            unfilled, record_path, &why_not_);
  if (plan == nullptr) return;
  const StopResult result = CopyRunningWorld(&Scan, plan);
  ForgetContentPlan(plan);
  child_ = result.child;
  why_not_ = result.why_not;
}

void PeakContents::EndTest(uint32_t test, uint32_t iteration, record::Writer* record) noexcept {
  if (!taken_) return;
  taken_ = false;
  const char* const why = why_not_ == nullptr ? "" : why_not_;
  const record::SnapshotState state =
      why_not_ == nullptr ? record::kSnapshotWhole : record::kSnapshotMissing;
  const record::PeakContents contents = {number_++, test, iteration, state};
  const auto length = static_cast<uint32_t>(strlen(why));
  const record::Piece pieces[] = {
      {&contents, sizeof(contents)}, {&length, sizeof(length)}, {why, length}};
  record->Append(record::kPeakContents, pieces, 3);
}

bool PeakContents::Await(int wait_ms) noexcept {
  if (child_ > 0 && ReapSnapshotChild(child_, wait_ms)) child_ = -1;
  return child_ <= 0;
}

void PeakContents::Finish() noexcept { is_slow_ = !Await(is_slow_ ? 0 : kLongestScanMs); }

}  // namespace memprof
