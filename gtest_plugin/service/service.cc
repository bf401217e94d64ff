// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/service/service.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/record/service_format.h"
#include "gtest_plugin/service/checkpoint_times.h"
#include "gtest_plugin/service/hidden_thread.h"
#include "gtest_plugin/service/process_snapshot.h"
#include "gtest_plugin/service/service_socket.h"
#include "gtest_plugin/snapshot/parked_threads.h"
#include "gtest_plugin/trace/module_list.h"
#include "gtest_plugin/trace/resources.h"
#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/tracker/counters.h"
#include "gtest_plugin/tracker/own_thread.h"
#include "gtest_plugin/tracker/process_facts.h"

namespace memprof {
namespace {

constexpr int kIdleMs = 10000;  // of a connection
constexpr size_t kPathRoom = 4096 + 16;

ServiceSocket g_socket;
pid_t g_process = 0;
char g_directory[4096];
const char* g_listen_failure = nullptr;
uint32_t g_is_ready = 0;
char g_checkpoint[kPathRoom];  // empty: none
char g_unfinished[kPathRoom];

void Answer(int connection, const ReceivedRequest& received) {
  const int64_t begin = MonotonicNs();
  record::ServiceReply reply = {};
  reply.magic = record::kServiceMagic;
  reply.version = record::kServiceVersion;
  reply.pid = static_cast<uint32_t>(g_process);
  reply.heap_state = record::kSnapshotMissing;
  const char* message = WhyNotUnderstood(received);
  for (const int file : received.files) {
    if (message == nullptr && file >= 0) message = WhyNotWritable(file);
  }
  if (message != nullptr) {
    reply.status = record::kServiceBadRequest;
  } else if (received.request.command == record::kAskState) {
    const HeapTotals heap = ReadHeapTotals();
    const bool is_counted = g_process_facts.ownership.counted();
    reply.status = is_counted ? record::kServiceDone : record::kServiceNotMeasured;
    reply.blocks = static_cast<uint64_t>(heap.live_blocks());
    reply.bytes = static_cast<uint64_t>(heap.live_bytes);
    message = is_counted ? "" : WhyNoSnapshot();
  } else {
    const SnapshotOutcome outcome = TakeProcessSnapshot(received.files[0], received.files[1]);
    reply.status = outcome.status;
    reply.threads = outcome.threads;
    reply.parked = outcome.parked;
    reply.heap_state = outcome.heap_state;
    reply.paused_ns = outcome.paused_ns;
    reply.blocks = outcome.blocks;
    reply.bytes = outcome.bytes;
    message = outcome.message;
  }
  strncpy(reply.message, message, sizeof(reply.message) - 1);
  reply.total_ns = static_cast<uint64_t>(MonotonicNs() - begin);
  Send(connection, reply);
}

void Serve(int connection) {
  for (;;) {
    const ReceivedRequest received = Receive(connection, kIdleMs);
    if (received.bytes <= 0) break;
    Answer(connection, received);
    for (const int file : received.files) {
      if (file >= 0) syscall(SYS_close, file);
    }
  }
  syscall(SYS_close, connection);
}

// Whole or not at all: by another name, then in place of the last one.
SnapshotOutcome WriteCheckpoint() {
  SnapshotOutcome outcome;
  const long file = syscall(SYS_openat, AT_FDCWD, g_unfinished,
                            O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file < 0) return outcome;
  outcome = TakeProcessSnapshot(static_cast<int>(file), -1);
  syscall(SYS_close, file);
  if (outcome.status == record::kServiceDone) {
    syscall(SYS_renameat, AT_FDCWD, g_unfinished, AT_FDCWD, g_checkpoint);
  } else {
    syscall(SYS_unlinkat, AT_FDCWD, g_unfinished, 0);
  }
  return outcome;
}

void CloseInherited() {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, 0u, ~0u, 0) != 0)
#endif
  {
    for (int fd = 0; fd < 65536; ++fd) syscall(SYS_close, fd);
  }
  // So that nothing of ours is taken for the standard output.
  for (int fd = 0; fd < 3; ++fd) syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR, 0);
}

