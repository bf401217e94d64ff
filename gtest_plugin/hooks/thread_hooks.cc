// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <pthread.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/next_function.h"

MEMPROF_EXPORT int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                  void* (*start)(void*), void* argument) {
  MEMPROF_NEXT_FUNCTION(next, "pthread_create");
  auto* const real =
      memprof::Next<int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>(&next);
  // Before glibc 2.34 it lies in a library that the program may not have.
  if (real == nullptr) return ENOSYS;
  const int error = real(thread, attributes, start, argument);
  memprof::OnThreadCreate();
  return error;
}
