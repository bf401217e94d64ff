// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/hooks/pair_relocations.h"

#if defined(__x86_64__)

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/loaded_module.h"
#include "gtest_plugin/hooks/pair_calls.h"
#include "gtest_plugin/tracker/pair_table.h"
#include "gtest_plugin/tracker/pairs.h"
#include "gtest_plugin/unwind/stack_walk.h"

#define MEMPROF_FOR_THUNKS __attribute__((used, visibility("hidden")))

// The code in pair_thunks.cc, and the functions that it stands for.
extern "C" {
MEMPROF_FOR_THUNKS void* (*memprof_real_dlopen)(const char*, int) = nullptr;
MEMPROF_FOR_THUNKS void* (*memprof_real_dlsym)(void*, const char*) = nullptr;
extern __attribute__((visibility("hidden"))) const char memprof_pair_dlopen[];
extern __attribute__((visibility("hidden"))) const char memprof_pair_dlsym[];
}

namespace memprof {
namespace {

constexpr uint32_t kMostModules = 1024;
constexpr uintptr_t kPage = 4096;

bool g_is_on = false;
// A dlopen was let through; what it loads is not known until something was loaded.
bool g_is_due = false;
// The last look met a module that another thread was just loading.
bool g_is_incomplete = false;
// Taken while somebody looks. Nobody waits for it: who looks may wait for the dynamic linker, which
// may be calling a constructor that comes here.
bool g_is_looking = false;
unsigned long long g_loads = 0;
unsigned long long g_unloads = 0;

LoadedModule g_modules_now[kMostModules];
uint32_t g_module_count = 0;

__attribute__((constructor(101))) void WatchForks() {
  pthread_atfork(nullptr, nullptr,
                 [] { __atomic_store_n(&g_is_looking, false, __ATOMIC_RELEASE); });
}

// Whether the word can be written to; asked of the kernel, which adds nothing to it.
bool IsWritable(uintptr_t address) {
  uint32_t nobody_waits = 0;
  constexpr unsigned kOrNothing = static_cast<unsigned>(FUTEX_OP_OR) << 28;
  return syscall(SYS_futex, &nobody_waits, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 0, 0, address,
                 kOrNothing) >= 0;
}

void WriteWord(uintptr_t address, const void* value) {
  auto* const word = reinterpret_cast<uintptr_t*>(address);
  const uintptr_t page = address & ~(kPage - 1);
  // Made read-only once it was relocated (RELRO).
  const bool is_closed = !IsWritable(address);
  if (is_closed && syscall(SYS_mprotect, page, kPage, PROT_READ | PROT_WRITE) != 0) return;
  __atomic_store_n(word, reinterpret_cast<uintptr_t>(value), __ATOMIC_RELEASE);
  if (is_closed) syscall(SYS_mprotect, page, kPage, PROT_READ);
}

const LoadedModule* ModuleOf(uintptr_t address) {
  for (uint32_t i = 0; i < g_module_count; ++i) {
    if (g_modules_now[i].Holds(address)) return &g_modules_now[i];
  }
  return nullptr;
}

// What the dynamic linker will find for a call that it has not bound yet. (The first definition in
// the order of loading: several of one name, some of them local to what a dlopen loaded, would need
// the linker's own scopes.)
uintptr_t FindDefinition(const char* name) {
  for (uint32_t i = 0; i < g_module_count; ++i) {
    const uintptr_t found = g_modules_now[i].FindFunction(name);
    if (found != 0) return found;
  }
  return 0;
}

bool IsAddressRelocation(const ElfW(Rela) & relocation) {
  switch (ELF64_R_TYPE(relocation.r_info)) {
    case R_X86_64_JUMP_SLOT:
    case R_X86_64_GLOB_DAT:
      return true;
    case R_X86_64_64:
      return relocation.r_addend == 0;
    default:
      return false;
  }
}

// How the caller gets at a function.
enum class Binding {
  kNone,  // there is none: the function is missing, and may be
  kNotYet,
  kOwn,      // it is the module's own
  kBound,    // to an address outside
  kLazy,     // at its first call
  kThrough,  // by the executable's own PLT, whose call of it is seen
  kOurs,     // already
};

Binding BindingOf(const LoadedModule& module, const ElfW(Sym) & symbol, uintptr_t value,
                  bool is_of_plt) {
  if (value == 0) {
    return ELF64_ST_BIND(symbol.st_info) == STB_WEAK ? Binding::kNone : Binding::kNotYet;
  }
  if (IsPairThunk(reinterpret_cast<const void*>(value))) return Binding::kOurs;
  if (module.Holds(value)) {
    return is_of_plt && symbol.st_shndx == SHN_UNDEF ? Binding::kLazy : Binding::kOwn;
  }
  const LoadedModule* const holder = ModuleOf(value);
  if (holder == nullptr) return Binding::kNotYet;
  // Of an executable that is no PIE the address of a function elsewhere is that of its own PLT
  // entry.
  return holder == &g_modules_now[0] && holder->FindFunction(module.NameOf(symbol)) != value
             ? Binding::kThrough
             : Binding::kBound;
}

// Whether calls of the function by this way are seen from now on.
bool Redirect(const LoadedModule& module, const ElfW(Rela) & relocation, const ElfW(Sym) & symbol,
              uint32_t function, bool is_of_plt) {
  const uintptr_t address = module.base + relocation.r_offset;
  if (address % sizeof(uintptr_t) != 0) return false;
  uintptr_t target = __atomic_load_n(reinterpret_cast<uintptr_t*>(address), __ATOMIC_ACQUIRE);
  switch (BindingOf(module, symbol, target, is_of_plt)) {
    case Binding::kNotYet:
      g_is_incomplete = true;
      return false;
    case Binding::kNone:
    case Binding::kOwn:
      return false;
    case Binding::kThrough:
    case Binding::kOurs:
      return true;
    case Binding::kLazy:
      target = FindDefinition(module.NameOf(symbol));
      if (target == 0 || module.Holds(target)) return false;
      break;
    case Binding::kBound:
      break;
  }
  void* const thunk = PairThunkFor(function, reinterpret_cast<void*>(target));
  if (thunk == nullptr) return false;
  WriteWord(address, thunk);
  return true;
}

// The loader's functions that tell of new modules.
void RedirectLoader(const LoadedModule& module, const ElfW(Rela) & relocation, const char* name) {
  const void* const thunk = strcmp(name, "dlopen") == 0 ? memprof_pair_dlopen : memprof_pair_dlsym;
  const uintptr_t address = module.base + relocation.r_offset;
  const uintptr_t now = __atomic_load_n(reinterpret_cast<uintptr_t*>(address), __ATOMIC_ACQUIRE);
  if (now != 0 && now != reinterpret_cast<uintptr_t>(thunk)) WriteWord(address, thunk);
}

bool IsLoaderFunction(const char* name) {
  return name[0] == 'd' && name[1] == 'l' &&
         ((strcmp(name, "dlopen") == 0 && memprof_real_dlopen != nullptr) ||
          (strcmp(name, "dlsym") == 0 && memprof_real_dlsym != nullptr));
}

// By function, while a module is looked at: whether it calls it. A number of the look's own.
uint32_t g_seen_in[kMostPairFunctions];
uint32_t g_look_number = 0;

void LookAtRelocations(const LoadedModule& module, const ElfW(Rela) * relocations, size_t count,
                       bool is_of_plt) {
  for (size_t i = 0; i < count; ++i) {
    const ElfW(Rela)& relocation = relocations[i];
    const auto symbol_number = static_cast<uint32_t>(ELF64_R_SYM(relocation.r_info));
    if (symbol_number == 0 || !IsAddressRelocation(relocation)) continue;
    const ElfW(Sym)& symbol = module.symbols[symbol_number];
    const char* const name = module.NameOf(symbol);
    if (IsLoaderFunction(name)) {
      RedirectLoader(module, relocation, name);
      continue;
    }
    PairedFunction* const function = FindPairFunction(name);
    if (function == nullptr) continue;
    const auto number = static_cast<uint32_t>(function - g_pair_functions);
    if (!Redirect(module, relocation, symbol, number, is_of_plt)) continue;
    if (g_seen_in[number] == g_look_number) continue;
    g_seen_in[number] = g_look_number;
    ++function->callers;
  }
}

int Collect(dl_phdr_info* info, size_t, void*) {
  if (g_module_count < kMostModules && ReadModule(*info, &g_modules_now[g_module_count])) {
    ++g_module_count;
  }
  return 0;
}

// The first callback does it all: while it lasts nothing is unloaded. The lock that it holds may be
// taken again by its holder.
int LookAtAll(dl_phdr_info* info, size_t, void*) {
  if (g_unloads != info->dlpi_subs) FlushUnwindCaches();  // the copied arguments depend on them
  g_loads = info->dlpi_adds;
  g_unloads = info->dlpi_subs;
  g_module_count = 0;
  g_is_incomplete = false;
  dl_iterate_phdr(&Collect, nullptr);
  for (uint32_t i = 0; i < g_pair_function_count; ++i) g_pair_functions[i].callers = 0;
  const auto us = reinterpret_cast<uintptr_t>(&g_is_on);
  for (uint32_t i = 0; i < g_module_count; ++i) {
    const LoadedModule& module = g_modules_now[i];
    if (module.Holds(us)) continue;
    ++g_look_number;
    LookAtRelocations(module, module.relocations, module.relocation_count, false);
    LookAtRelocations(module, module.plt_relocations, module.plt_relocation_count, true);
  }
  for (uint32_t i = 0; i < g_pair_function_count; ++i) {
    const PairedFunction& function = g_pair_functions[i];
    if (function.role == record::kAcquires && function.callers > 0) {
      ExpectObjects(function.kind, true);
    }
  }
  return 1;
}

int IsNew(dl_phdr_info* info, size_t, void*) {
  const bool is_new = info->dlpi_adds != g_loads || info->dlpi_subs != g_unloads;
  return is_new || g_is_incomplete ? 2 : 1;
}

// Before the program's constructors, so that what they acquire is seen.
__attribute__((constructor)) void Start() {
  const char* const path = getenv("MEMPROF_PAIRS");
  if (path == nullptr || *path == '\0') return;
  const char* const mode = getenv("MEMPROF");
  if (mode != nullptr && strcmp(mode, "off") == 0) return;
  if (!ReadPairTable(path)) return;
  memprof_real_dlopen = reinterpret_cast<void* (*)(const char*, int)>(NextSymbol("dlopen"));
  memprof_real_dlsym = reinterpret_cast<void* (*)(void*, const char*)>(NextSymbol("dlsym"));
  g_is_on = true;
  LookForPairCallers();
}

}  // namespace

void LookForPairCallers() noexcept {
  if (!g_is_on || __atomic_exchange_n(&g_is_looking, true, __ATOMIC_ACQUIRE)) return;
  const int saved = errno;
  if (dl_iterate_phdr(&IsNew, nullptr) == 2) {
    __atomic_store_n(&g_is_due, false, __ATOMIC_RELAXED);
    dl_iterate_phdr(&LookAtAll, nullptr);
    if (g_is_incomplete) __atomic_store_n(&g_is_due, true, __ATOMIC_RELAXED);
  }
  errno = saved;
  __atomic_store_n(&g_is_looking, false, __ATOMIC_RELEASE);
}

void LookForPairCallersIfDue() noexcept {
  if (__builtin_expect(__atomic_load_n(&g_is_due, __ATOMIC_RELAXED), 0)) LookForPairCallers();
}

}  // namespace memprof

