// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Threads that do to the heap, descriptors, mappings and plug-ins whatever threads may, while the
// program counts exactly what each run of a test keeps, and tells it to the file
// MEMPROF_STRESS_LEDGER. One run takes MEMPROF_STRESS_SECONDS (2).
#include <dirent.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include <cstdint>

#include "stress_heap.h"
#include "stress_ledger.h"

extern char** environ;

namespace {

constexpr int kWorkers = 8;
constexpr std::size_t kStackBytes = 256 * 1024;  // small, so that glibc's cache keeps every stack
constexpr const char* kPlugins[] = {MEMPROF_STRESS_PLUGIN_0, MEMPROF_STRESS_PLUGIN_1,
                                    MEMPROF_STRESS_PLUGIN_2};

double Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double Seconds() {
  const char* const text = getenv("MEMPROF_STRESS_SECONDS");
  return text != nullptr ? strtod(text, nullptr) : 2.0;
}

Mailbox g_mailboxes[kWorkers];

KeptList g_kept[2];  // of this run and of the one before, by turns
std::atomic<int> g_run{0};
std::atomic<bool> g_keeps_for_ever{true};

/// One block more that the run keeps.
void KeepOne(Random* random) {
  const std::size_t size = random->Size();
  KeptBlock kept = {nullptr, size};
  switch (random->Below(6)) {
    case 0:
      kept.block = KeepCalloc(size);
      break;
    case 1:
      kept.block = KeepRealloc(malloc(size / 3), size + 1);
      kept.size = size + 1;
      break;
    case 2:
      kept.block = KeepAligned(4096, kept.size = 4096);
      break;
    case 3:
      kept.block = KeepPosixAligned(256, size);
      break;
    case 4:
      // operator new asks for one byte where none was asked for.
      kept.block = KeepNew(kept.size = size + 1);
      break;
    default:
      kept.block = KeepMalloc(size);
  }
  if (malloc_usable_size(kept.block) < kept.size) abort();
  if (g_keeps_for_ever) return;
  KeptList& list = g_kept[g_run.load() & 1];
  const int at = list.count.fetch_add(1);
  if (at < KeptList::kCapacity) list.blocks[at] = kept;
}

/// Every second block that the run before kept.
void FreeHalfOfLastRun() {
  KeptList& list = g_kept[(g_run.load() & 1) ^ 1];
  const int count = list.count < KeptList::kCapacity ? list.count.load() : KeptList::kCapacity;
  for (int i = 0; i < count; i += 2) {
    g_ledger.freed_blocks += 1;
    g_ledger.freed_bytes += static_cast<long>(list.blocks[i].size);
    free(list.blocks[i].block);
  }
  list.count = 0;
}

void UsePlugin(Random* random, int kept) {
  void* const plugin = dlopen(kPlugins[random->Below(3)], RTLD_NOW | RTLD_LOCAL);
  if (plugin == nullptr) abort();
  using Work = std::size_t (*)(void* (*)(std::size_t), int);
  const Work work = reinterpret_cast<Work>(dlsym(plugin, "StressPluginWork"));
  if (work == nullptr || work(&KeepForPlugin, kept) == 0) abort();
  if (dlclose(plugin) != 0) abort();
}

void OpenAndClose(Random* random) {
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int copy = dup(fd);
  const int event = eventfd(0, EFD_CLOEXEC);
  int ends[2];
  if (pipe(ends) != 0) abort();
  if (random->Below(4) == 0) fclose(fopen("/dev/null", "r"));
  if (random->Below(4) == 0) closedir(opendir("/dev"));
  for (const int open_one : {fd, copy, event, ends[0], ends[1]}) close(open_one);
}

void MapAndUnmap(Random* random) {
  const std::size_t bytes = 4096 * (1 + random->Below(16));
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memory = mremap(memory, bytes, 2 * bytes, MREMAP_MAYMOVE);
  munmap(memory, 2 * bytes);
}

/// A thread's own data, whose destructors allocate and free.
struct AtExit {
  void* block = malloc(77);
  ~AtExit() {
    free(block);
    free(malloc(78));
  }
};
thread_local AtExit t_at_exit;

pthread_key_t g_key;
void OnKey(void* block) {
  free(block);
  void* const next = malloc(33);
  // Once more, so that it comes in the second round.
  static thread_local int rounds = 0;
  if (++rounds < 2) {
    pthread_setspecific(g_key, next);
  } else {
    free(next);
  }
}

std::atomic<bool> g_stop{false};
std::atomic<int> g_to_keep{0};
std::atomic<bool> g_ended[kWorkers];

void* Worker(void* of) {
  const auto number = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(of));
  static std::atomic<std::uint32_t> lives{0};
  Random random(number + 100 * ++lives);
  void* slots[64] = {};
  t_at_exit.block = realloc(t_at_exit.block, 99);
  pthread_setspecific(g_key, malloc(44));
  for (std::uint32_t left = 200 + random.Below(4000); left > 0 && !g_stop; --left) {
    void*& slot = slots[random.Below(64)];
    // A third is freed by other threads, perhaps after this one has ended.
    const bool is_sent =
        slot != nullptr && random.Below(3) == 0 && g_mailboxes[random.Below(kWorkers)].Put(slot);
    if (!is_sent) free(slot);
    slot = Allocate(&random);
    if (random.Below(3) == 0) free(g_mailboxes[number % kWorkers].Take());
    const std::uint32_t rare = random.Below(200);
    if (rare == 0 && g_to_keep.fetch_sub(1) > 0) KeepOne(&random);
    if (rare == 1) UsePlugin(&random, g_to_keep.fetch_sub(2) > 1 ? 2 : 0);
    if (rare == 2) OpenAndClose(&random);
    if (rare == 3) MapAndUnmap(&random);
    if (rare == 4) free(calloc(1, std::size_t{3} << 30));
    if (rare == 5) {
      // glibc frees the block, whatever other allocators do.
      void* const nothing = realloc(malloc(10), 0);
      if (nothing != nullptr) abort();
    }
  }
  for (void* const slot : slots) free(slot);
  g_ended[number % kWorkers] = true;
  return nullptr;
}