void Run() {
  CloseInherited();
  if (g_directory[0] != '\0') g_listen_failure = g_socket.Listen(g_directory, g_process);
  __atomic_store_n(&g_is_ready, 1u, __ATOMIC_RELEASE);
  CheckpointTimes times;
  int64_t next_ns = MonotonicNs() + times.first_ns();
  const bool has_checkpoints = g_checkpoint[0] != '\0';
  for (;;) {
    int64_t wait_ms = 1000;
    if (has_checkpoints) {
      const int64_t left_ms = (next_ns - MonotonicNs()) / 1000000;
      wait_ms = left_ms < 0 ? 0 : left_ms;
    }
    if (g_socket.is_listening()) {
      // Without checkpoints it sleeps until somebody comes.
      const int connection = g_socket.Accept(has_checkpoints ? static_cast<int>(wait_ms) : -1);
      FollowCredentials();
      if (connection >= 0) Serve(connection);
    } else if (has_checkpoints) {
      const timespec rest = {wait_ms / 1000, (wait_ms % 1000) * 1000000};
      syscall(SYS_nanosleep, &rest, nullptr);
      FollowCredentials();
    } else {
      return;
    }
    if (has_checkpoints && MonotonicNs() >= next_ns) {
      const int64_t paused_ns = static_cast<int64_t>(WriteCheckpoint().paused_ns);
      next_ns = MonotonicNs() + times.NextAfter(paused_ns);
    }
  }
}

void Name(const char* record_path) {
  const size_t length = strlen(record_path);
  if (length + 16 > sizeof(g_checkpoint)) return;
  memcpy(g_checkpoint, record_path, length);
  strcpy(g_checkpoint + length, record::kCheckpointSuffix);
  memcpy(g_unfinished, record_path, length);
  strcpy(g_unfinished + length, record::kCheckpointSuffix);
  strcat(g_unfinished, "~");
}

const char* WhyNotHere(const HeapOwnership& ownership) {
  if (ownership.owner == record::kOwnerValgrind) return "Valgrind runs the program";
  if (ownership.is_sanitizer()) {
    return "a sanitizer's runtime is in the program, and takes every thread for the program's";
  }
  return nullptr;
}

}  // namespace

void StartService(const HeapOwnership& ownership, const char* record_path) noexcept {
  g_process = g_process_facts.pid;
  g_process_facts.ownership = ownership;
  const char* const directory = getenv(record::kServiceVariable);
  const bool is_asked = directory != nullptr && *directory != '\0';
  const char* const checkpoints = getenv(record::kCheckpointVariable);
  const bool has_checkpoints = record_path != nullptr && IsTracing() && ownership.counted() &&
                               (checkpoints == nullptr || strcmp(checkpoints, "0") != 0);
  if (!is_asked && !has_checkpoints) return;
  const char* why_not = WhyNotHere(ownership);
  if (is_asked && strlen(directory) >= sizeof(g_directory)) why_not = "its path is too long";
  if (why_not == nullptr && IsTracing() && (!g_modules.Start() || !g_resources.Start())) {
    why_not = "the address space for its tables was refused";
  }
  if (why_not == nullptr) {
    if (is_asked) strcpy(g_directory, directory);
    if (has_checkpoints) Name(record_path);
    if (StartHiddenThread(&Run, &why_not)) {
      // Who waits for the process to come up finds the socket there when main begins.
      const timespec rest = {0, 100000};
      for (int i = 0; i < 20000 && __atomic_load_n(&g_is_ready, __ATOMIC_ACQUIRE) == 0; ++i) {
        syscall(SYS_nanosleep, &rest, nullptr);
      }
      why_not = g_listen_failure;
    }
  }
  if (is_asked && why_not != nullptr) {
    fprintf(stderr, "memprof: no service of process %d in %s: %s\n", static_cast<int>(g_process),
            directory, why_not);
  }
}

void RemoveServiceSocket() noexcept {
  if (g_process != 0 && syscall(SYS_getpid) == g_process) g_socket.Remove();
}

}  // namespace memprof
