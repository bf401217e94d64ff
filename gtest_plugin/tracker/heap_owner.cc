// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/heap_owner.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/valgrind.h>

#include "gtest_plugin/hooks/heap_functions.h"
#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/sanitizer_hooks.h"
#include "gtest_plugin/tracker/counters.h"

namespace memprof {
namespace {

struct Sanitizer {
  const char* symbol;
  const char* name;
};

// Each runtime exports its initialiser. AddressSanitizer's carries LeakSanitizer's functions too,
// so it is asked for first.
constexpr Sanitizer kSanitizers[] = {
    {"__asan_init", "AddressSanitizer"}, {"__hwasan_init", "HWAddressSanitizer"},
    {"__msan_init", "MemorySanitizer"},  {"__tsan_init", "ThreadSanitizer"},
    {"__lsan_init", "LeakSanitizer"},    {"__lsan_do_leak_check", "LeakSanitizer"},
};

// dlsym for the whole program, without leaving an error where it asks dlerror for its own.
void* Find(const char* symbol) {
  void* const found = dlsym(RTLD_DEFAULT, symbol);
  if (found == nullptr) dlerror();
  return found;
}

void SetName(HeapOwnership* ownership, const char* name) {
  strncpy(ownership->name, name, sizeof(ownership->name) - 1);
}

template <size_t kSize>
void SetModuleName(char (&name)[kSize], const void* function) {
  Dl_info info;
  const char* module = "unknown";
  if (dladdr(function, &info) != 0 && info.dli_fname != nullptr) {
    const char* slash = strrchr(info.dli_fname, '/');
    module = slash != nullptr ? slash + 1 : info.dli_fname;
  }
  strncpy(name, module, kSize - 1);
}

// A preloaded LeakSanitizer starts up at the first malloc. A program that calls sigaction before
// that is refused, so it is started here; its initialiser may be called any number of times.
__attribute__((constructor(101))) void StartLeakSanitizer() {
  if (Find("__asan_init") != nullptr) return;
  void* found = Find("__lsan_init");
  if (found == nullptr) return;
  void (*start)();
  memcpy(&start, &found, sizeof(start));
  start();
}

// Whether the definition of malloc that the program itself is bound to is ours. A program that
// takes malloc's address, and is linked with -no-pie, is bound to a jump of its own: then a call
// tells.
bool IsOurs(void* used) {
  Dl_info of_used;
  Dl_info of_us;
  ElfW(Sym)* symbol = nullptr;
  if (used == nullptr ||
      dladdr1(used, &of_used, reinterpret_cast<void**>(&symbol), RTLD_DL_SYMENT) == 0 ||
      dladdr(reinterpret_cast<const void*>(&DetectHeapOwner), &of_us) == 0) {
    return false;
  }
  if (of_used.dli_fbase == of_us.dli_fbase) return true;
  if (symbol == nullptr || symbol->st_shndx != SHN_UNDEF) return false;
  const uint64_t before = ReadHeapTotals().allocations;
  free(malloc(1));
  return ReadHeapTotals().allocations != before;
}

}  // namespace

HeapOwnership DetectHeapOwner() noexcept {
  HeapOwnership ownership;
  if (RUNNING_ON_VALGRIND) {
    ownership.owner = record::kOwnerValgrind;
    SetName(&ownership, "Valgrind");
    return ownership;
  }
  for (const Sanitizer& sanitizer : kSanitizers) {
    if (Find(sanitizer.symbol) == nullptr) continue;
    ownership.owner =
        SanitizerTellsOfHeap() ? record::kOwnerToldSanitizer : record::kOwnerSanitizer;
    SetName(&ownership, sanitizer.name);
    return ownership;
  }
  void* const used = Find("malloc");
  if (!IsOurs(used)) {
    ownership.owner = record::kOwnerOther;
    SetModuleName(ownership.name, used);
    return ownership;
  }
  ResolveHeapFunctions();
  SetModuleName(ownership.name, reinterpret_cast<const void*>(g_heap.malloc));
  ownership.owner =
      strncmp(ownership.name, "libc.so", 7) == 0 || strncmp(ownership.name, "libc-", 5) == 0
          ? record::kOwnerGlibc
          : record::kOwnerForwarded;
  return ownership;
}

void TryOperatorNew(HeapOwnership* ownership) noexcept {
  if (ownership->owner != record::kOwnerGlibc && ownership->owner != record::kOwnerForwarded) {
    return;
  }
  void* const found_new = Find("_Znwm");
  void* const found_delete = Find("_ZdlPv");
  if (found_new == nullptr || found_delete == nullptr) return;
  void* (*make)(size_t);
  void (*release)(void*);
  memcpy(&make, &found_new, sizeof(make));
  memcpy(&release, &found_delete, sizeof(release));
  constexpr size_t kTriedBytes = 64;
  bool is_counted = false;
  // Twice, for at the first an arena may ask malloc for its room.
  for (int i = 0; i < 2; ++i) {
    const uint64_t before = ReadHeapTotals().allocations;
    void* const block = make(kTriedBytes);
    is_counted = ReadHeapTotals().allocations != before;
    release(block);
  }
  if (is_counted) return;
  // Where the linker finds ours, the one behind us is meant.
  const void* const next = IsOurs(found_new) ? NextSymbol("_Znwm") : found_new;
  SetModuleName(ownership->uncounted_new, next);
}

int CheckForLeaks() noexcept {
  void* found = Find("__lsan_do_recoverable_leak_check");
  if (found == nullptr) return -1;
  int (*check)();
  memcpy(&check, &found, sizeof(check));
  return check() != 0 ? 1 : 0;
}

void TakeMassifSnapshot(const char* path) noexcept {
  char command[4200] = "detailed_snapshot ";
  const size_t used = strlen(command);
  if (strlen(path) >= sizeof(command) - used) return;
  strcpy(command + used, path);
  // The other tools refuse the command, which is answered by a message in their own log.
  if (RUNNING_ON_VALGRIND) static_cast<void>(VALGRIND_MONITOR_COMMAND(command));
}

}  // namespace memprof