pthread_t Start(void* (*function)(void*), std::uintptr_t argument) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, function, reinterpret_cast<void*>(argument)) != 0) {
    abort();
  }
  pthread_attr_destroy(&attributes);
  return thread;
}

/// Has eight workers at work for so long, each of them replaced when it ends; `meanwhile` is called
/// about a hundred times a second.
template <class Meanwhile>
void Work(double seconds, Meanwhile meanwhile) {
  pthread_t workers[kWorkers];
  g_stop = false;
  for (std::uintptr_t i = 0; i < kWorkers; ++i) {
    g_ended[i] = false;
    workers[i] = Start(&Worker, i);
  }
  const double end = Now() + seconds;
  while (Now() < end) {
    for (std::uintptr_t i = 0; i < kWorkers; ++i) {
      if (!g_ended[i]) continue;
      pthread_join(workers[i], nullptr);
      g_ended[i] = false;
      workers[i] = Start(&Worker, i);
    }
    meanwhile();
    usleep(1000);
  }
  g_stop = true;
  for (pthread_t& worker : workers) pthread_join(worker, nullptr);
  for (Mailbox& mailbox : g_mailboxes) {
    while (void* const block = mailbox.Take()) free(block);
  }
}

void* Nothing(void*) {
  usleep(2000);
  return nullptr;
}

/// What the C library keeps of threads, plug-ins and streams once it has had them is not a test's.
void WarmUp() {
  static bool is_warm = false;
  if (is_warm) return;
  is_warm = true;
  TellSections();
  pthread_key_create(&g_key, &OnKey);
  pthread_t threads[kWorkers + 4];
  for (pthread_t& thread : threads) thread = Start(&Nothing, 0);
  for (pthread_t& thread : threads) pthread_join(thread, nullptr);
  g_to_keep = 0;
  Work(0.3, [] {});
}

class Stress : public testing::Test {
 protected:
  static void SetUpTestSuite() { WarmUp(); }
};

TEST_F(Stress, ThreadsKeepBlocks) {
  FreeHalfOfLastRun();
  g_keeps_for_ever = false;
  g_to_keep = 3000;
  Work(Seconds() / 2, [] {});
  g_keeps_for_ever = true;
  ++g_run;
  TellLedger("Stress.ThreadsKeepBlocks");
}

