// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/service/hidden_thread.h"

#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/trace/reserved_memory.h"
#include "gtest_plugin/tracker/own_thread.h"

namespace memprof {
namespace {

#if defined(__x86_64__)

constexpr size_t kStackBytes = size_t{256} * 1024;
constexpr size_t kGuardBytes = size_t{64} * 1024;
// More than libc's struct pthread has in any version so far (2,304 bytes in 2.36).
constexpr size_t kDescriptionBytes = 8192;
constexpr size_t kMostStorage = size_t{256} * 1024;

// By the ABI (variant II of thread-local storage) and glibc's tcbhead_t: offsets from the thread
// pointer.
constexpr size_t kVectorOffset = 8;
constexpr size_t kSelfOffset = 16;
constexpr size_t kCanaryOffset = 0x28;
constexpr size_t kPointerGuardOffset = 0x30;

/// The modules' thread-local storage that lies at one distance from every thread's pointer.
struct StaticStorage {
  struct Image {
    const void* bytes;
    size_t count;
    size_t below;  ///< the thread pointer, it begins
  };
  static constexpr size_t kMost = 256;
  Image images[kMost];
  size_t count = 0;
  size_t bytes = 0;
};

int VisitStorage(dl_phdr_info* info, size_t, void* of_storage) {
  auto* const storage = static_cast<StaticStorage*>(of_storage);
  const auto pointer = reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
  const auto place = reinterpret_cast<uintptr_t>(info->dlpi_tls_data);
  // What was made for this thread alone, somewhere, the other asks for when it needs it: never.
  if (place == 0 || place >= pointer || pointer - place > kMostStorage) return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    if (header.p_type != PT_TLS || storage->count == StaticStorage::kMost) continue;
    const void* const bytes = reinterpret_cast<const void*>(info->dlpi_addr + header.p_vaddr);
    storage->images[storage->count++] = {bytes, header.p_filesz, pointer - place};
    if (pointer - place > storage->bytes) storage->bytes = pointer - place;
  }
  return 0;
}

// Where in libc's description of a thread its number stands; 0 where it is not found. A snapshot
// and libc's recursive locks look for it there.
size_t NumberOffset() {
  const auto* const description = static_cast<const char*>(__builtin_thread_pointer());
  const auto number = static_cast<int>(syscall(SYS_gettid));
  constexpr size_t kUsual = 0x2d0;
  int found;
  memcpy(&found, description + kUsual, sizeof(found));
  if (found == number) return kUsual;
  for (size_t at = 0x40; at < 0x800; at += 4) {
    memcpy(&found, description + at, sizeof(found));
    if (found == number) return at;
  }
  return 0;
}

uint64_t WordOfDescription(size_t offset) {
  uint64_t word;
  memcpy(&word, static_cast<const char*>(__builtin_thread_pointer()) + offset, sizeof(word));
  return word;
}

void PutWord(char* at, uint64_t word) { memcpy(at, &word, sizeof(word)); }

// The thread pointer of the new thread; the rest of its mapping is stack.
char* MakeStorage(char* end, const StaticStorage& storage) {
  char* const pointer = end - kDescriptionBytes;
  for (size_t i = 0; i < storage.count; ++i) {
    const StaticStorage::Image& image = storage.images[i];
    memcpy(pointer - image.below, image.bytes, image.count);
  }
  PutWord(pointer, reinterpret_cast<uint64_t>(pointer));
  PutWord(pointer + kSelfOffset, reinterpret_cast<uint64_t>(pointer));
  // A vector of no modules, at the end of the description: its length stands before it.
  PutWord(pointer + kVectorOffset, reinterpret_cast<uint64_t>(end - 16));
  PutWord(pointer + kCanaryOffset, WordOfDescription(kCanaryOffset));
  PutWord(pointer + kPointerGuardOffset, WordOfDescription(kPointerGuardOffset));
  return pointer;
}

void (*g_run)() = nullptr;
size_t g_number_offset = 0;

[[noreturn]] void Run() {
  const auto number = static_cast<int>(syscall(SYS_gettid));
  memcpy(static_cast<char*>(__builtin_thread_pointer()) + g_number_offset, &number, sizeof(number));
  prctl(PR_SET_NAME, "memprof", 0, 0, 0);
  g_run();
  for (;;) syscall(SYS_exit, 0);
}

constexpr unsigned long kFlags =
    CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS;

// The number of the new thread, or -errno. Without CLONE_FILES it has a copy of the descriptors.
long CloneThread(char* stack_end, char* pointer) {
  long result;
  register unsigned long no_parent_number asm("rdx") = 0;
  register unsigned long no_child_number asm("r10") = 0;
  register char* storage asm("r8") = pointer;
  // In a register of its own: the compiler might choose rbp, which the new thread clears.
  register void (*run)() asm("r9") = &Run;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "call *%%r9\n\t"
      "hlt\n"
      "1:"
      : "=a"(result)
      : "0"(long{SYS_clone}), "D"(kFlags), "S"(stack_end), "r"(no_parent_number),
        "r"(no_child_number), "r"(storage), "r"(run)
      : "rcx", "r11", "memory", "cc");
  return result;
}

