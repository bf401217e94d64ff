// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/hooks/next_function.h"

#include <dlfcn.h>
#include <errno.h>

#include "gtest_plugin/hooks/hooks.h"

// The linker's names for the bounds of the section; weak, for a program may have no hook at all.
extern "C" {
extern memprof::NextFunction __start_memprof_next[] __attribute__((weak, visibility("hidden")));
extern memprof::NextFunction __stop_memprof_next[] __attribute__((weak, visibility("hidden")));
}

namespace memprof {
namespace {

__attribute__((constructor(101))) void FindAll() {
  for (NextFunction* next = __start_memprof_next; next != __stop_memprof_next; ++next) {
    FindNext(next);
  }
}

}  // namespace

void* NextSymbol(const char* name) noexcept {
  const int saved = errno;
  void* symbol = dlsym(RTLD_NEXT, name);
  // The program must not find our failure where it asks for its own.
  if (symbol == nullptr) dlerror();
  errno = saved;
  return symbol;
}

void* FindNext(NextFunction* next) noexcept {
  void* const symbol = NextSymbol(next->name);
  __atomic_store_n(&next->address, symbol, __ATOMIC_RELAXED);
  return symbol;
}

}  // namespace memprof
