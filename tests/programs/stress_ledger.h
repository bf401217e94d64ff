// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_PROGRAMS_STRESS_LEDGER_H_
#define MEMPROF_TESTS_PROGRAMS_STRESS_LEDGER_H_

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

/// What a run of a test kept, as the program itself counts it. Nothing here allocates but the
/// blocks that are kept, so that sums are exact.
struct Ledger {
  std::atomic<long> blocks{0};
  std::atomic<long> bytes{0};
  std::atomic<long> freed_blocks{0};  ///< of what the run before kept
  std::atomic<long> freed_bytes{0};
  std::atomic<long> descriptors{0};
  std::atomic<long> threads{0};
  std::atomic<long> mappings{0};
  std::atomic<long> mapped_bytes{0};
};

struct KeptBlock {
  void* block;
  std::size_t size;
};

/// Blocks that may be freed in the next run of their test; those in excess stay for ever.
struct KeptList {
  static constexpr int kCapacity = 4096;
  std::atomic<int> count{0};
  KeptBlock blocks[kCapacity];
};

inline Ledger g_ledger;

inline void Count(std::size_t size) {
  g_ledger.blocks += 1;
  g_ledger.bytes += static_cast<long>(size);
}

/// Every block that is kept is made in a function of this section, so that whoever reads the record
/// knows such a stack by its addresses: the first or the second lies within.
#define STRESS_KEEPS __attribute__((section("stress_keeps"), noinline, noclone, unused))

extern "C" char __start_stress_keeps[];
extern "C" char __stop_stress_keeps[];
extern "C" char __start_stress_plugin_keeps[];
extern "C" char __stop_stress_plugin_keeps[];

STRESS_KEEPS static void* KeepMalloc(std::size_t size) {
  void* const block = malloc(size);
  Count(size);
  return block;
}
STRESS_KEEPS static void* KeepCalloc(std::size_t size) {
  void* const block = calloc(1, size);
  Count(size);
  return block;
}
STRESS_KEEPS static void* KeepRealloc(void* smaller, std::size_t size) {
  void* const block = realloc(smaller, size);
  Count(size);
  return block;
}
STRESS_KEEPS static void* KeepAligned(std::size_t alignment, std::size_t size) {
  void* const block = aligned_alloc(alignment, size);
  Count(size);
  return block;
}
STRESS_KEEPS static void* KeepPosixAligned(std::size_t alignment, std::size_t size) {
  void* block = nullptr;
  if (posix_memalign(&block, alignment, size) != 0) abort();
  Count(size);
  return block;
}
STRESS_KEEPS static void* KeepNew(std::size_t size) {
  void* const block = ::operator new(size);
  Count(size);
  return block;
}
/// Called by plug-ins, each with a size of its own. In a section of its own too, since blocks of
/// those sizes are made by others.
__attribute__((section("stress_plugin_keeps"), noinline, noclone, unused)) static void*
KeepForPlugin(std::size_t size) {
  void* const block = malloc(size);
  Count(size);
  return block;
}

/// Appends a line to the file that the environment names, without allocating.
inline void Tell(const char* line, std::size_t length) {
  const char* const path = getenv("MEMPROF_STRESS_LEDGER");
  if (path == nullptr) return;
  const int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, line, length) != static_cast<ssize_t>(length)) abort();
  close(fd);
}

/// Tells what `test` kept in this run, and starts anew.
inline void TellLedger(const char* test) {
  char line[512];
  const int length = snprintf(line, sizeof(line), "%s %ld %ld %ld %ld %ld %ld %ld %ld\n", test,
                              g_ledger.blocks.exchange(0), g_ledger.bytes.exchange(0),
                              g_ledger.freed_blocks.exchange(0), g_ledger.freed_bytes.exchange(0),
                              g_ledger.descriptors.exchange(0), g_ledger.threads.exchange(0),
                              g_ledger.mappings.exchange(0), g_ledger.mapped_bytes.exchange(0));
  Tell(line, static_cast<std::size_t>(length));
}

/// Once: where the functions that keep lie in this process.
inline void TellSections() {
  char line[256];
  const int length = snprintf(line, sizeof(line), "sections %zu %zu %zu %zu\n",
                              reinterpret_cast<std::size_t>(__start_stress_keeps),
                              reinterpret_cast<std::size_t>(__stop_stress_keeps),
                              reinterpret_cast<std::size_t>(__start_stress_plugin_keeps),
                              reinterpret_cast<std::size_t>(__stop_stress_plugin_keeps));
  Tell(line, static_cast<std::size_t>(length));
}

#endif  // MEMPROF_TESTS_PROGRAMS_STRESS_LEDGER_H_