#endif

__attribute__((constructor(101))) void WatchForks() {
  pthread_atfork(nullptr, nullptr, [] { __atomic_store_n(&g_own_thread, 0, __ATOMIC_RELEASE); });
}

/// The four numbers behind "Uid:" or "Gid:" in /proc/…/status: real, effective, saved, file system.
bool FindNumbers(const char* status, const char* field, unsigned long* numbers) {
  const char* at = strstr(status, field);
  if (at == nullptr) return false;
  at += strlen(field);
  for (int i = 0; i < 4; ++i) {
    char* end;
    numbers[i] = strtoul(at, &end, 10);
    if (end == at) return false;
    at = end;
  }
  return true;
}

}  // namespace

#if defined(__x86_64__)

bool StartHiddenThread(void (*run)(), const char** why_not) noexcept {
  static StaticStorage storage;
  storage.count = storage.bytes = 0;
  dl_iterate_phdr(&VisitStorage, &storage);
  g_number_offset = NumberOffset();
  if (g_number_offset == 0 || storage.count == 0) {
    *why_not = "this libc keeps its threads in a way that is not known";
    return false;
  }
  const size_t bytes =
      (kGuardBytes + kStackBytes + storage.bytes + kDescriptionBytes + 4095) & ~size_t{4095};
  auto* const begin = static_cast<char*>(ReserveMemory(bytes));
  if (begin == nullptr) {
    *why_not = "the address space for its stack was refused";
    return false;
  }
  syscall(SYS_mprotect, begin, kGuardBytes, PROT_NONE);
  char* const pointer = MakeStorage(begin + bytes, storage);
  const uintptr_t stack_end = (reinterpret_cast<uintptr_t>(pointer) - storage.bytes - 64) & ~63ul;
  g_run = run;
  const uint64_t all = ~uint64_t{0};
  uint64_t before = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof(all));
  const long thread = CloneThread(reinterpret_cast<char*>(stack_end), pointer);
  if (thread > 0) {
    __atomic_store_n(&g_own_thread, static_cast<pid_t>(thread), __ATOMIC_RELEASE);
  }
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, sizeof(before));
  if (thread > 0) return true;
  ReleaseMemory(begin, bytes);
  *why_not = "no thread could be made (see the limit of processes)";
  return false;
}

#else

bool StartHiddenThread(void (*)(), const char** why_not) noexcept {
  *why_not = "it is not known how to make its thread on this processor";
  return false;
}

#endif

void FollowCredentials() noexcept {
  const long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/status", O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return;
  char status[2048];
  const long count = syscall(SYS_read, fd, status, sizeof(status) - 1);
  syscall(SYS_close, fd);
  status[count > 0 ? count : 0] = '\0';
  unsigned long users[4];
  unsigned long groups[4];
  if (!FindNumbers(status, "\nUid:", users) || !FindNumbers(status, "\nGid:", groups)) return;
  uid_t own[3];
  gid_t own_group[3];
  syscall(SYS_getresuid, &own[0], &own[1], &own[2]);
  syscall(SYS_getresgid, &own_group[0], &own_group[1], &own_group[2]);
  bool is_same = true;
  for (int i = 0; i < 3; ++i) {
    is_same = is_same && own[i] == users[i] && own_group[i] == groups[i];
  }
  if (is_same) return;
  // Groups first, for only the old user may.
  syscall(SYS_setgroups, 0, nullptr);
  syscall(SYS_setresgid, groups[0], groups[1], groups[2]);
  syscall(SYS_setresuid, users[0], users[1], users[2]);
}

}  // namespace memprof
