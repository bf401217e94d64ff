// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include "gtest_plugin/hooks/hooks.h"

MEMPROF_EXPORT int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                  void* (*start)(void*), void* argument) {
  using Function = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static Function cache = nullptr;
  Function next = __atomic_load_n(&cache, __ATOMIC_RELAXED);
  if (next == nullptr) {
    next = reinterpret_cast<Function>(memprof::NextSymbol("pthread_create"));
    __atomic_store_n(&cache, next, __ATOMIC_RELAXED);
  }
  const int error = next(thread, attributes, start, argument);
  memprof::OnThreadCreate();
  return error;
}
