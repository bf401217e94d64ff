// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/thread_records.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/snapshot/thread_areas.h"
#include "gtest_plugin/unwind/frame_list.h"

namespace memprof {
namespace {

/// A number without stdio, which has locks.
char* AppendNumber(char* at, uint64_t number) {
  char digits[20];
  int count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  while (count > 0) *at++ = digits[--count];
  return at;
}

char* AppendText(char* at, const char* text) {
  const size_t length = strlen(text);
  memcpy(at, text, length);
  return at + length;
}

constexpr size_t kNameRoom = 64;

// The process's own task directory has this child alone, so the program is asked, which runs on; a
// thread that has ended since has no name.
uint32_t ReadThreadName(pid_t process, pid_t tid, char* name) {
  char path[80];
  char* at = AppendText(path, "/proc/");
  at = AppendNumber(at, static_cast<uint64_t>(process));
  at = AppendText(at, "/task/");
  at = AppendNumber(at, static_cast<uint64_t>(tid));
  *AppendText(at, "/comm") = '\0';
  const long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return 0;
  const long got = syscall(SYS_read, fd, name, kNameRoom);
  syscall(SYS_close, fd);
  if (got <= 0) return 0;
  return static_cast<uint32_t>(name[got - 1] == '\n' ? got - 1 : got);
}

void WriteThread(ScanPlan* plan, uint32_t number, const StoppedThread& thread,
                 const MemoryRange& stack) {
  record::SnapshotThread of_thread = {};
  of_thread.thread = number;
  of_thread.tid = static_cast<uint32_t>(thread.tid);
  of_thread.state = thread.state;
  of_thread.stack_begin = stack.begin;
  of_thread.stack_end = stack.end;
  char text[sizeof(uint32_t) + kNameRoom];
  const uint32_t length = ReadThreadName(plan->owner, thread.tid, text + sizeof(length));
  memcpy(text, &length, sizeof(length));
  plan->file.Append(record::kSnapshotThread, &of_thread, sizeof(of_thread), text,
                    sizeof(length) + length);
}

void WriteFrames(ScanPlan* plan, uint32_t number, const StoppedThread& thread) {
  constexpr uint32_t kMostFrames = 256;
  constexpr uint32_t kGeneral = 16;
  if (thread.state == record::kThreadUnparked || thread.sp == 0) return;
  if (!plan->maps.IsReadable(thread.sp)) return;
  FrameStart from = {};
  from.pc = thread.pc;
  from.sp = thread.sp;
  from.bp = thread.bp;
  from.registers = thread.general_registers >= kGeneral ? thread.registers : nullptr;
  from.is_return_address = thread.state == record::kThreadCaller;
  from.has_all_registers = thread.state == record::kThreadParked;
  record::StackFrame frames[kMostFrames];
  const record::SnapshotFrames head = {number, ListFrames(from, frames, kMostFrames)};
  if (head.count == 0) return;
  plan->file.Append(record::kSnapshotFrames, &head, sizeof(head), frames,
                    head.count * sizeof(frames[0]));
}

void WriteThreadLocals(ScanPlan* plan, uint32_t number, uint64_t thread_pointer) {
  for (uint32_t i = 0; i < plan->module_count; ++i) {
    const PlannedModule& module = plan->modules[i];
    const MemoryRange area = FindThreadLocals(plan->maps, thread_pointer, module);
    if (area.end == 0) continue;
    plan->thread_locals.Add(area.begin, area.end);
    if (module.is_ours) continue;
    const record::SnapshotThreadLocal local = {number, 0, module.begin, area.begin, area.end};
    plan->file.Append(record::kSnapshotThreadLocal, &local, sizeof(local));
  }
}

}  // namespace

void WriteThreads(const StoppedWorld& world, ScanPlan* plan) noexcept {
  for (uint32_t i = 0; i < world.count; ++i) {
    const StoppedThread& thread = world.threads[i];
    WriteThread(plan, i, thread, FindThreadStack(*plan, thread).live);
    WriteFrames(plan, i, thread);
    if (thread.thread_pointer != 0) WriteThreadLocals(plan, i, thread.thread_pointer);
  }
  plan->thread_locals.Sort();
}

}  // namespace memprof
