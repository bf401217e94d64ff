// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <pthread.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/next_function.h"
#include "gtest_plugin/snapshot/heap_scan.h"
#include "gtest_plugin/snapshot/thread_pointers.h"
#include "gtest_plugin/unwind/stack_walk.h"

namespace {

using Start = void* (*)(void*);
using PthreadCreate = int (*)(pthread_t*, const pthread_attr_t*, Start, void*);

/// What a new thread of a traced process runs first. Entries are taken and given back without a
/// lock or malloc; threads in excess of them start untraced.
struct Beginning {
  uint32_t is_taken;
  uint32_t origin;
  Start start;
  void* argument;
};
Beginning g_beginnings[256];

Beginning* TakeBeginning() {
  for (Beginning& beginning : g_beginnings) {
    uint32_t free = 0;
    if (__atomic_load_n(&beginning.is_taken, __ATOMIC_RELAXED) == 0 &&
        __atomic_compare_exchange_n(&beginning.is_taken, &free, 1, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED)) {
      return &beginning;
    }
  }
  return nullptr;
}

void GiveBack(Beginning* beginning) {
  // What the thread was given is the thread's now, and must not look as if it were held here.
  beginning->argument = nullptr;
  __atomic_store_n(&beginning->is_taken, 0, __ATOMIC_RELEASE);
}

// Optimised, it ends in a jump, so that stacks of the thread look as they would without us.
void* Begin(void* of_thread) {
  auto* const beginning = static_cast<Beginning*>(of_thread);
  const Start start = beginning->start;
  void* const argument = beginning->argument;
  const uint32_t origin = beginning->origin;
  GiveBack(beginning);
  memprof::NoteThreadPointer(reinterpret_cast<uint64_t>(__builtin_thread_pointer()));
  memprof::OnThreadStart(origin);
  return start(argument);
}

}  // namespace

namespace memprof {

const void* ArgumentsOfNewThreads(size_t* bytes) noexcept {
  *bytes = sizeof(g_beginnings);
  return g_beginnings;
}

}  // namespace memprof

MEMPROF_EXPORT int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, Start start,
                                  void* argument) {
  const memprof::CallerFrame from = memprof::FrameOfCaller();
  MEMPROF_NEXT_FUNCTION(next, "pthread_create");
  auto* const real = memprof::Next<PthreadCreate>(&next);
  // Before glibc 2.34 it lies in a library that the program may not have.
  if (real == nullptr) return ENOSYS;
  const uint32_t origin = memprof::OriginHere(from);
  Beginning* const beginning = origin != 0 ? TakeBeginning() : nullptr;
  int error;
  if (beginning != nullptr) {
    beginning->origin = origin;
    beginning->start = start;
    beginning->argument = argument;
    error = real(thread, attributes, &Begin, beginning);
    if (error != 0) GiveBack(beginning);
  } else {
    error = real(thread, attributes, start, argument);
  }
  memprof::OnThreadCreate();
  return error;
}