// Whether dlopen finds the same when we call it. It asks who calls for the search path of the
// caller, and for the directory that $ORIGIN stands for.
extern "C" MEMPROF_FOR_THUNKS int memprof_opens_the_same_from_here(const char* file,
                                                                   uintptr_t caller) {
  using namespace memprof;
  if (file == nullptr) return 1;
  bool is_same = strchr(file, '$') == nullptr;
  if (is_same && strchr(file, '/') == nullptr) {
    // While another thread looks, the list is not to be read.
    if (!__atomic_exchange_n(&g_is_looking, true, __ATOMIC_ACQUIRE)) {
      for (uint32_t i = 0; i < g_module_count; ++i) {
        const LoadedModule& module = g_modules_now[i];
        // The executable's RPATH is searched whoever calls.
        if (module.has_rpath && i > 0) is_same = false;
        if (module.has_runpath && module.Holds(caller)) is_same = false;
      }
      __atomic_store_n(&g_is_looking, false, __ATOMIC_RELEASE);
    } else {
      is_same = false;
    }
  }
  if (!is_same) __atomic_store_n(&g_is_due, true, __ATOMIC_RELAXED);
  return is_same ? 1 : 0;
}

extern "C" MEMPROF_FOR_THUNKS void* memprof_open_and_look(const char* file, int mode) {
  void* const handle = memprof_real_dlopen(file, mode);
  if (handle != nullptr) memprof::LookForPairCallers();
  return handle;
}

extern "C" MEMPROF_FOR_THUNKS void memprof_look_before_dlsym() {
  memprof::LookForPairCallersIfDue();
}

#else

namespace memprof {

void LookForPairCallers() noexcept {}
void LookForPairCallersIfDue() noexcept {}

}  // namespace memprof

#endif
