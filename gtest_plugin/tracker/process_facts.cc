// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/process_facts.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace memprof {

ProcessFacts g_process_facts;

namespace {

int64_t Now(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

__attribute__((constructor(101))) void NoteLoad() {
  g_process_facts.pid = getpid();
  g_process_facts.loaded_unix_ns = static_cast<uint64_t>(Now(CLOCK_REALTIME));
  g_process_facts.loaded_ns = Now(CLOCK_MONOTONIC);
  pthread_atfork(
      nullptr, [] { __atomic_add_fetch(&g_process_facts.forks, 1, __ATOMIC_RELAXED); }, nullptr);
}

}  // namespace

void WriteHelloRecord(record::Hello hello, const record::HelloMore& more,
                      const HeapOwnership& ownership, record::Writer* record) noexcept {
  hello.heap_owner = ownership.owner;
  char executable[4096];
  const long length =
      syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", executable, sizeof(executable));
  const auto executable_bytes = static_cast<uint32_t>(length > 0 ? length : 0);
  char directory[4096];
  // The kernel's answer has the zero byte in it; outside of the root it begins otherwise.
  const long in_directory = syscall(SYS_getcwd, directory, sizeof(directory));
  const auto directory_bytes =
      static_cast<uint32_t>(in_directory > 0 && directory[0] == '/' ? in_directory - 1 : 0);
  char owners[sizeof(ownership.name) + sizeof(ownership.uncounted_new)];
  auto owner_bytes = static_cast<uint32_t>(strlen(ownership.name));
  memcpy(owners, ownership.name, owner_bytes);
  if (*ownership.uncounted_new != '\0') {
    owners[owner_bytes++] = '\n';
    const size_t name_bytes = strlen(ownership.uncounted_new);
    memcpy(owners + owner_bytes, ownership.uncounted_new, name_bytes);
    owner_bytes += static_cast<uint32_t>(name_bytes);
  }
  const record::Piece pieces[] = {
      {&hello, sizeof(hello)},        {&executable_bytes, sizeof(executable_bytes)},
      {executable, executable_bytes}, {&directory_bytes, sizeof(directory_bytes)},
      {directory, directory_bytes},   {&owner_bytes, sizeof(owner_bytes)},
      {owners, owner_bytes},          {&more, sizeof(more)}};
  record->Append(record::kHello, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

void WriteEndingRecord(record::EndingKind kind, record::Writer* record) noexcept {
  const record::Ending ending = {
      static_cast<uint32_t>(kind), __atomic_load_n(&g_process_facts.forks, __ATOMIC_RELAXED),
      static_cast<uint64_t>(Now(CLOCK_MONOTONIC) - g_process_facts.loaded_ns)};
  const record::Piece piece = {&ending, sizeof(ending)};
  record->Append(record::kEnding, &piece, 1);
}

}  // namespace memprof