TEST_F(Stress, ForksInTheMiddle) {
  g_to_keep = 300;
  bool failed = false;
  Work(Seconds() / 4, [&] {
    Random random(static_cast<std::uint32_t>(getpid()));
    const pid_t child = fork();
    if (child == 0) {
      for (int i = 0; i < 1000; ++i) free(Allocate(&random));
      KeepOne(&random);
      OpenAndClose(&random);
      _exit(0);
    }
    int status = 1;
    failed |= waitpid(child, &status, 0) != child || status != 0;
    char* arguments[] = {const_cast<char*>("true"), nullptr};
    pid_t spawned = 0;
    failed |= posix_spawnp(&spawned, "true", nullptr, nullptr, arguments, environ) != 0;
    failed |= waitpid(spawned, &status, 0) != spawned || status != 0;
  });
  EXPECT_FALSE(failed);
  // What the children kept is in their copy of the ledger.
  TellLedger("Stress.ForksInTheMiddle");
}

std::atomic<int> g_alarms{0};
void OnAlarm(int) {
  for (int i = 0; i < 20; ++i) free(malloc(static_cast<std::size_t>(i) * 10));
  if (g_alarms.fetch_add(1) % 8 == 0) KeepMalloc(55);
}

/// Nothing but computing, so that a handler interrupts no call of the heap.
void* Compute(void* of) {
  sigset_t alarm_only;
  sigemptyset(&alarm_only);
  sigaddset(&alarm_only, SIGALRM);
  free(malloc(1));
  pthread_sigmask(SIG_UNBLOCK, &alarm_only, nullptr);
  volatile std::uintptr_t sum = reinterpret_cast<std::uintptr_t>(of);
  while (!g_stop) sum = sum * 3 + 1;
  pthread_sigmask(SIG_BLOCK, &alarm_only, nullptr);
  return nullptr;
}

TEST_F(Stress, SignalHandlersAllocate) {
  sigset_t alarm_only;
  sigemptyset(&alarm_only);
  sigaddset(&alarm_only, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &alarm_only, nullptr);
  struct sigaction action = {};
  action.sa_handler = &OnAlarm;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
  g_to_keep = 300;
  g_stop = false;
  const pthread_t computing = Start(&Compute, 1);
  itimerval timer = {{0, 2000}, {0, 2000}};
  setitimer(ITIMER_REAL, &timer, nullptr);
  Work(Seconds() / 4, [] {});
  timer = {};
  setitimer(ITIMER_REAL, &timer, nullptr);
  pthread_join(computing, nullptr);
  EXPECT_GT(g_alarms, 0);
  TellLedger("Stress.SignalHandlersAllocate");
}

TEST_F(Stress, CallsOfEveryKind) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    free(Allocate(&random));
    KeepOne(&random);
  }
  KeepMalloc(0);
  KeepCalloc(std::size_t{2} << 30);
  free(KeepMalloc(std::size_t{1} << 30));
  g_ledger.blocks -= 1;
  g_ledger.bytes -= 1l << 30;
  KeepRealloc(calloc(1, std::size_t{1} << 30), std::size_t{3} << 29);
  KeepAligned(4096, 8192);
  TellLedger("Stress.CallsOfEveryKind");
}

void* WaitForEver(void*) {
  for (;;) pause();
}

STRESS_KEEPS void KeepResources() {
  static_cast<void>(open("/dev/null", O_RDONLY | O_CLOEXEC));
  static_cast<void>(eventfd(0, EFD_CLOEXEC));
  g_ledger.descriptors += 2;
  void* const memory =
      mmap(nullptr, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(static_cast<char*>(memory) + 4096, 4096);
  g_ledger.mappings += 2;
  g_ledger.mapped_bytes += 2 * 4096;
  Start(&WaitForEver, 0);
  g_ledger.threads += 1;
}

TEST_F(Stress, ResourcesAreKept) {
  g_to_keep = 50;
  Work(Seconds() / 8, [] {});
  KeepResources();
  TellLedger("Stress.ResourcesAreKept");
}

/// Before main.
struct Early {
  Early() {
    for (std::size_t i = 0; i < 10; ++i) KeepMalloc(5000 + i);
    g_ledger.blocks = 0;
    g_ledger.bytes = 0;
    atexit([] { free(malloc(123)); });
  }
};
Early early;

}  // namespace
