// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/service/process_snapshot.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "gtest_plugin/snapshot/scan_plan.h"
#include "gtest_plugin/snapshot/stopped_world.h"
#include "gtest_plugin/snapshot/thread_status.h"
#include "gtest_plugin/snapshot/tracer.h"
#include "gtest_plugin/trace/module_list.h"
#include "gtest_plugin/trace/recorder.h"
#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/tracker/meter.h"
#include "gtest_plugin/tracker/proc_directory.h"
#include "gtest_plugin/tracker/process_facts.h"
#include "gtest_plugin/tracker/table_locks.h"

namespace memprof {
namespace {

constexpr int kMostTries = 3;
// The tables' locks are held for microseconds, the dynamic linker's list is looked at in some.
constexpr int kLockWaitMs = 2000;
constexpr int kLookWaitMs = 1000;
// 16 million blocks with what they refer to take half a minute.
constexpr int kLongestWriteMs = 300000;

constexpr char kNoMemory[] = "the address space for the copy's tables was refused";
constexpr char kLocked[] = "a table of the tracker was not free within 2 s";
constexpr char kLinkerBusy[] = "a thread was within the dynamic linker at each of three tries";
constexpr char kNoRecord[] = "the record could not be written: no room, or its file is limited";
constexpr char kLostRecords[] = "the record lacks what found no room in its file";
constexpr char kKilled[] = "the copy of the process was ended before it had written all";
constexpr char kTooSlow[] = "the copy had not written all after 300 s";
constexpr char kNoHeap[] = "the heap snapshot could not be written";

/// What the copy tells, and is told; on a page that both share.
struct CopyReport {
  uint32_t has_looked;  ///< it is past everything that another thread's lock could stop
  uint32_t is_complete;
  uint32_t has_paused;  ///< paused_ns is the final one
  uint32_t heap_state;
  uint64_t paused_ns;
  uint64_t blocks;
  uint64_t bytes;
  uint64_t lost;  ///< records
  bool is_record_written;
};

struct CopyTask {
  CopyReport* report;
  pid_t process;
  int record_file;
  int heap_file;
};

// In the copy alone; static, for they are large.
record::Writer g_record;
TraceRecorder g_recorder;
Meter g_meter;

void Rest(long nanoseconds) {
  const timespec rest = {0, nanoseconds};
  syscall(SYS_nanosleep, &rest, nullptr);
}

int CountDescriptors(pid_t process) {
  ProcDirectory directory(TaskPath(process, "fd").c_str());
  if (!directory.ok()) return -1;
  int count = 0;
  while (directory.Next() >= 0) ++count;
  return count;
}

Reading ReadCopied(const StoppedWorld& world, pid_t process) {
  Reading now;
  now.heap = ReadHeapTotals();
  now.mappings = ReadMappingTotals();
  now.descriptors = CountDescriptors(process);
  now.threads = static_cast<int>(world.count) - 1;  // the first is ours
  timespec time = {};
  clock_gettime(CLOCK_MONOTONIC, &time);
  now.monotonic_ns = int64_t{time.tv_sec} * 1000000000 + time.tv_nsec;
  return now;
}

void WriteIterationEnd(const StoppedWorld& world, pid_t process) {
  const Reading now = ReadCopied(world, process);
  Reading start = {};
  start.mappings.measured = now.mappings.measured;
  // What was open when the process began nobody has counted.
  start.descriptors = start.threads = -1;
  start.monotonic_ns = g_process_facts.loaded_ns;
  g_meter.Start(g_process_facts.ownership);
  record::IterationEnd end = {};
  end.window = g_meter.Between(start, now);
  if (!g_process_facts.has_tests) end.window.peak_bytes = PeakAbove(0);
  end.totals = g_meter.Totals(now);
  const record::Piece piece = {&end, sizeof(end)};
  g_record.Append(record::kIterationEnd, &piece, 1);
}

uint64_t PausedNs(const CopyReport* report) {
  for (int waited = 0; waited < kLookWaitMs; ++waited) {
    if (__atomic_load_n(&report->has_paused, __ATOMIC_ACQUIRE) != 0) break;
    Rest(1000000);
  }
  return report->paused_ns;
}

void WriteSnapshotRecord(const StoppedWorld& world, const CopyTask& task, uint32_t epoch) {
  const record::SnapshotState state =
      world.parked < world.count ? record::kSnapshotPartial : record::kSnapshotWhole;
  const record::Snapshot snapshot = {
      0, 0, state, world.count, world.parked, epoch, PausedNs(task.report)};
  const char* const why =
      state == record::kSnapshotPartial && world.why_not != nullptr ? world.why_not : "";
  const auto length = static_cast<uint32_t>(strlen(why));
  const record::Piece pieces[] = {
      {&snapshot, sizeof(snapshot)}, {&length, sizeof(length)}, {why, length}};
  g_record.Append(record::kSnapshot, pieces, 3);
}

bool WriteRecord(const CopyTask& task) {
  if (!g_record.Attach(task.record_file, task.process)) return false;
  record::Hello hello = {};
  hello.pid = static_cast<uint32_t>(task.process);
  hello.started_unix_ns = g_process_facts.loaded_unix_ns;
  WriteHelloRecord(hello, {record::kFullTrace, record::kFromProcess}, g_process_facts.ownership,
                   &g_record);
  const record::IterationStart start = {0, 0};
  const record::Piece piece = {&start, sizeof(start)};
  g_record.Append(record::kIterationStart, &piece, 1);
  g_recorder.PrepareInCopy();
  if (!g_recorder.is_on()) return false;
  g_recorder.Start(&g_record);
  g_recorder.OpenWindow(record::kWithinProgram, record::kNoTest, 0, nullptr);
  g_recorder.WritePeakOfProcess();
  g_recorder.EndIteration(0);
  task.report->blocks = g_recorder.live().blocks;
  task.report->bytes = g_recorder.live().bytes;
  return true;
}

void FinishRecord(const StoppedWorld& world, const CopyTask& task) {
  WriteIterationEnd(world, task.process);
  g_recorder.EndProgram();
  WriteEndingRecord(record::kStillRuns, &g_record);
  task.report->lost = g_record.lost();
  g_record.Finish();
  task.report->is_record_written = true;
}

void WriteHeap(const StoppedWorld& world, const CopyTask& task, ScanPlan* plan) {
  plan->owner = task.process;
  plan->opened_file = task.heap_file;
  if (ScanHeap(world, plan) != 0) return;
  task.report->heap_state =
      world.parked < world.count ? record::kSnapshotPartial : record::kSnapshotWhole;
}

int InCopy(const StoppedWorld& world, void* of_task) {
  const auto& task = *static_cast<const CopyTask*>(of_task);
  CopyReport* const report = task.report;
  g_table_locks.GiveAllBack();
  // Both ask the dynamic linker, whose lock a parked thread may have. Who waits for us sees to it.
  g_modules.Refresh();
  const char* why_not = nullptr;
  ScanPlan* const plan = task.heap_file >= 0 ? MakeScanPlan(0, 0, "", &why_not) : nullptr;
  __atomic_store_n(&report->has_looked, 1u, __ATOMIC_RELEASE);
  if (!WriteRecord(task)) return EIO;
  if (plan != nullptr) WriteSnapshotRecord(world, task, plan->module_epoch);
  FinishRecord(world, task);
  if (plan != nullptr) WriteHeap(world, task, plan);
  __atomic_store_n(&report->is_complete, 1u, __ATOMIC_RELEASE);
  return 0;
}

/// How long a copy may take for the next step, in all.
enum class Watched { kDone, kStuck, kLate };

Watched Watch(pid_t child, const CopyReport* report) {
  const int64_t begin = MonotonicNs();
  for (;;) {
    if (ReapSnapshotChild(child, 20)) return Watched::kDone;
    const int64_t waited_ms = (MonotonicNs() - begin) / 1000000;
    const bool has_looked = __atomic_load_n(&report->has_looked, __ATOMIC_ACQUIRE) != 0;
    if (has_looked ? waited_ms < kLongestWriteMs : waited_ms < kLookWaitMs) continue;
    syscall(SYS_kill, child, SIGKILL);
    ReapSnapshotChild(child, kLookWaitMs);
    return has_looked ? Watched::kLate : Watched::kStuck;
  }
}

void Conclude(const CopyReport& report, bool wants_heap, SnapshotOutcome* outcome) {
  outcome->blocks = report.blocks;
  outcome->bytes = report.bytes;
  outcome->heap_state = static_cast<record::SnapshotState>(report.heap_state);
  if (!report.is_record_written) {
    outcome->message = kNoRecord;
    return;
  }
  outcome->status = record::kServiceDone;
  if (report.is_complete == 0) {
    outcome->message = kKilled;
  } else if (report.lost > 0) {
    outcome->message = kLostRecords;
  } else if (wants_heap && outcome->heap_state == record::kSnapshotMissing) {
    outcome->message = kNoHeap;
  }
}

// One try; false where another is worth it.
bool Try(CopyTask* task, SnapshotOutcome* outcome) {
  CopyReport* const report = task->report;
  memset(report, 0, sizeof(*report));
  report->heap_state = record::kSnapshotMissing;
  if (!g_table_locks.TakeAll(kLockWaitMs)) {
    outcome->message = kLocked;
    return true;
  }
  const StopResult result = CopyStoppedWorld(&InCopy, task);
  g_table_locks.GiveAllBack();
  report->paused_ns = result.paused_ns;
  __atomic_store_n(&report->has_paused, 1u, __ATOMIC_RELEASE);
  outcome->threads = result.threads - 1;
  outcome->parked = result.parked - 1;
  outcome->paused_ns += result.paused_ns;
  outcome->message = result.why_not != nullptr ? result.why_not : "";
  if (result.child < 0) return true;
  switch (Watch(result.child, report)) {
    case Watched::kDone:
      Conclude(*report, task->heap_file >= 0, outcome);
      return true;
    case Watched::kLate:
      outcome->message = kTooSlow;
      return true;
    case Watched::kStuck:
      outcome->message = kLinkerBusy;
      return false;
  }
  return true;
}

}  // namespace

const char* WhyNoSnapshot() noexcept {
  if (!g_process_facts.ownership.counted()) return "the heap of this process is not counted";
  if (IsTracing()) return nullptr;
  const char* const why = WhyNotTracing();
  return why != nullptr ? why : "the process was started without MEMPROF_TRACE=1";
}

SnapshotOutcome TakeProcessSnapshot(int record_file, int heap_file) noexcept {
  SnapshotOutcome outcome;
  if (const char* const why = WhyNoSnapshot(); why != nullptr) {
    outcome.status = record::kServiceNotMeasured;
    outcome.message = why;
    return outcome;
  }
  const long page = syscall(SYS_mmap, nullptr, sizeof(CopyReport), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == -1) {
    outcome.message = kNoMemory;
    return outcome;
  }
  CopyTask task = {reinterpret_cast<CopyReport*>(page), g_process_facts.pid, record_file,
                   heap_file};
  int kept[kMostKept];
  int count = 0;
  if (heap_file >= 0 && heap_file < record_file) kept[count++] = heap_file;
  kept[count++] = record_file;
  if (heap_file > record_file) kept[count++] = heap_file;
  KeepInCopies(kept, count);
  for (int i = 0; i < kMostTries && !Try(&task, &outcome); ++i) {
    // What the copy that was given up has written.
    for (int file = 0; file < count; ++file) syscall(SYS_ftruncate, kept[file], 0);
  }
  KeepInCopies(nullptr, 0);
  syscall(SYS_munmap, page, sizeof(CopyReport));
  return outcome;
}

}  // namespace memprof
