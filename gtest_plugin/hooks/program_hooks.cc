// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Where a program begins and ends. What libc does within itself is not seen here: `exit` after
// `main`, which is why `main` is called by us, or the `_exit` of a process whose last thread ends.

#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/next_function.h"
#include "gtest_plugin/record/service_format.h"
#include "gtest_plugin/service/service.h"
#include "gtest_plugin/tracker/whole_program.h"

namespace {

using Main = int (*)(int, char**, char**);
using StartMain = int (*)(Main, int, char**, void (*)(), void (*)(), void (*)(), void*);

Main g_main = nullptr;

// In a section of its own: no stack is written with this frame, see trace/definitions.cc.
__attribute__((section("memprof_frames"), noinline)) int RunMain(int count, char** arguments,
                                                                 char** environment) {
  memprof::StartWholeProgram();
  const int status = g_main(count, arguments, environment);
  memprof::EndWholeProgram(memprof::record::kMainReturned);
  return status;
}

bool IsServiceWanted() {
  const char* const mode = getenv("MEMPROF");
  const char* const wanted = getenv(memprof::record::kServiceVariable);
  return wanted != nullptr && *wanted != '\0' &&
         (mode == nullptr || mode[0] != 'o' || mode[1] != 'f' || mode[2] != 'f');
}

}  // namespace

// Between the libraries' initialisers and the program's own. No frame of ours stays where nothing
// is asked of it.
MEMPROF_EXPORT int __libc_start_main(Main main, int count, char** arguments, void (*init)(),
                                     void (*fini)(), void (*linker_fini)(), void* stack_end) {
  MEMPROF_NEXT_FUNCTION(next, "__libc_start_main");
  if (memprof::IsWholeProgram()) {
    g_main = main;
    main = &RunMain;
  } else if (IsServiceWanted()) {
    memprof::StartService(memprof::DetectHeapOwner(), nullptr);
  }
  return memprof::Next<StartMain>(&next)(main, count, arguments, init, fini, linker_fini,
                                         stack_end);
}

MEMPROF_EXPORT __attribute__((noreturn)) void exit(int status) {
  MEMPROF_NEXT_FUNCTION(next, "exit");
  memprof::EndWholeProgram(memprof::record::kCalledExit);
  memprof::Next<void (*)(int)> (&next)(status);
  __builtin_unreachable();
}

MEMPROF_EXPORT __attribute__((noreturn)) void quick_exit(int status) {
  MEMPROF_NEXT_FUNCTION(next, "quick_exit");
  memprof::EndWholeProgram(memprof::record::kCalledQuickExit);
  memprof::RemoveServiceSocket();
  memprof::Next<void (*)(int)> (&next)(status);
  __builtin_unreachable();
}

namespace {

// Also between vfork and exec, and in signal handlers: no look-up. A sanitizer's runtime that is
// behind us may have another status to give.
[[noreturn]] void ExitAtOnce(const memprof::NextFunction& next, int status) {
  memprof::EndWholeProgram(memprof::record::kCalledUnderscoreExit);
  memprof::RemoveServiceSocket();
  void* const found = __atomic_load_n(&next.address, __ATOMIC_RELAXED);
  if (found != nullptr) reinterpret_cast<void (*)(int)>(found)(status);
  for (;;) syscall(SYS_exit_group, status);
}

}  // namespace

MEMPROF_EXPORT __attribute__((noreturn)) void _exit(int status) {
  MEMPROF_NEXT_FUNCTION(next, "_exit");
  ExitAtOnce(next, status);
}

MEMPROF_EXPORT __attribute__((noreturn)) void _Exit(int status) {
  MEMPROF_NEXT_FUNCTION(next, "_Exit");
  ExitAtOnce(next, status);
}

MEMPROF_EXPORT __attribute__((noreturn)) void abort() {
  MEMPROF_NEXT_FUNCTION(next, "abort");
  memprof::EndWholeProgram(memprof::record::kCalledAbort);
  memprof::RemoveServiceSocket();
  memprof::Next<void (*)()> (&next)();
  __builtin_unreachable();
}

MEMPROF_EXPORT int daemon(int keeps_directory, int keeps_output) {
  MEMPROF_NEXT_FUNCTION(next, "daemon");
  // The process that calls ends within, by libc's own _exit, and its child goes on.
  memprof::EndWholeProgram(memprof::record::kCalledDaemon);
  memprof::RemoveServiceSocket();
  return memprof::Next<int (*)(int, int)>(&next)(keeps_directory, keeps_output);
}
