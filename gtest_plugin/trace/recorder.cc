// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/recorder.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "gtest_plugin/trace/definitions.h"
#include "gtest_plugin/trace/module_list.h"
#include "gtest_plugin/trace/resources.h"
#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/tracker/pairs.h"

namespace memprof {
namespace {

// What a smaller peak is made of nobody needs to know.
constexpr int64_t kLeastPeak = 64 * 1024;
constexpr size_t kMostPeaks = size_t{1} << 20;

enum PeakState : int { kIdle, kWatching, kCounting, kCounted };
int g_peak_state = kIdle;
Survivors* g_survivors = nullptr;
PeakContents* g_contents = nullptr;
const char* g_record_path = nullptr;

void OnPeak() {
  // The test may have ended since the alarm rang, on another thread.
  int state = kWatching;
  if (!__atomic_compare_exchange_n(&g_peak_state, &state, kCounting, false, __ATOMIC_ACQ_REL,
                                   __ATOMIC_RELAXED)) {
    return;
  }
  g_survivors->CountPeak();
  if (g_contents->is_on()) g_contents->Take(g_record_path);
  __atomic_store_n(&g_peak_state, kCounted, __ATOMIC_RELEASE);
}

constexpr int64_t kFirstGrowth = 1 << 20;
int64_t g_growth = 0;

void OnGrowth() {
  if (!IsTracing()) return;  // in a child of fork
  int state = kWatching;
  if (!__atomic_compare_exchange_n(&g_peak_state, &state, kCounting, false, __ATOMIC_ACQ_REL,
                                   __ATOMIC_RELAXED)) {
    return;
  }
  g_survivors->ForgetPeak();
  g_survivors->CountPeak();
  g_growth += g_growth / 2;
  const int64_t live = ReadHeapTotals().live_bytes;
  if (g_growth < live + live / 2) g_growth = live + live / 2;
  __atomic_store_n(&g_peak_state, kWatching, __ATOMIC_RELEASE);
  CallAbove(g_growth, nullptr);
}

void AddSite(record::Site* sum, const record::Site& site) {
  sum->bytes += site.bytes;
  sum->temporaries += site.temporaries;
  sum->temporary_bytes += site.temporary_bytes;
  sum->reallocs += site.reallocs;
  sum->realloc_bytes += site.realloc_bytes;
  if (site.longest_chain > sum->longest_chain) sum->longest_chain = site.longest_chain;
  if (site.largest > sum->largest) sum->largest = site.largest;
  for (int i = 0; i < record::kSizeClasses; ++i) {
    sum->sizes[i] += site.sizes[i];
    sum->allocations += site.sizes[i];
  }
  for (int i = 0; i < record::kLifetimeClasses; ++i) sum->lifetimes[i] += site.lifetimes[i];
}

}  // namespace

void TraceRecorder::Prepare() noexcept {
  why_off_ = WhyNotTracing();
  if (!IsTracing()) return;
  on_ =
      survivors_.Start() && peaks_.Reserve(kMostPeaks) && g_modules.Start() && g_resources.Start();
  if (!on_) why_off_ = "the address space for what it writes was refused";
  if (!on_) return;
  snapshots_.Prepare(getenv("MEMPROF_HEAP_SNAPSHOTS"));
  contents_.Prepare(getenv("MEMPROF_PEAK_CONTENTS"));
}

void TraceRecorder::PrepareInCopy() noexcept {
  on_ = IsTracing() && survivors_.Start();
  const int state = __atomic_load_n(&g_peak_state, __ATOMIC_ACQUIRE);
  of_process_ = state == kWatching ? g_survivors : nullptr;
  // What was made in whichever window of the process was made within the program here.
  ForgetDefinitions(kIgnoredWindowId + 1);
  g_modules.ForgetWritten();
  g_resources.ForgetWritten();
}

void TraceRecorder::Start(record::Writer* record) noexcept {
  if (!on_) return;
  record_ = record;
  g_survivors = &survivors_;
  g_contents = &contents_;
  g_record_path = record->path();
  g_modules.Refresh();
  g_modules.WriteTo(record_);
  const record::TraceWindow first[] = {
      {0, record::kBeforeTests, record::kNoTest, 0},
      {kIgnoredWindowId, record::kIgnoredWindow, record::kNoTest, 0}};
  for (const record::TraceWindow& window : first) {
    const uint32_t no_name = 0;
    const record::Piece pieces[] = {{&window, sizeof(window)}, {&no_name, sizeof(no_name)}};
    record_->Append(record::kWindow, pieces, 2);
  }
  windows_ = kIgnoredWindowId;
}

uint32_t TraceRecorder::OpenWindow(record::WindowKind kind, uint32_t test, uint32_t iteration,
                                   const char* suite) noexcept {
  if (!on_) return 0;
  const uint32_t id = ++windows_;
  const record::TraceWindow window = {id, kind, test, iteration};
  if (suite == nullptr) suite = "";
  size_t length = strlen(suite);
  if (length > record::kMaxPayload / 8) length = record::kMaxPayload / 8;
  const auto bytes = static_cast<uint32_t>(length);
  const record::Piece pieces[] = {
      {&window, sizeof(window)}, {&bytes, sizeof(bytes)}, {suite, bytes}};
  record_->Append(record::kWindow, pieces, 3);
  __atomic_store_n(&g_window, id, __ATOMIC_RELAXED);
  return id;
}

void TraceRecorder::ReopenWindow(uint32_t window) noexcept {
  if (on_) __atomic_store_n(&g_window, window, __ATOMIC_RELAXED);
}

void TraceRecorder::StartTest(uint32_t test, int64_t live_bytes) noexcept {
  if (!on_) return;
  anchor_.OnTestStart();
  if (test >= kMostPeaks) return;
  const KnownPeak& known = peaks_[test];
  if (known.is_written || known.bytes < kLeastPeak) return;
  __atomic_store_n(&g_peak_state, kWatching, __ATOMIC_RELEASE);
  CallAbove(live_bytes + known.bytes / 20 * 19, &OnPeak);
}

void TraceRecorder::EndTest(uint32_t test, uint32_t iteration, int64_t peak) noexcept {
  if (!on_) return;
  anchor_.OnTestEnd();
  if (test >= kMostPeaks) return;
  CallAbove(INT64_MAX, nullptr);
  int state = kWatching;
  __atomic_compare_exchange_n(&g_peak_state, &state, kIdle, false, __ATOMIC_ACQ_REL,
                              __ATOMIC_RELAXED);
  // Another thread may be within the count.
  while (__atomic_load_n(&g_peak_state, __ATOMIC_ACQUIRE) == kCounting) sched_yield();
  if (__atomic_exchange_n(&g_peak_state, kIdle, __ATOMIC_ACQ_REL) == kCounted) {
    g_modules.Refresh();
    g_modules.WriteTo(record_);
    survivors_.WritePeak(test, iteration, contents_.is_on(), record_);
    contents_.EndTest(test, iteration, record_);
    peaks_[test].is_written = true;
  }
  if (peak > peaks_[test].bytes) peaks_[test].bytes = peak;
}

void TraceRecorder::WatchPeak() noexcept {
  if (!on_) return;
  const int64_t live = ReadHeapTotals().live_bytes;
  g_growth = live > kFirstGrowth ? live : kFirstGrowth;
  __atomic_store_n(&g_peak_state, kWatching, __ATOMIC_RELEASE);
  CallAbove(g_growth, &OnGrowth);
}

void TraceRecorder::EndWatchedPeak() noexcept {
  if (!on_) return;
  CallAbove(INT64_MAX, nullptr);
  // A thread that is in the count has an end of it; one that the end has come from is none of them.
  for (int waited = 0; waited < 1000; ++waited) {
    int state = kWatching;
    if (__atomic_compare_exchange_n(&g_peak_state, &state, kIdle, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_RELAXED)) {
      g_modules.Refresh();
      g_modules.WriteTo(record_);
      survivors_.WritePeak(record::kNoTest, 0, false, record_);
      return;
    }
    const timespec rest = {0, 1000000};
    syscall(SYS_nanosleep, &rest, nullptr);
  }
}

void TraceRecorder::WritePeakOfProcess() noexcept {
  if (on_ && of_process_ != nullptr) {
    of_process_->WritePeak(record::kNoTest, 0, false, record_);
  }
}

void TraceRecorder::EndIteration(uint32_t iteration) noexcept {
  if (!on_) return;
  g_modules.Refresh();
  g_modules.WriteTo(record_);
  survivors_.WriteChanges(iteration, record_);
  g_resources.WriteChanges(iteration, record_);
  WriteState(iteration);
  snapshots_.EndIteration(iteration, record_);
}

void TraceRecorder::WriteState(uint32_t iteration) noexcept {
  record::TraceState state = {};
  state.iteration = iteration;
  state.stacks = g_tables.stacks.count();
  state.origins = g_tables.origins.end() - 1;
  state.threads = TracedThreads();
  state.live_blocks = survivors_.all().blocks;
  state.live_bytes = survivors_.all().bytes;
  state.table_bytes = g_tables.blocks.TouchedBytes() + g_tables.stacks.TouchedBytes() +
                      g_tables.origins.TouchedBytes() + g_tables.sites.TouchedBytes() +
                      survivors_.TouchedBytes() + ThreadTraceBytes();
  state.unknown_frees = __atomic_load_n(&g_tables.unknown_frees, __ATOMIC_RELAXED);
  state.untracked_blocks = __atomic_load_n(&g_tables.untracked_blocks, __ATOMIC_RELAXED);
  state.lost_stacks = g_tables.stacks.lost();
  state.lost_resources = g_resources.lost() + g_modules.lost() + LostObjects();
  const record::Piece piece = {&state, sizeof(state)};
  record_->Append(record::kTraceState, &piece, 1);
}

void TraceRecorder::WriteSites() noexcept {
  // Several threads have sites of one stack: they are summed up in a copy, since threads still run.
  const uint32_t count = g_tables.sites.count();
  const uint32_t stacks = g_tables.stacks.count();
  const size_t bytes = size_t{stacks + 1} * sizeof(record::Site);
  auto* const sums = static_cast<record::Site*>(ReserveMemory(bytes));
  if (sums == nullptr) return;
  for (uint32_t i = 0; i < count; ++i) {
    const record::Site& site = g_tables.sites[i].site;
    if (site.stack <= stacks) AddSite(&sums[site.stack], site);
  }
  for (uint32_t stack = 0; stack <= stacks; ++stack) {
    if (sums[stack].allocations == 0) continue;
    sums[stack].stack = stack;
    DefineStack(stack, record_);
    const record::Piece piece = {&sums[stack], sizeof(sums[stack])};
    record_->Append(record::kSite, &piece, 1);
  }
  syscall(SYS_munmap, sums, bytes);
}

void TraceRecorder::EndProgram() noexcept {
  if (!on_) return;
  g_modules.Refresh();
  g_modules.WriteTo(record_);
  WriteSites();
  EndProcess();
}

void TraceRecorder::EndProcess() noexcept {
  snapshots_.Finish();
  contents_.Finish();
}

}  // namespace memprof
